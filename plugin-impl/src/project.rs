//! What an event says about a project, from one reading of its `pyproject.toml`.
//!
//! The project's id is kept in `[tool.kedro_telemetry]`, where kedro-telemetry keeps it, and
//! appended there when absent. The file belongs to the user, so the rest of it stays byte for byte.
//! The id is appended in place, by one write under a lock, if nobody has changed the file
//! meanwhile: a file put in its place would have neither its access lists nor its attributes and
//! hard links. What could not be written whole is taken back.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha512};
use small_files::{FileAccess, FileError, FileLock, RegularFile};
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::{literal, os};

/// In the project's root.
pub const PYPROJECT: &str = "pyproject.toml";
/// What is hashed with the id when the package's name is not known, as the original does.
pub const UNDEFINED_PACKAGE_NAME: &str = "undefined_package_name";
const MAX_FILE: u64 = 1024 * 1024;
/// Another command of the same project may hold the file for an instant, the very first time.
const LOCK_PATIENCE: Duration = Duration::from_millis(100);

/// The properties of a project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Project {
    /// `sha512(id + package name)` in hexadecimal; `None` when the project has no id and cannot be
    /// given one.
    pub hashed_id: Option<String>,
    /// The tools chosen when the project was made, separated by `", "`.
    pub tools: Option<String>,
    /// Whether it was made with an example pipeline: a scalar as written in the file.
    pub example_pipeline: Option<serde_json::Value>,
}

/// Why the file says nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Unreadable, unwritable, not a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not TOML.
    #[error("{path} is not valid TOML: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The parser's words.
        reason: String,
    },
    /// Appending to the file would change what is not ours to change, or not be understood.
    #[error("{path} cannot take a project id: {reason}")]
    NotExtended {
        /// The file.
        path: PathBuf,
        /// What stands against it.
        reason: &'static str,
    },
}

/// A project and, if its id is missing for a reason, that reason (for the debug log).
#[derive(Debug, Default)]
pub struct ProjectReading {
    /// What is known.
    pub project: Project,
    /// Why something is not.
    pub problem: Option<ProjectError>,
}

/// The properties of the project at `root`, which is given an id if it is Kedro's, has none, and
/// can be written to.
///
/// `package_name` is the Python package's name, hashed with the id. As in the original, a file that
/// cannot be opened for writing yields no id even if it holds one.
#[must_use]
pub fn identify(root: &Path, package_name: Option<&str>) -> ProjectReading {
    let path = root.join(PYPROJECT);
    let mut reading = ProjectReading::default();
    let opened = match open(&path) {
        Ok(Some(opened)) => opened,
        Ok(None) => return reading,
        Err(error) => {
            // Read-only: the rest is read all the same.
            reading = describe(root, package_name);
            reading.project.hashed_id = None;
            reading.problem = Some(error);
            return reading;
        }
    };
    let facts = match Facts::parse(&path, &opened.text) {
        Ok(facts) => facts,
        Err(error) => {
            reading.problem = Some(error);
            return reading;
        }
    };
    let (facts, id) = facts.split_id();
    reading.project = facts;
    let id = match id {
        Id::NotKedro => return reading,
        Id::Known(id) => Ok(id),
        Id::Unusable(reason) => Err(ProjectError::NotExtended { path, reason }),
        Id::Missing => extend(&path, opened),
    };
    match id {
        Ok(id) => reading.project.hashed_id = Some(hashed(&id, package_name)),
        Err(error) => reading.problem = Some(error),
    }
    reading
}

/// The same without writing or creating anything: an absent id stays absent.
#[must_use]
pub fn describe(root: &Path, package_name: Option<&str>) -> ProjectReading {
    let path = root.join(PYPROJECT);
    let text = match small_files::read_text(&path, MAX_FILE) {
        Ok(Some(text)) => text,
        Ok(None) => return ProjectReading::default(),
        Err(error) => {
            return ProjectReading { problem: Some(error.into()), ..ProjectReading::default() };
        }
    };
    match Facts::parse(&path, &text) {
        Ok(facts) => {
            let (mut project, id) = facts.split_id();
            if let Id::Known(id) = id {
                project.hashed_id = Some(hashed(&id, package_name));
            }
            ProjectReading { project, problem: None }
        }
        Err(error) => ProjectReading { problem: Some(error), ..ProjectReading::default() },
    }
}

/// What is sent for a project.
#[must_use]
pub fn hashed(project_id: &str, package_name: Option<&str>) -> String {
    let package_name = package_name.filter(|name| !name.is_empty());
    let mut hash = Sha512::new();
    hash.update(project_id);
    hash.update(package_name.unwrap_or(UNDEFINED_PACKAGE_NAME));
    format!("{:x}", hash.finalize())
}

/// A file opened for reading and writing, and its text.
struct Opened {
    opened: RegularFile,
    text: String,
}

fn open(path: &Path) -> Result<Option<Opened>, ProjectError> {
    let Some(opened) = small_files::open(path, FileAccess::Extend, "write")? else { return Ok(None) };
    let text = opened.read_text(path, MAX_FILE)?;
    Ok(Some(Opened { opened, text }))
}

