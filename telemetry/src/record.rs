//! A queued event: the name of its file, and what is in it.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use small_files::FileError;

use crate::event::Event;

/// A larger record is not an event.
pub const MAX_RECORD: u64 = 64 * 1024;

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
        self.time().unwrap_or(UNIX_EPOCH)
    }

    fn time(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_micros(self.micros))
    }

    fn is_possible(&self) -> bool {
        self.size <= MAX_RECORD && self.time().is_some()
    }

    /// The event's idempotency key.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.key
    }

    /// Of the file, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
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
        // Only what we would write ourselves, so that the name leads back to the file, and sizes
        // and times can be reckoned with.
        if parsed.to_string() == name && parsed.is_possible() { Ok(parsed) } else { Err(()) }
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

impl Record {
    /// The name and the content of the file for an event about the project at this absolute path,
    /// if any.
    pub fn encode(event: &Event, project: Option<&Path>) -> Result<(RecordName, String), FileError> {
        let project = Value::from(project.map(stored_path).transpose()?);
        // What `StoredRecord` reads; the event is JSON already.
        let content = format!("{{\"project\":{project},\"event\":{}}}", event.to_json());
        let since_epoch = event.at().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = RecordName {
            micros: u64::try_from(since_epoch.as_micros()).unwrap_or(u64::MAX),
            key: event.key(),
            size: content.len() as u64,
        };
        Ok((name, content))
    }

    /// The record of this name, whose file has this content.
    pub fn decode(name: &RecordName, content: &[u8]) -> Result<Self, RecordError> {
        if content.len() as u64 != name.size {
            return Err(RecordError::Damaged(format!("{} of {} bytes", content.len(), name.size)));
        }
        let envelope: StoredRecord =
            serde_json::from_slice(content).map_err(|error| RecordError::Damaged(error.to_string()))?;
        if !envelope.event.get().starts_with('{') {
            return Err(RecordError::Damaged("the event is not an object".into()));
        }
        Ok(Self {
            name: name.clone(),
            project: envelope.project.and_then(StoredPath::into_path),
            event: envelope.event,
        })
    }
}

/// What a record's file holds.
#[derive(Deserialize)]
struct StoredRecord {
    project: Option<StoredPath>,
    event: Box<RawValue>,
}

/// A path in JSON: as text, or on Unix as bytes when it is not text.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredPath {
    Text(String),
    #[cfg_attr(not(unix), allow(dead_code, reason = "a path written on Unix cannot be read here"))]
    Bytes(Vec<u8>),
}

fn stored_path(path: &Path) -> Result<Value, FileError> {
    if let Some(text) = path.to_str() {
        return Ok(text.into());
    }
    #[cfg(unix)]
    return Ok(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).into());
    #[cfg(not(unix))]
    Err(FileError::NotUtf8 { path: path.into() })
}

impl StoredPath {
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
