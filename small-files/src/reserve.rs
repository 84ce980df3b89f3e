//! Room for what is to be appended, kept before it is needed.

use std::{fs::File, io};

use crate::{growth::check_growth, os};

/// Keeps room for so many bytes behind the end of an open file, which grows no longer by that.
///
/// Where a file system cannot, whether there is room is seen when they are written.
///
/// # Errors
/// When there is none: the disk, or what this user may have of it, is full.
pub fn reserve(file: &File, bytes: usize) -> io::Result<()> {
    check_growth(file, bytes)?;
    os::keep_room(file, bytes)
}
