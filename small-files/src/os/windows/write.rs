//! Files that are made, replaced and locked. Access control lists, which say who may do what, are
//! those of the folder, and are left as they are.

use std::{
    fs::{self, DirBuilder, File, Metadata},
    io,
    path::Path,
};

use super::{is_in_use, move_aside, remove_unused};
use crate::error::FileError;

/// A file that is in use is moved aside first.
pub(crate) fn put_in_place(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if is_in_use(&error) && to.is_file() => {}
        renamed => return renamed,
    }
    let aside = move_aside(to)?;
    fs::rename(from, to).inspect_err(|_| {
        // Then it is as it was.
        let _ = fs::rename(&aside, to);
    })?;
    remove_unused(to);
    Ok(())
}

pub(crate) fn check_own(_: &File, _: &Path) -> Result<(), FileError> {
    Ok(())
}

/// A file that is open keeps its name.
pub(crate) fn is_still_at(_: &File, _: &Path) -> bool {
    true
}

/// A file that is open keeps its name.
pub(crate) fn remove_locked(_: &Path) {}

pub(crate) fn check_owner(_: &Path, _: &Path, _: &Metadata) -> Result<(), FileError> {
    Ok(())
}

pub(crate) fn set_folder_mode(_: &mut DirBuilder, _: u32) {}

pub(crate) fn readable_under_umask(_: &mut tempfile::Builder<'_, '_>) {}

pub(crate) fn readable_by_all(_: &File) -> io::Result<()> {
    Ok(())
}

pub(crate) fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

pub(crate) fn file_size_limit() -> u64 {
    u64::MAX
}

pub(crate) fn file_too_large() -> io::Error {
    io::ErrorKind::FileTooLarge.into()
}
