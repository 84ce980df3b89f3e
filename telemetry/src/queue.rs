//! The queue: events on disk until they are delivered, in the manner of a maildir.
//!
//! A record is one small file, written in `tmp/` and renamed into `new/` when it is whole: a crash
//! leaves no half record, and processes need no lock between them. Its name begins with the time in
//! microseconds, so that names sorted are records in order of age, and ends with its size, so that
//! the bounds of the queue are kept from the names alone. Records are not synced to the disk: a
//! power cut may lose the last of them (found then by their size and dropped), a killed process
//! does not.
//!
//! The queue is bounded in number, bytes and age; what is too much goes oldest first. Counting
//! means listing, so only some of the pushes look (one in [`TRIM_EVERY`], by the event's random
//! key), besides every run of the sender.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use small_files::FileError;

use crate::{
    event::Event,
    journal::{EventOutcome, LogEntry},
    record::{MAX_RECORD, Record, RecordError, RecordName},
};

/// One push in so many keeps the bounds.
pub const TRIM_EVERY: u128 = 64;
/// A file this long in `tmp/` belongs to a process that is gone.
const STRAY_AFTER: Duration = Duration::from_secs(60 * 60);

/// How much may be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueBounds {
    /// Number of records.
    pub records: usize,
    /// Their sizes together.
    pub bytes: u64,
    /// The age of the oldest.
    pub age: Duration,
}

