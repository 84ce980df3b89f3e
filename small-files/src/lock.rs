//! A lock on an open file, waited for with patience.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::error::FileError;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(2);

/// Who has a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLock {
    /// This process, until the file is closed, however the process ends.
    Ours,
    /// Another process, still when patience ended.
    Elsewhere,
}

/// Locks `file` for this process alone, trying until then; `path` is for the error.
pub fn lock(file: &File, path: &Path, until: Instant) -> Result<FileLock, FileError> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(FileLock::Ours),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return Ok(FileLock::Elsewhere),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(FileError::io("lock", path)(error)),
        }
    }
}

/// The error of a lock that another process has held for too long.
#[must_use]
pub fn in_use(path: &Path) -> FileError {
    FileError::io("lock", path)(io::Error::other("another process is using it; try again when that has ended"))
}
