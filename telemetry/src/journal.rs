//! The local log: what became of every event, for the user to read.
//!
//! One JSON object per line, appended in one write. The file is set aside when it has grown to
//! [`MAX_FILE`], and the one set aside before it goes, so the log is bounded. An event that was
//! sent is logged whole: it is exactly what left this machine.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use small_files::{FileAccess, FileError, FileLock, RegularFile};

use crate::{os, record::RecordName, time::timestamp};

/// A log file of this size is set aside: a full queue that is sent does not push out what the log
/// says of events dropped before.
pub const MAX_FILE: u64 = 16 * 1024 * 1024;
/// One batch of 1,000 events may follow.
const MAX_READ: u64 = 80 * 1024 * 1024;

/// Whoever else adds to the log takes no longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventOutcome {
    /// The endpoint accepted it.
    Sent,
    /// It was removed undelivered.
    Dropped,
    /// Delivery failed; it stays queued.
    Kept,
}

/// A line of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogEntry {
    /// When: UTC, in microseconds.
    pub at: String,
    /// What.
    pub outcome: EventOutcome,
    /// How many events.
    pub count: usize,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The idempotency keys of events that are not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The event, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<RawValue>>,
}

impl LogEntry {
    /// A line about one event.
    #[must_use]
    pub fn event(at: SystemTime, outcome: EventOutcome, reason: Option<&str>, event: &RawValue) -> Self {
        Self {
            at: timestamp(at),
            outcome,
            count: 1,
            reason: reason.map(Into::into),
            keys: Vec::new(),
            event: Some(event.to_owned()),
        }
    }

    /// A line about several events, of which it shows the keys alone.
    #[must_use]
    pub fn of_keys<'n>(
        at: SystemTime,
        outcome: EventOutcome,
        reason: &str,
        names: impl IntoIterator<Item = &'n RecordName>,
    ) -> Self {
        let keys: Vec<String> = names.into_iter().map(|name| name.key().to_string()).collect();
        let summary = Self::summary(at, outcome, reason, keys.len());
        Self { keys, ..summary }
    }

    /// A line about several events, which it does not show.
    #[must_use]
    pub fn summary(at: SystemTime, outcome: EventOutcome, reason: &str, count: usize) -> Self {
        Self { at: timestamp(at), outcome, count, reason: Some(reason.into()), keys: Vec::new(), event: None }
    }

    /// The idempotency keys of the events that it is about, as far as it says.
    pub fn known_keys(&self) -> Vec<String> {
        #[derive(Deserialize)]
        struct Keyed {
            idempotency_key: String,
        }
        let shown = self.event.as_ref().and_then(|event| serde_json::from_str::<Keyed>(event.get()).ok());
        self.keys.iter().cloned().chain(shown.map(|event| event.idempotency_key)).collect()
    }
}

/// The log below a state folder. Making this value touches nothing.
#[derive(Debug, Clone)]
pub struct Journal {
    current: PathBuf,
    previous: PathBuf,
}

