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
    fmt,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    event::Event,
    files::{self, FileError},
    journal::{EventOutcome, LogEntry},
};

/// A larger record is not an event.
pub const MAX_RECORD: u64 = 64 * 1024;
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

/// The name of a record's file.
///
/// Ordered by age, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    micros: u64,
    key: Uuid,
    size: u64,
}

impl RecordName {
    /// When the event happened, by the clock of then.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.micros)
    }

    /// The event's idempotency key.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.key
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}-{}-{}", self.micros, self.key.simple(), self.size)
    }
}

impl FromStr for RecordName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut parts = name.split('-');
        let (Some(micros), Some(key), Some(size), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        let parsed = Self {
            micros: micros.parse().map_err(drop)?,
            key: Uuid::try_parse(key).map_err(drop)?,
            size: size.parse().map_err(drop)?,
        };
        // Only what we would write ourselves, so that the name leads back to the file.
        if parsed.to_string() == name { Ok(parsed) } else { Err(()) }
    }
}

/// A queued event, read back.
#[derive(Debug)]
pub struct Record {
    /// Its name in the queue.
    pub name: RecordName,
    /// The root of the project it is about, to ask again for consent. Stays on this machine.
    pub project: Option<PathBuf>,
    /// The event as [`Event::to_json`] made it.
    pub event: Box<RawValue>,
}

/// What a record's file holds.
#[derive(Deserialize)]
struct Envelope {
    project: Option<StoredPath>,
    event: Box<RawValue>,
}

/// A path in JSON: as text, or on Unix as bytes when it is not text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredPath {
    Text(String),
    Bytes(Vec<u8>),
}

impl StoredPath {
    fn new(path: &Path) -> Result<Self, FileError> {
        if let Some(text) = path.to_str() {
            return Ok(Self::Text(text.to_owned()));
        }
        #[cfg(unix)]
        return Ok(Self::Bytes(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()));
        #[cfg(not(unix))]
        Err(FileError::NotUtf8 { path: path.into() })
    }

    fn into_path(self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(text.into()),
            #[cfg(unix)]
            Self::Bytes(bytes) => {
                let path: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
                Some(path.into())
            }
            #[cfg(not(unix))]
            Self::Bytes(_) => None,
        }
    }
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It was delivered or removed in the meantime.
    #[error("the record is gone")]
    Gone,
    /// Its content is not what was written.
    #[error("the record is damaged: {0}")]
    Damaged(String),
    /// It may be well, but cannot be got at.
    #[error(transparent)]
    File(#[from] FileError),
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
        let project = project.map(StoredPath::new).transpose()?;
        let project = serde_json::to_string(&project).map_err(unwritable(&self.new))?;
        // What `Envelope` reads; the event is JSON already.
        let bytes = format!("{{\"project\":{project},\"event\":{}}}", event.to_json());
        let since_epoch = event.at().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = RecordName {
            micros: u64::try_from(since_epoch.as_micros()).unwrap_or(u64::MAX),
            key: event.key(),
            size: bytes.len() as u64,
        };
        if name.size > MAX_RECORD {
            return Err(FileError::TooLarge { path: self.path(&name), limit: MAX_RECORD });
        }
        let temporary = self.tmp.join(name.to_string());
        self.write(&temporary, bytes.as_bytes())?;
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
        let mut file = match private_file(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                files::private_folder(&self.tmp)?;
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
                files::private_folder(&self.new)?;
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
        for path in files::entries(&self.new)? {
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
        let bytes = match files::read(&self.path(name), MAX_RECORD) {
            Ok(bytes) => bytes.ok_or(RecordError::Gone)?,
            // Nothing that we wrote: it would stay for ever, and a sender be started for it by each
            // command.
            Err(FileError::TooLarge { limit, .. }) => return Err(RecordError::Damaged(format!("over {limit} bytes"))),
            Err(FileError::NotRegular { path }) if !path.is_dir() => {
                return Err(RecordError::Damaged("not a regular file".into()));
            }
            Err(error) => return Err(error.into()),
        };
        if bytes.len() as u64 != name.size {
            let message = format!("{} of {} bytes", bytes.len(), name.size);
            return Err(RecordError::Damaged(message));
        }
        let envelope: Envelope =
            serde_json::from_slice(&bytes).map_err(|error| RecordError::Damaged(error.to_string()))?;
        if !envelope.event.get().starts_with('{') {
            return Err(RecordError::Damaged("the event is not an object".into()));
        }
        Ok(Record {
            name: name.clone(),
            project: envelope.project.and_then(StoredPath::into_path),
            event: envelope.event,
        })
    }

    /// Removes one record; one that is gone already is not an error.
    pub fn remove(&self, name: &RecordName) -> Result<(), FileError> {
        files::remove(&self.path(name)).map(drop)
    }

    /// Removes everything; returns how many records there were.
    pub fn clear(&self) -> Result<usize, FileError> {
        for stray in files::entries(&self.tmp)? {
            files::remove(&stray)?;
        }
        let listing = self.list()?;
        for foreign in &listing.foreign {
            files::remove(foreign)?;
        }
        let mut removed = 0;
        for name in &listing.records {
            removed += usize::from(files::remove(&self.path(name))?);
        }
        Ok(removed)
    }

    /// Removes what is queued about one project; returns how many records that were.
    ///
    /// A damaged record goes too: it might be about the project, and can be delivered for no other.
    pub fn clear_project(&self, project: &Path) -> Result<usize, FileError> {
        let canonical = project.canonicalize().ok();
        let is_same = |path: &Path| path == project || (canonical.is_some() && path.canonicalize().ok() == canonical);
        let mut removed = 0;
        for name in self.list()?.records {
            let concerned = match self.read(&name) {
                Ok(record) => record.project.as_deref().is_some_and(is_same),
                Err(RecordError::Damaged(_)) => true,
                Err(RecordError::Gone) => false,
                Err(RecordError::File(error)) => return Err(error),
            };
            if concerned {
                removed += usize::from(files::remove(&self.path(&name))?);
            }
        }
        Ok(removed)
    }

    /// Keeps the bounds, oldest first.
    pub fn trim(&self, now: SystemTime) -> Result<TrimmedRecords, FileError> {
        let records = self.list()?.records;
        let oldest = now.checked_sub(self.bounds.age).unwrap_or(UNIX_EPOCH);
        let mut trimmed = TrimmedRecords::default();
        let mut left = records.len();
        let mut bytes: u64 = records.iter().map(|name| name.size).sum();
        for name in &records {
            let too_old = name.at() < oldest;
            if !too_old && left <= self.bounds.records && bytes <= self.bounds.bytes {
                break;
            }
            left -= 1;
            bytes -= name.size;
            let removed = usize::from(files::remove(&self.path(name))?);
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
        for path in files::entries(&self.tmp)? {
            let modified = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age > STRAY_AFTER) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }
}

fn unwritable(path: &Path) -> impl FnOnce(serde_json::Error) -> FileError {
    let failed = FileError::io("write to", path);
    |error| failed(error.into())
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
