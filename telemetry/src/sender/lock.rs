//! One sender at a time: a lock on a file, which the system gives up with the process however it
//! ends; where files cannot be locked, a file that is there while a sender is at work.
//!
//! A sender that has nothing left to send stays for a moment, under a lock of its own, so that a
//! command that follows need not start another.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use small_files::{Created, FileAccess, FileError, FileLock, Visibility};

/// A command that looks whether the lock is held holds it for an instant, and there may be many at
/// once.
const PATIENCE: Duration = Duration::from_millis(500);

/// No sender lives as long.
const LONGEST_SENDER: Duration = Duration::from_secs(30);

/// Between two looks at a file that stands for a lock.
const PAUSE: Duration = Duration::from_millis(20);

fn path(state: &Path) -> PathBuf {
    state.join("sender.lock")
}

fn lingering_path(state: &Path) -> PathBuf {
    state.join("lingering.lock")
}

/// What makes this process the one sender, until it is dropped.
#[derive(Debug)]
pub enum SenderLock {
    /// The lock.
    File(#[expect(dead_code, reason = "held, not used")] File),
    /// A file that stands for one.
    Lease(PathBuf),
}

impl Drop for SenderLock {
    fn drop(&mut self) {
        if let Self::Lease(path) = self {
            // One that cannot be removed passes with time.
            let _ = small_files::remove(path);
        }
    }
}

/// Becomes the one sender; `None` when another is at work.
pub fn acquire(state: &Path, ends: Instant) -> Result<Option<SenderLock>, FileError> {
    let path = path(state);
    let file = small_files::open_or_create(&path, FileAccess::Append, "lock")?.file;
    let until = ends.min(Instant::now() + PATIENCE);
    match small_files::lock(&file, &path, until) {
        Ok(FileLock::Ours) => Ok(Some(SenderLock::File(file))),
        Ok(FileLock::Elsewhere) => Ok(None),
        Err(_) => lease(state),
    }
}

fn lease_path(state: &Path) -> PathBuf {
    state.join("sender.lease")
}

/// Where files cannot be locked.
fn lease(state: &Path) -> Result<Option<SenderLock>, FileError> {
    let path = lease_path(state);
    let create = || small_files::create_new(&path, b"", Visibility::Owner);
    let mut created = create()?;
    // Removed only when it is seen that nobody can be at work under it: one that is gone by now may
    // be another's at once.
    if created != Created::Yes && age(&path).is_some_and(|age| age >= LONGEST_SENDER) {
        small_files::remove(&path)?;
        created = create()?;
    }
    // Made only then: whoever drops a lease gives it up, be it another's.
    Ok((created == Created::Yes).then(|| SenderLock::Lease(path)))
}

/// Whether a sender has left this file there that can still be at work.
fn is_leased(path: &Path) -> bool {
    age(path).is_some_and(|age| age < LONGEST_SENDER)
}

/// How long ago a file was written, or how far in the future, by a clock that was set back since.
fn age(path: &Path) -> Option<Duration> {
    let modified = fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    Some(SystemTime::now().duration_since(modified).unwrap_or_else(|error| error.duration()))
}

/// Whether no sender is at work, or stays for a moment. A lock that cannot be looked at means no,
/// unless that is because there are none here.
pub fn is_free(state: &Path) -> bool {
    let is_free = |path: &Path| match small_files::open(path, FileAccess::Read, "lock") {
        Ok(Some(lock)) => match lock.file.try_lock_shared() {
            Ok(()) => true,
            Err(fs::TryLockError::WouldBlock) => false,
            Err(fs::TryLockError::Error(_)) => !is_leased(&lease_path(state)),
        },
        Ok(None) => true,
        Err(_) => false,
    };
    is_free(&path(state)) && is_free(&lingering_path(state))
}

/// Whether no sender has anything taken.
pub fn is_idle(state: &Path) -> bool {
    match small_files::open(&path(state), FileAccess::Read, "lock") {
        Ok(Some(lock)) => lock.file.try_lock_shared().is_ok(),
        Ok(None) => true,
        Err(_) => false,
    }
}

/// Has commands start no sender while the file is open: this one stays for a moment.
pub fn linger(state: &Path) -> Option<File> {
    let path = lingering_path(state);
    let file = small_files::open_or_create(&path, FileAccess::Append, "lock").ok()?.file;
    matches!(small_files::lock(&file, &path, Instant::now()), Ok(FileLock::Ours)).then_some(file)
}

/// Waits until no sender is at work, as none is while what is returned is there; tells `is_waiting`
/// if that takes time.
///
/// # Errors
/// When the lock is held for longer than any sender lives: another program has it.
pub fn wait_for_sender(state: &Path, is_waiting: impl FnOnce()) -> Result<Option<File>, FileError> {
    let path = path(state);
    let Some(lock) = small_files::open(&path, FileAccess::Read, "lock")? else { return Ok(None) };
    let until = Instant::now() + LONGEST_SENDER;
    match lock.file.try_lock() {
        Ok(()) => return Ok(Some(lock.file)),
        Err(fs::TryLockError::WouldBlock) => {
            is_waiting();
            if small_files::lock(&lock.file, &path, until)? == FileLock::Elsewhere {
                return Err(small_files::in_use(&path));
            }
        }
        Err(fs::TryLockError::Error(_)) => {
            while is_leased(&lease_path(state)) {
                std::thread::sleep(PAUSE);
            }
        }
    }
    Ok(Some(lock.file))
}