impl Journal {
    /// The log in this state folder.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self { current: state.join("log.ndjson"), previous: state.join("log.1.ndjson") }
    }

    /// The file that is appended to.
    #[cfg(feature = "internals")]
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.current
    }

    /// Adds lines, in one write.
    pub fn append(&self, entries: &[LogEntry]) -> Result<(), FileError> {
        let path = self.current.as_path();
        let mut text = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut text, entry).map_err(|error| FileError::io("write", path)(error.into()))?;
            text.push(b'\n');
        }
        if text.is_empty() {
            return Ok(());
        }
        let mut opened = self.open_to_append()?;
        if ends_in_mid_line(&mut opened.file) {
            text.insert(0, b'\n');
        }
        let written = small_files::check_growth(&opened.file, text.len()).and_then(|()| opened.file.write_all(&text));
        written.map_err(FileError::io("write", path))
    }

    /// Keeps room for so many bytes; fails when nothing could be added.
    pub fn reserve(&self, bytes: usize) -> Result<(), FileError> {
        let opened = self.open_to_append()?;
        small_files::reserve(&opened.file, bytes).map_err(FileError::io("write", &self.current))
    }

    /// The same, without making a log that is not there yet.
    pub fn check_writable_if_there(&self) -> Result<(), FileError> {
        small_files::open(&self.current, FileAccess::Append, "write").map(drop)
    }

    /// The log, locked, or a new one if it has grown enough.
    fn open_to_append(&self) -> Result<RegularFile, FileError> {
        let path = self.current.as_path();
        let opened = self.open_locked()?;
        let size = opened.file.metadata().map_or(0, |metadata| metadata.len());
        if size < MAX_FILE {
            return Ok(opened);
        }
        match fs::rename(path, &self.previous) {
            Ok(()) => self.open_locked(),
            // On Windows it cannot be as long as others have it open: whoever comes next may.
            Err(_) if size < 2 * MAX_FILE => Ok(opened),
            Err(error) => Err(FileError::io("set aside", path)(error)),
        }
    }

    /// The log, which nobody else adds to or sets aside while it is open.
    fn open_locked(&self) -> Result<RegularFile, FileError> {
        let path = self.current.as_path();
        let until = Instant::now() + PATIENCE;
        loop {
            let opened = self.open()?;
            let is_locked = match small_files::lock(&opened.file, path, until) {
                Ok(FileLock::Ours) => true,
                Ok(FileLock::Elsewhere) => return Err(small_files::in_use(path)),
                // Where files cannot be locked, lines are still added whole.
                Err(_) => false,
            };
            // Whoever had the lock may have set it aside.
            if !is_locked || os::is_at(&opened.file, path) || Instant::now() >= until {
                return Ok(opened);
            }
        }
    }

    /// The log, with its folder, is made if need be.
    fn open(&self) -> Result<RegularFile, FileError> {
        let path = self.current.as_path();
        if let Some(opened) = small_files::open(path, FileAccess::Append, "write")? {
            return Ok(opened);
        }
        path.parent().map_or(Ok(()), small_files::private_folder)?;
        small_files::open_or_create(path, FileAccess::Append, "write")
    }

    /// The lines still there, oldest first; a line that cannot be understood is passed over.
    pub fn read(&self) -> Result<Vec<LogEntry>, FileError> {
        let mut entries = self.read_set_aside()?;
        entries.extend(parse(&small_files::read(&self.current, MAX_READ)?.unwrap_or_default()));
        Ok(entries)
    }

    /// The older of them: what has been set aside.
    pub fn read_set_aside(&self) -> Result<Vec<LogEntry>, FileError> {
        Ok(parse(&small_files::read(&self.previous, MAX_READ)?.unwrap_or_default()))
    }

    /// The newer of them, and then what is appended.
    #[must_use]
    pub fn tail(&self) -> LogTail {
        LogTail { path: self.current.clone(), file: None, line: Vec::new() }
    }

    /// Removes the log.
    pub fn clear(&self) -> Result<(), FileError> {
        small_files::remove(&self.previous)?;
        small_files::remove(&self.current).map(drop)
    }
}

/// Whether whoever wrote last was killed, or out of room, in mid-line: the next line is not to be
/// lost with that one.
fn ends_in_mid_line(file: &mut File) -> bool {
    let mut byte = [0];
    let last = file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut byte));
    last.is_ok() && byte != *b"\n"
}

fn parse(lines: &[u8]) -> Vec<LogEntry> {
    lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// The log as it grows; see [`Journal::tail`].
#[derive(Debug)]
pub struct LogTail {
    path: PathBuf,
    file: Option<File>,
    /// What has come of a line that is not whole yet.
    line: Vec<u8>,
}

impl LogTail {
    /// The lines since the last call. A log that was set aside meanwhile is read to its end first.
    pub fn read(&mut self) -> Result<Vec<LogEntry>, FileError> {
        let mut entries = Vec::new();
        self.read_file(&mut entries)?;
        if !self.file.as_ref().is_some_and(|file| os::is_at(file, &self.path)) {
            self.line.clear();
            self.file =
                small_files::open(&self.path, FileAccess::Read, "read").ok().flatten().map(|opened| opened.file);
            self.read_file(&mut entries)?;
        }
        Ok(entries)
    }

    fn read_file(&mut self, entries: &mut Vec<LogEntry>) -> Result<(), FileError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.take(MAX_READ).read_to_end(&mut self.line).map_err(FileError::io("read", &self.path))?;
        let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') else {
            if self.line.len() as u64 >= MAX_READ {
                // Not a line of ours; what is left of it is passed over as one that is damaged.
                self.line.clear();
            }
            return Ok(());
        };
        let whole: Vec<u8> = self.line.drain(..=end).collect();
        entries.extend(parse(&whole));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
