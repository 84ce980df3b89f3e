//! Files have numbers.

use std::{fs::Metadata, os::unix::fs::MetadataExt};

pub(crate) fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    let key = |m: &Metadata| (m.dev(), m.ino(), m.len(), m.mtime(), m.mtime_nsec());
    key(before) == key(now)
}
