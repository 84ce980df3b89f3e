//! The queue: events on disk until they are delivered, in the manner of a maildir.
//!
//! A record is one small file, written in `tmp/` and renamed into `new/` when it is whole: a crash
//! leaves no half record, and processes need no lock between them. Its name begins with the time in
//! microseconds, so that names sorted are records in order of age, and says how large it is, so that
//! the bounds of the queue are kept from the names alone. Records are not synced to the disk: a
//! power cut may lose the last of them (found then by their size and dropped), a killed process
//! does not.
//!
//! The records about one project are in a folder of their own below `new/`: a project that refuses
//! costs the same however many events of others are queued. While a batch is being sent, its records
//! are in `sending/`: whatever cannot be taken out of `new/` is not sent, and nobody else deletes
//! what may have arrived already.
//!
//! The queue is bounded in number, bytes and age; what is too much goes oldest first. Counting
//! means listing, so only some of the pushes look (one in [`TRIM_EVERY`], by the event's random
//! key), besides every run of the sender. Files that are not records are left alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use small_files::FileError;

use crate::{
    destination::Destination,
    event::Event,
    journal::{EventOutcome, LogEntry},
    os,
    record::{MAX_RECORD, Record, RecordError, RecordName, project_digest},
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

/// The records that went undelivered to keep the bounds, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrimmedRecords {
    /// Older than [`QueueBounds::age`].
    pub too_old: Vec<RecordName>,
    /// Beyond [`QueueBounds::records`] or [`QueueBounds::bytes`].
    pub too_many: Vec<RecordName>,
}

impl TrimmedRecords {
    /// What the log says of it.
    #[must_use]
    pub fn entries(&self, now: SystemTime) -> Vec<LogEntry> {
        [("too old", &self.too_old), ("the queue was full", &self.too_many)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(reason, names)| LogEntry::of_keys(now, EventOutcome::Dropped, reason, names))
            .collect()
    }
}

/// Which records are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// All: no sender is at work.
    All,
    /// All but those that a sender has taken, of which it says itself what becomes of them.
    NotTaken,
}