/// Appends a new id, or finds the one that another command has appended in the meantime.
fn extend(path: &Path, mut opened: Opened) -> Result<String, ProjectError> {
    let not_extended = |reason| ProjectError::NotExtended { path: path.into(), reason };
    let until = Instant::now() + LOCK_PATIENCE;
    while small_files::lock(&opened.opened.file, path, until)? == FileLock::Ours {
        // Whoever held the lock has changed the file, or another stands in its place.
        let now = fs::metadata(path).map_err(FileError::io("read", path))?;
        if os::is_unchanged(&opened.opened.metadata, &now) {
            return append(path, &opened);
        }
        opened = open(path)?.ok_or_else(|| not_extended("it is gone"))?;
        match Facts::parse(path, &opened.text)?.split_id().1 {
            Id::Known(id) => return Ok(id),
            Id::Missing if Instant::now() < until => {}
            Id::Missing => break,
            Id::NotKedro | Id::Unusable(_) => return Err(not_extended("it has changed")),
        }
    }
    Err(not_extended("another program holds it locked"))
}

/// Writes a new id behind the text, under the lock.
fn append(path: &Path, opened: &Opened) -> Result<String, ProjectError> {
    let id = Uuid::new_v4().simple().to_string();
    let table = format!("\n[tool.kedro_telemetry]\nproject_id = \"{id}\"\n");
    let extended = format!("{}{table}", opened.text);
    let not_extended = |reason| ProjectError::NotExtended { path: path.into(), reason };
    let readable_back = Facts::parse(path, &extended).map(|facts| facts.split_id().1);
    if !matches!(readable_back, Ok(Id::Known(found)) if found == id) {
        return Err(not_extended("a table cannot be appended to it"));
    }
    let file = &opened.opened.file;
    let written =
        small_files::check_growth(file, table.len()).and_then(|()| small_files::extend(file, table.as_bytes()));
    let written = written.map_err(FileError::io("write", path));
    if written.is_ok() && now_reads(file, path, &extended) {
        return Ok(id);
    }
    take_back(path, opened, &table)?;
    // An editor may have saved meanwhile; its text counts, and the next command tries again.
    written?;
    Err(not_extended("it has just changed"))
}

/// Whether this is the text of the file at `path`.
fn now_reads(file: &File, path: &Path, text: &str) -> bool {
    matches!(small_files::read_text_of_locked(file, path, MAX_FILE), Ok(Some(now)) if now == text)
}

/// Takes back what of `table` has come to stand at the end of the file, and no more.
fn take_back(path: &Path, opened: &Opened, table: &str) -> Result<(), FileError> {
    let failed = || FileError::io("write", path);
    let mut file = &opened.opened.file;
    file.seek(SeekFrom::Start(0)).map_err(failed())?;
    let now = opened.opened.read_text(path, MAX_FILE)?;
    let is_partial = |rest: &str| table.starts_with(rest);
    let before = match now.strip_suffix(table) {
        Some(before) => before.len(),
        None if now.strip_prefix(opened.text.as_str()).is_some_and(is_partial) => opened.text.len(),
        None => return Ok(()),
    };
    file.set_len(before as u64).map_err(failed())
}

enum Id {
    /// There is no `[tool.kedro]`.
    NotKedro,
    /// To be appended.
    Missing,
    Known(String),
    Unusable(&'static str),
}

struct Facts {
    project: Project,
    id: Id,
}

impl Facts {
    fn parse(path: &Path, text: &str) -> Result<Self, ProjectError> {
        let document = DeTable::parse(text).map_err(|error| ProjectError::Malformed {
            path: path.into(),
            reason: error.message().replace('\n', " "),
        })?;
        let tool = table(document.get_ref().get("tool"));
        let Some(kedro) = tool.and_then(|tool| tool.get("kedro")) else {
            return Ok(Self { project: Project::default(), id: Id::NotKedro });
        };
        let id = match tool.and_then(|tool| tool.get("kedro_telemetry")) {
            None => Id::Missing,
            Some(own) => match own.get_ref() {
                DeValue::Table(own) => own.get("project_id").map_or(Id::Missing, |id| {
                    python_str(id.get_ref()).map_or(Id::Unusable("`project_id` is not a string"), Id::Known)
                }),
                _ => Id::Unusable("`tool.kedro_telemetry` is not a table"),
            },
        };
        let kedro = table(Some(kedro));
        let value = |key| kedro.and_then(|kedro| kedro.get(key));
        let project = Project {
            hashed_id: None,
            tools: value("tools").and_then(|tools| format_tools(tools.get_ref())),
            example_pipeline: value("example_pipeline").and_then(|value| json(value.get_ref())),
        };
        Ok(Self { project, id })
    }

    fn split_id(self) -> (Project, Id) {
        (self.project, self.id)
    }
}

fn table<'a, 'i>(value: Option<&'a toml::Spanned<DeValue<'i>>>) -> Option<&'a DeTable<'i>> {
    match value?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// `_format_tools` of the original: Kedro's template writes the text of a Python list, a person may
/// write an array.
fn format_tools(value: &DeValue<'_>) -> Option<String> {
    let joined = match value {
        DeValue::String(text) => literal::sequence(text).map_or_else(|| text.to_string(), |items| items.join(", ")),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| python_str(item.get_ref())).collect();
            items?.join(", ")
        }
        _ => return None,
    };
    (!joined.is_empty()).then_some(joined)
}

/// What `str(…)` makes of a scalar that `tomllib` read; `None` for what no person writes here.
fn python_str(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Boolean(true) => Some("True".into()),
        DeValue::Boolean(false) => Some("False".into()),
        DeValue::Integer(integer) => {
            i128::from_str_radix(integer.as_str(), integer.radix()).ok().map(|integer| integer.to_string())
        }
        _ => None,
    }
}

fn json(value: &DeValue<'_>) -> Option<serde_json::Value> {
    match value {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Boolean(value) => Some((*value).into()),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(Into::into),
        DeValue::Float(float) => {
            let value = float.as_str().parse().ok()?;
            Some(serde_json::Number::from_f64(value)?.into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