impl Default for QueueBounds {
    /// 10,000 records, 32 MiB, 30 days.
    fn default() -> Self {
        Self { records: 10_000, bytes: 32 * 1024 * 1024, age: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

/// What is in the queue.
#[derive(Debug, Default)]
pub struct QueueListing {
    /// The records, oldest first.
    pub records: Vec<RecordName>,
    /// Files that are not records.
    pub foreign: Vec<PathBuf>,
}

/// Why records went undelivered to keep the bounds, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrimmedRecords {
    /// Older than [`QueueBounds::age`].
    pub too_old: usize,
    /// Beyond [`QueueBounds::records`] or [`QueueBounds::bytes`].
    pub too_many: usize,
}

impl TrimmedRecords {
    /// What the log says of it.
    #[must_use]
    pub fn entries(self, now: SystemTime) -> Vec<LogEntry> {
        [("too old", self.too_old), ("the queue was full", self.too_many)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(reason, count)| LogEntry::summary(now, EventOutcome::Dropped, reason, count))
            .collect()
    }
}

/// The queue below a state folder. Making this value touches nothing.
#[derive(Debug, Clone)]
pub struct Queue {
    tmp: PathBuf,
    new: PathBuf,
    bounds: QueueBounds,
}

impl Queue {
    /// The queue in this state folder.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self::with_bounds(state, QueueBounds::default())
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_bounds(state: &Path, bounds: QueueBounds) -> Self {
        let queue = state.join("queue");
        Self { tmp: queue.join("tmp"), new: queue.join("new"), bounds }
    }

    /// Records an event about the project at this absolute path, if any; returns what the bounds
    /// cost.
    ///
    /// Four system calls when the folders exist.
    pub fn push(&self, event: &Event, project: Option<&Path>) -> Result<TrimmedRecords, FileError> {
        let (name, content) = Record::encode(event, project)?;
        if name.size() > MAX_RECORD {
            return Err(FileError::TooLarge { path: self.path(&name), limit: MAX_RECORD });
        }
        let temporary = self.tmp.join(name.to_string());
        self.write(&temporary, content.as_bytes())?;
        if let Err(error) = self.rename(&temporary, &self.path(&name)) {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        if event.key().as_u128().is_multiple_of(TRIM_EVERY) {
            // The event is recorded; whether others could be counted does not change that.
            return Ok(self.trim(event.at()).unwrap_or_default());
        }
        Ok(TrimmedRecords::default())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        small_files::check_length(bytes.len() as u64).map_err(FileError::io("write", path))?;
        let mut file = match private_file(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                small_files::private_folder(&self.tmp)?;
                private_file(path)
            }
            opened => opened,
        }
        .map_err(FileError::io("create", path))?;
        file.write_all(bytes).map_err(|error| {
            let _ = fs::remove_file(path);
            FileError::io("write", path)(error)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), FileError> {
        match fs::rename(from, to) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                small_files::private_folder(&self.new)?;
                fs::rename(from, to)
            }
            renamed => renamed,
        }
        .map_err(FileError::io("create", to))
    }

    fn path(&self, name: &RecordName) -> PathBuf {
        self.new.join(name.to_string())
    }

    /// The queued records, oldest first; a queue that was never used is empty.
    pub fn list(&self) -> Result<QueueListing, FileError> {
        let mut listing = QueueListing::default();
        for path in small_files::entries(&self.new)? {
            let name = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            match name {
                Some(name) => listing.records.push(name),
                None => listing.foreign.push(path),
            }
        }
        listing.records.sort_unstable();
        Ok(listing)
    }

    /// Reads one record.
    pub fn read(&self, name: &RecordName) -> Result<Record, RecordError> {
        let bytes = match small_files::read(&self.path(name), MAX_RECORD) {
            Ok(Some(bytes)) => bytes,
            // A link to nowhere would be looked at again and again.
            Ok(None) if self.path(name).is_symlink() => {
                return Err(RecordError::Damaged("not a regular file".into()));
            }
            Ok(None) => return Err(RecordError::Gone),
            // Nothing that we wrote: it would stay for ever, and a sender be started for it by each
            // command.
            Err(FileError::TooLarge { limit, .. }) => return Err(RecordError::Damaged(format!("over {limit} bytes"))),
            Err(FileError::NotRegular { path }) if !path.is_dir() => {
                return Err(RecordError::Damaged("not a regular file".into()));
            }
            Err(error) => return Err(error.into()),
        };
        Record::decode(name, &bytes)
    }

    /// Removes one record; one that is gone already is not an error.
    pub fn remove(&self, name: &RecordName) -> Result<(), FileError> {
        small_files::remove(&self.path(name)).map(drop)
    }

    /// Removes everything but folders, which are none of ours; returns how many records there were.
    ///
    /// What cannot be removed keeps nothing else from being removed.
    ///
    /// # Errors
    /// Of the first that could not be removed, or listed.
    pub fn clear(&self) -> Result<usize, FileError> {
        let mut removal = Removal::default();
        let listing = self.list()?;
        for name in &listing.records {
            removal.records(small_files::remove(&self.path(name)));
        }
        let unfinished = removal.others(small_files::entries(&self.tmp)).unwrap_or_default();
        for path in unfinished.iter().chain(&listing.foreign).filter(|path| !is_folder(path)) {
            removal.others(small_files::remove(path));
        }
        removal.end()
    }

    /// Removes what is queued about one project; returns how many records that were.
    ///
    /// A damaged record goes too: it might be about the project, and can be delivered for no other.
    pub fn clear_project(&self, project: &Path) -> Result<usize, FileError> {
        let canonical = project.canonicalize().ok();
        let is_same = |path: &Path| path == project || (canonical.is_some() && path.canonicalize().ok() == canonical);
        let mut removal = Removal::default();
        for name in self.list()?.records {
            let concerned = match self.read(&name) {
                Ok(record) => record.project.as_deref().is_some_and(is_same),
                Err(RecordError::Damaged(_)) => true,
                Err(RecordError::Gone) => false,
                Err(RecordError::File(error)) => removal.others(Err(error)).unwrap_or_default(),
            };
            if concerned {
                removal.records(small_files::remove(&self.path(&name)));
            }
        }
        removal.end()
    }

    /// Keeps the bounds, oldest first.
    pub fn trim(&self, now: SystemTime) -> Result<TrimmedRecords, FileError> {
        let records = self.list()?.records;
        let oldest = now.checked_sub(self.bounds.age).unwrap_or(UNIX_EPOCH);
        let mut trimmed = TrimmedRecords::default();
        let mut left = records.len();
        let mut bytes: u64 = records.iter().map(RecordName::size).sum();
        for name in &records {
            let too_old = name.at() < oldest;
            if !too_old && left <= self.bounds.records && bytes <= self.bounds.bytes {
                break;
            }
            left -= 1;
            bytes -= name.size();
            let removed = usize::from(small_files::remove(&self.path(name))?);
            if too_old {
                trimmed.too_old += removed;
            } else {
                trimmed.too_many += removed;
            }
        }
        Ok(trimmed)
    }

    /// Removes what processes that are gone have left unfinished; for the sender.
    pub fn remove_strays(&self, now: SystemTime) -> Result<(), FileError> {
        for path in small_files::entries(&self.tmp)? {
            let modified = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age > STRAY_AFTER) {
                small_files::remove(&path)?;
            }
        }
        Ok(())
    }
}

/// How far removing many files has come.
#[derive(Default)]
struct Removal {
    records: usize,
    first_error: Option<FileError>,
}

impl Removal {
    /// Counts a record that is removed.
    fn records(&mut self, removed: Result<bool, FileError>) {
        self.records += usize::from(self.others(removed).unwrap_or_default());
    }

    /// The value; of errors the first is kept.
    fn others<T>(&mut self, result: Result<T, FileError>) -> Option<T> {
        result.map_err(|error| self.first_error.get_or_insert(error)).ok()
    }

    fn end(self) -> Result<usize, FileError> {
        self.first_error.map_or(Ok(self.records), Err)
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// A new file that its owner alone can read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests;
