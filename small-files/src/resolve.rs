//! The path that a file or folder really has.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::os;

/// The whole path, without links and in the spelling that the system has: on Windows as people
/// write it, and not as `\\?\C:\…`.
///
/// # Errors
/// There is nothing at `path`, or it cannot be reached.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    match dunce::canonicalize(path) {
        Err(error) if os::may_be_nameless(&error) && path.exists() => std::path::absolute(path),
        resolved => resolved,
    }
}
