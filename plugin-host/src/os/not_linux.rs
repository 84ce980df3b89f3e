//! Systems that have nothing in the place of what Linux has.

use std::{fs::File, path::PathBuf};

pub(crate) fn register_barrier() -> bool {
    false
}

pub(crate) fn run_barrier() -> bool {
    false
}

pub(crate) fn descriptor_path(_: &File) -> Option<PathBuf> {
    None
}

#[cfg(feature = "cli")]
pub(crate) fn end_with_parent() {}
