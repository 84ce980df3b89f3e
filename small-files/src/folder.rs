//! What is in folders, and is removed from them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use crate::{error::FileError, os};

/// Whether an error says that there is nothing at the path (a parent that is a file included).
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether this user could make a file in the folder at `path`, were the folder made first. A look
/// that changes nothing; what it finds may be otherwise at once.
#[must_use]
pub fn is_writable_folder(path: &Path) -> bool {
    let existing = path.ancestors().find(|folder| folder.symlink_metadata().is_ok());
    existing.is_some_and(|folder| folder.is_dir() && os::may_write_in(folder))
}

/// The paths in a folder that may not exist yet.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::io("list", folder)(error)),
    };
    entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(FileError::io("list", folder))
}

/// Removes a file; `false` when it was gone already.
pub fn remove(path: &Path) -> Result<bool, FileError> {
    match os::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(FileError::io("remove", path)(error)),
    }
}

/// Removes a file, so that a crash of the system does not bring it back; `false` when it was gone
/// already.
pub fn remove_durably(path: &Path) -> Result<bool, FileError> {
    let is_removed = remove(path)?;
    sync_folder_of(path);
    Ok(is_removed)
}

/// Opens a folder, and nothing else that may have taken its place.
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    os::folders_only(&mut options);
    options.open(path)
}

/// Where a folder cannot be synced a crash of the system may yet undo a change in it, whole.
pub(crate) fn sync_folder_of(entry: &Path) {
    if let Some(folder) = entry.parent().and_then(|folder| open_folder(folder).ok()) {
        let _ = folder.sync_all();
    }
}
