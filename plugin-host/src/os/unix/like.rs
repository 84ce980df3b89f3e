//! Finds out who else could replace a program.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use super::walk::{self, Refusal, Walked};
use crate::{error::UntrustedFile, trust::holders::Holders};

/// Whoever could replace the file at `path`, its user and root aside; `None` when that is
/// everybody. Nobody where that cannot be told, or where they are too many to be told apart.
pub(crate) fn holders_of(path: &Path) -> Option<Holders> {
    let walked = Walked::default();
    let mut holders = Holders::default();
    loop {
        let checked = walked.walk(path, holders).and_then(|(place, access)| Ok(access.check(&place, holders)?));
        let refused = match checked {
            Ok(()) => return Some(holders),
            Err(Refusal::Io(_)) => return Some(Holders::default()),
            Err(Refusal::Untrusted(file)) => file,
        };
        match refused {
            UntrustedFile::Writable { mode, .. } if mode & walk::OTHERS != 0 => return None,
            // Each is found once, so that this comes to an end.
            UntrustedFile::Writable { path, .. } if holders.group.is_none() => match fs::symlink_metadata(path) {
                Ok(metadata) => holders.group = Some(metadata.gid()),
                Err(_) => return Some(Holders::default()),
            },
            UntrustedFile::Foreign { owner, .. } if holders.owner.is_none() => holders.owner = Some(owner),
            _ => return Some(Holders::default()),
        }
    }
}
