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

use crate::{
    destination::Destination, digest::Digest, endpoint::Endpoint, envelope::PROPERTIES, event::Event, os,
    request_format::RequestFormat, schema::Properties,
};

/// A larger record is not an event.
pub const MAX_RECORD: u64 = 64 * 1024;

/// The form of what is in a record. Records of another form are another version's, and left alone.
const FORM: u64 = 1;
/// The same with a format of the request: a version that knows none would send it as another.
const FORM_WITH_FORMAT: u64 = 2;

/// The name of a record's file.
///
/// Ordered by age, oldest first. It says what a queue is kept by, so that no record need be read
/// for that: the size, and digests of the project and of the destination.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    micros: u64,
    key: Uuid,
    size: u64,
    project: Digest,
    destination: Option<Digest>,
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

    /// Of the project that it is about.
    #[must_use]
    pub fn project(&self) -> Digest {
        self.project
    }

    /// Where it goes; `None` when it stays on this machine.
    #[must_use]
    pub fn destination(&self) -> Option<Digest> {
        self.destination
    }
}

/// Stands for what stays on this machine.
const NOWHERE: &str = "local";

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}-{}-{}-{}-", self.micros, self.key.simple(), self.size, self.project)?;
        match self.destination {
            Some(destination) => write!(f, "{destination}"),
            None => f.write_str(NOWHERE),
        }
    }
}

impl FromStr for RecordName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = name.split('-').collect();
        let [micros, key, size, project, destination] = parts[..] else { return Err(()) };
        let parsed = Self {
            micros: micros.parse().map_err(drop)?,
            key: Uuid::try_parse(key).map_err(drop)?,
            size: size.parse().map_err(drop)?,
            project: project.parse()?,
            destination: if destination == NOWHERE { None } else { Some(destination.parse()?) },
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
    /// Where it goes, decided when it was recorded; `None` when it stays on this machine.
    pub destination: Option<Destination>,
    /// Whether the event is to be completed before it is sent.
    pub is_incomplete: bool,
    /// The event as [`Event::to_json`] made it.
    pub event: Box<RawValue>,
}

impl Record {
    /// The name and the content of the file for an event about the project at this absolute path,
    /// if any.
    pub fn encode(
        event: &Event,
        project: Option<&Path>,
        destination: Option<&Destination>,
    ) -> Result<(RecordName, String), FileError> {
        let stored = project.map(stored_path).transpose()?;
        let format = destination.map(|to| to.format).unwrap_or_default();
        let (form, format) = match format {
            RequestFormat::Heap => (FORM, String::new()),
            other => (FORM_WITH_FORMAT, format!("\"format\":\"{}\",", other.word())),
        };
        let (endpoint, app_id) = match destination {
            Some(to) => (Value::from(to.endpoint.address()), Value::from(to.app_id.as_str())),
            None => (Value::Null, Value::Null),
        };
        // What `StoredRecord` reads; the event is JSON already.
        let content = format!(
            "{{\"form\":{form},{format}\"project\":{},\"endpoint\":{endpoint},\"app_id\":{app_id},\"incomplete\":{},\"event\":{}}}",
            Value::from(stored),
            event.is_incomplete(),
            event.to_json()
        );
        let since_epoch = event.at().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = RecordName {
            micros: u64::try_from(since_epoch.as_micros()).unwrap_or(u64::MAX),
            key: event.key(),
            size: content.len() as u64,
            project: project_digest(project),
            destination: destination.map(Destination::digest),
        };
        Ok((name, content))
    }

    /// Adds these properties to the event, in the places of those that it has.
    pub fn complete(&mut self, properties: &Properties) {
        let Ok(mut event) = serde_json::from_str::<Value>(self.event.get()) else { return };
        if let Some(Value::Object(own)) = event.get_mut(PROPERTIES.name()) {
            own.extend(properties.as_map().clone());
        }
        if let Ok(completed) = serde_json::value::to_raw_value(&event) {
            self.event = completed;
        }
    }

    /// The record of this name, whose file has this content.
    pub fn decode(name: &RecordName, content: &[u8]) -> Result<Self, RecordError> {
        if content.len() as u64 != name.size {
            return Err(RecordError::Damaged(format!("{} of {} bytes", content.len(), name.size)));
        }
        let damaged = |error: &dyn fmt::Display| RecordError::Damaged(error.to_string());
        let Form { form } = serde_json::from_slice(content).map_err(|error| not_written(&error))?;
        if !matches!(form, FORM | FORM_WITH_FORMAT) {
            return Err(RecordError::OtherVersion);
        }
        let stored: StoredRecord = serde_json::from_slice(content).map_err(|error| not_written(&error))?;
        if !stored.event.get().starts_with('{') {
            return Err(damaged(&"the event is not an object"));
        }
        let destination = match (stored.endpoint, stored.app_id) {
            (Some(endpoint), Some(app_id)) => {
                let endpoint = Endpoint::parse(&endpoint).map_err(|error| damaged(&error))?;
                Some(Destination { endpoint, app_id, format: stored.format })
            }
            _ => None,
        };
        if destination.as_ref().map(Destination::digest) != name.destination {
            return Err(damaged(&"it is for another destination than its name says"));
        }
        let project = stored.project.and_then(StoredPath::into_path);
        let (is_incomplete, event) = (stored.incomplete, stored.event);
        Ok(Self { name: name.clone(), project, destination, is_incomplete, event })
    }
}

/// The path by which a project is recorded: however a command came to it, it is the same.
#[must_use]
pub fn recorded_path(project: &Path) -> PathBuf {
    small_files::resolve(project).unwrap_or_else(|_| project.to_owned())
}

/// The digest of a project's path, or of none.
#[must_use]
pub fn project_digest(project: Option<&Path>) -> Digest {
    Digest::of(project.map(|path| path.as_os_str().as_encoded_bytes()))
}

/// Where a record is not what was written. What stands there instead is not said: the log is no
/// place for parts of a record.
fn not_written(error: &serde_json::Error) -> RecordError {
    let what = if error.is_data() { "not of a record's form" } else { "not JSON" };
    RecordError::Damaged(format!("{what}, at line {} column {}", error.line(), error.column()))
}

/// What every version of a record's file holds.
#[derive(Deserialize)]
struct Form {
    form: u64,
}

/// What a record's file holds.
#[derive(Deserialize)]
struct StoredRecord {
    project: Option<StoredPath>,
    endpoint: Option<String>,
    app_id: Option<String>,
    #[serde(default)]
    format: RequestFormat,
    #[serde(default)]
    incomplete: bool,
    event: Box<RawValue>,
}

/// A path in JSON: as text, or on Unix as bytes when it is not text.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredPath {
    Text(String),
    Bytes(Vec<u8>),
}

fn stored_path(path: &Path) -> Result<Value, FileError> {
    match path.to_str() {
        Some(text) => Ok(text.into()),
        None => os::bytes_of(path).map(Value::from).ok_or_else(|| FileError::NotUtf8 { path: path.into() }),
    }
}

impl StoredPath {
    fn into_path(self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(text.into()),
            Self::Bytes(bytes) => os::path_of(bytes),
        }
    }
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It was delivered or removed in the meantime.
    #[error("the record is gone")]
    Gone,
    /// Another version of the program has written it.
    #[error("another version has written the record")]
    OtherVersion,
    /// Its content is not what was written.
    #[error("the record is damaged: {0}")]
    Damaged(String),
    /// It may be well, but cannot be got at.
    #[error(transparent)]
    File(#[from] FileError),
}
