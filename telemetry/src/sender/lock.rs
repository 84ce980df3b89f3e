//! One sender at a time: a lock on a file, which the system gives up with the process however it
//! ends.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use small_files::{FileAccess, FileError, FileLock};

/// A command that looks whether the lock is held holds it for an instant, and there may be many at
/// once.
const PATIENCE: Duration = Duration::from_millis(500);

/// No sender lives as long.
const LONGEST_SENDER: Duration = Duration::from_secs(30);

fn path(state: &Path) -> PathBuf {
    state.join("sender.lock")
}

/// Becomes the one sender while the file is open; `None` when another is at work.
pub fn acquire(state: &Path, ends: Instant) -> Result<Option<File>, FileError> {
    let path = path(state);
    let file = small_files::open_or_create(&path, FileAccess::Append, "lock")?.file;
    let until = ends.min(Instant::now() + PATIENCE);
    Ok(match small_files::lock(&file, &path, until)? {
        FileLock::Ours => Some(file),
        FileLock::Elsewhere => None,
    })
}

/// Whether no sender is at work. A lock that cannot be looked at (but for its absence) means no.
pub fn is_free(state: &Path) -> bool {
    match small_files::open(&path(state), FileAccess::Read, "lock") {
        Ok(Some(lock)) => lock.file.try_lock_shared().is_ok(),
        Ok(None) => true,
        Err(_) => false,
    }
}

/// Waits until no sender is at work, as none is while the file that is returned is open; tells
/// `is_waiting` if that takes time.
///
/// # Errors
/// When the lock is held for longer than any sender lives: another program has it.
pub fn wait_for_sender(state: &Path, is_waiting: impl FnOnce()) -> Result<Option<File>, FileError> {
    let path = path(state);
    let Some(lock) = small_files::open(&path, FileAccess::Read, "lock")? else { return Ok(None) };
    if lock.file.try_lock().is_err() {
        is_waiting();
        if small_files::lock(&lock.file, &path, Instant::now() + LONGEST_SENDER)? == FileLock::Elsewhere {
            return Err(small_files::in_use(&path));
        }
    }
    Ok(Some(lock.file))
}
