//! A lock on all that is in a folder.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    error::FileError,
    lock::{FileLock, in_use, lock},
    os,
};

/// Another command holds a folder for an instant.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file that is locked. The folder itself, which others may be able to open, could be locked by
/// them.
const FILE: &str = ".lock";

/// A lock on a folder, until it is dropped.
#[derive(Debug)]
#[must_use = "the lock is let go when this is dropped"]
pub struct FolderLock {
    /// Closed after the name is gone.
    _file: File,
    path: PathBuf,
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        os::remove_locked(&self.path);
    }
}

/// Keeps this user's other processes that ask from changing what is in `folder`, until what is
/// returned is dropped; `None` where there is no folder, or it cannot be locked, and the last
/// change wins. Nobody else can hold the lock.
///
/// # Errors
/// When another process holds the lock for five seconds, or somebody else's file is in its place.
pub fn lock_folder(folder: &Path) -> Result<Option<FolderLock>, FileError> {
    lock_folder_until(folder, Instant::now() + PATIENCE)
}

/// The same for whoever waits for nobody.
///
/// # Errors
/// When another process holds the lock, or somebody else's file is in its place.
pub fn try_lock_folder(folder: &Path) -> Result<Option<FolderLock>, FileError> {
    lock_folder_until(folder, Instant::now())
}

fn lock_folder_until(folder: &Path, until: Instant) -> Result<Option<FolderLock>, FileError> {
    let path = folder.join(FILE);
    loop {
        // A folder that cannot be written to will say so itself.
        let Ok(file) = open_own(&path) else {
            return if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
                Err(FileError::NotRegular { path })
            } else {
                Ok(None)
            };
        };
        os::check_own(&file, &path)?;
        match lock(&file, &path, until) {
            Ok(FileLock::Ours) if os::is_still_at(&file, &path) => return Ok(Some(FolderLock { _file: file, path })),
            // Whoever had it has taken the file away.
            Ok(FileLock::Ours) if Instant::now() < until => {}
            Ok(_) => return Err(in_use(folder)),
            Err(_) => return Ok(None),
        }
    }
}

/// Opens the file that is locked, which only its owner can, and no link in its place.
fn open_own(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    os::owner_only(&mut options);
    os::open_with(&mut options, path, true)
}
