//! Room for what is to be appended, kept before it is needed.

use std::{fs::File, io};

/// Keeps room for so many bytes behind the end of an open file, which grows no longer by that.
///
/// Where a file system cannot, whether there is room is seen when they are written.
///
/// # Errors
/// When there is none: the disk, or what this user may have of it, is full.
#[cfg(target_os = "linux")]
pub fn reserve(file: &File, bytes: usize) -> io::Result<()> {
    use rustix::{
        fs::{FallocateFlags, fallocate},
        io::Errno,
    };
    crate::check_growth(file, bytes)?;
    let end = file.metadata()?.len();
    match fallocate(file, FallocateFlags::KEEP_SIZE, end, bytes as u64) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Elsewhere it is seen when they are written.
#[cfg(not(target_os = "linux"))]
pub fn reserve(file: &File, bytes: usize) -> io::Result<()> {
    crate::check_growth(file, bytes)
}