/// The queue below a state folder. Making this value touches nothing.
#[derive(Debug, Clone)]
pub struct Queue {
    tmp: PathBuf,
    new: PathBuf,
    sending: PathBuf,
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
        Self { tmp: queue.join("tmp"), new: queue.join("new"), sending: queue.join("sending"), bounds }
    }

    /// Records an event about the project at this absolute path, if any, which goes to
    /// `destination` or stays on this machine.
    ///
    /// Four system calls when the folders exist.
    pub fn push(
        &self,
        event: &Event,
        project: Option<&Path>,
        destination: Option<&Destination>,
    ) -> Result<RecordName, FileError> {
        let (name, content) = Record::encode(event, project, destination)?;
        let path = self.path(&name);
        if name.size() > MAX_RECORD {
            return Err(FileError::TooLarge { path, limit: MAX_RECORD });
        }
        let temporary = self.tmp.join(name.to_string());
        self.write(&temporary, content.as_bytes())?;
        if let Err(error) = rename_into(&temporary, &path) {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        Ok(name)
    }

    /// Keeps the bounds after a push, if it is the turn of this one; gives what that cost.
    pub fn trim_by_turns(&self, event: &Event) -> TrimmedRecords {
        if !event.key().as_u128().is_multiple_of(TRIM_EVERY) {
            return TrimmedRecords::default();
        }
        // The event is recorded; whether others could be counted does not change that.
        self.trim(event.at()).unwrap_or_default()
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

    fn folder(&self, name: &RecordName) -> PathBuf {
        self.new.join(name.project().to_string())
    }

    fn path(&self, name: &RecordName) -> PathBuf {
        self.folder(name).join(name.to_string())
    }

    fn path_taken(&self, name: &RecordName) -> PathBuf {
        self.sending.join(name.to_string())
    }

    /// The queued records, oldest first, those that a sender has taken included; a queue that was
    /// never used is empty.
    pub fn list(&self) -> Result<Vec<RecordName>, FileError> {
        // In the order of `places`.
        let mut records = self.list_new()?;
        records.extend(self.list_taken()?);
        records.extend(self.list_new()?);
        records.sort_unstable();
        records.dedup();
        Ok(records)
    }

    /// The records that a sender has taken.
    pub fn list_taken(&self) -> Result<Vec<RecordName>, FileError> {
        Ok(records_in(small_files::entries(&self.sending)?))
    }

    /// The records that no sender has taken.
    pub fn list_new(&self) -> Result<Vec<RecordName>, FileError> {
        let mut records = Vec::new();
        for folder in small_files::entries(&self.new)? {
            // One that cannot be listed, or is not a folder, keeps no other from being delivered.
            records.extend(records_in(small_files::entries(&folder).unwrap_or_default()));
        }
        Ok(records)
    }

    /// Reads one record.
    pub fn read(&self, name: &RecordName) -> Result<Record, RecordError> {
        let mut reads = self.places(name).into_iter().map(|path| read_at(&path, name));
        reads.find(|read| !matches!(read, Err(RecordError::Gone))).unwrap_or(Err(RecordError::Gone))
    }

    /// Takes a record out of reach of everybody else, to send it; `false` when it is gone.
    pub fn take(&self, name: &RecordName) -> Result<bool, FileError> {
        let (from, to) = (self.path(name), self.path_taken(name));
        match rename_into(&from, &to) {
            Ok(()) => Ok(true),
            Err(_) if from.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives back a record that was taken.
    pub fn give_back(&self, name: &RecordName) -> Result<(), FileError> {
        rename_into(&self.path_taken(name), &self.path(name))
    }

    /// Removes one record, taken or not; one that is gone already is not an error.
    pub fn remove(&self, name: &RecordName) -> Result<bool, FileError> {
        for path in self.places(name) {
            if small_files::remove(&path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where a record may be, in the order to look: one that is taken or given back meanwhile is in
    /// a later place.
    fn places(&self, name: &RecordName) -> [PathBuf; 3] {
        [self.path(name), self.path_taken(name), self.path(name)]
    }

    /// Removes the records, and what was to become one; gives those that were removed.
    ///
    /// What cannot be removed keeps nothing else from being removed.
    pub fn clear(&self, deletion: Deletion) -> Deleted {
        let mut deleted = Deleted::default();
        for name in deleted.value(self.list_new()).unwrap_or_default() {
            deleted.record(small_files::remove(&self.path(&name)), name);
        }
        if deletion == Deletion::All {
            for name in deleted.value(self.list_taken()).unwrap_or_default() {
                deleted.record(small_files::remove(&self.path_taken(&name)), name);
            }
        }
        for name in records_in(deleted.value(small_files::entries(&self.tmp)).unwrap_or_default()) {
            deleted.value(small_files::remove(&self.tmp.join(name.to_string())));
        }
        deleted
    }

    /// Removes what is queued about the project at this absolute path and has not been taken; gives
    /// what was removed. No other project's records are looked at, nor any project.
    pub fn clear_project(&self, project: &Path) -> Deleted {
        let mut deleted = Deleted::default();
        let folder = self.new.join(project_digest(Some(project)).to_string());
        for name in records_in(deleted.value(small_files::entries(&folder)).unwrap_or_default()) {
            let concerned = match self.read(&name) {
                Ok(record) => record.project.as_deref() == Some(project),
                // It might be about the project, and can be delivered for no other.
                Err(RecordError::Damaged(_) | RecordError::OtherVersion) => true,
                Err(RecordError::Gone) => false,
                Err(RecordError::File(error)) => deleted.value(Err(error)).unwrap_or_default(),
            };
            if concerned {
                deleted.record(small_files::remove(&self.path(&name)), name);
            }
        }
        deleted
    }

    /// Keeps the bounds, oldest first, for what goes somewhere and for what stays here alike.
    pub fn trim(&self, now: SystemTime) -> Result<TrimmedRecords, FileError> {
        let mut names = self.list_new()?;
        names.sort_unstable();
        let (local, sendable): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.destination().is_none());
        let mut trimmed = TrimmedRecords::default();
        for names in [sendable, local] {
            self.trim_to_bounds(&names, now, &mut trimmed)?;
        }
        Ok(trimmed)
    }

    fn trim_to_bounds(
        &self,
        names: &[RecordName],
        now: SystemTime,
        trimmed: &mut TrimmedRecords,
    ) -> Result<(), FileError> {
        let oldest = now.checked_sub(self.bounds.age).unwrap_or(UNIX_EPOCH);
        let mut left = names.len();
        let mut bytes: u64 = names.iter().map(RecordName::size).sum();
        for name in names {
            let too_old = name.at() < oldest;
            if !too_old && left <= self.bounds.records && bytes <= self.bounds.bytes {
                break;
            }
            left -= 1;
            bytes -= name.size();
            if small_files::remove(&self.path(name))? {
                let reason = if too_old { &mut trimmed.too_old } else { &mut trimmed.too_many };
                reason.push(name.clone());
            }
        }
        Ok(())
    }

    /// Removes what processes that are gone have left unfinished, and folders of projects about
    /// which nothing is queued; for the sender.
    pub fn remove_strays(&self, now: SystemTime) -> Result<(), FileError> {
        for name in records_in(small_files::entries(&self.tmp)?) {
            let path = self.tmp.join(name.to_string());
            let modified = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age > STRAY_AFTER) {
                small_files::remove(&path)?;
            }
        }
        for folder in small_files::entries(&self.new)? {
            // Fails, as it should, while there is anything in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

fn records_in(paths: Vec<PathBuf>) -> Vec<RecordName> {
    paths.iter().filter_map(|path| path.file_name()?.to_str()?.parse().ok()).collect()
}

fn read_at(path: &Path, name: &RecordName) -> Result<Record, RecordError> {
    let bytes = match small_files::read(path, MAX_RECORD) {
        Ok(Some(bytes)) => bytes,
        // A link to nowhere would be looked at again and again.
        Ok(None) if path.is_symlink() => return Err(RecordError::Damaged("not a regular file".into())),
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

/// Renames, and makes the folder for that if need be, which a sender may remove meanwhile.
fn rename_into(from: &Path, to: &Path) -> Result<(), FileError> {
    const ATTEMPTS: usize = 3;
    let mut renamed = fs::rename(from, to);
    for _ in 0..ATTEMPTS {
        match &renamed {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                small_files::private_folder(to.parent().unwrap_or(to))?;
                renamed = fs::rename(from, to);
            }
            _ => break,
        }
    }
    renamed.map_err(FileError::io("create", to))
}

/// What was deleted, and what stood in the way.
#[derive(Debug, Default)]
pub struct Deleted {
    /// The records that are gone.
    pub records: Vec<RecordName>,
    /// Why some are not; the first of the reasons.
    pub problem: Option<FileError>,
}

impl Deleted {
    fn record(&mut self, removed: Result<bool, FileError>, name: RecordName) {
        if self.value(removed) == Some(true) {
            self.records.push(name);
        }
    }

    /// The value; of errors the first is kept.
    fn value<T>(&mut self, result: Result<T, FileError>) -> Option<T> {
        result.map_err(|error| self.problem.get_or_insert(error)).ok()
    }
}

/// A new file that its owner alone can read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    os::owner_only(&mut options);
    options.open(path)
}

#[cfg(test)]
mod tests;
