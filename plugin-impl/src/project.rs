//! What an event says about a project, from one reading of its `pyproject.toml`.
//!
//! The project's id is kept in `[tool.kedro_telemetry]`, where kedro-telemetry keeps it, and appended there when absent. The file
//! belongs to the user, so the rest of it stays byte for byte; it is replaced in one step, under a lock, and only if nobody
//! changed it meanwhile, with its permissions and owner, at the end of any symbolic links.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha512};
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::files::{self, FileError};
use crate::literal;

/// In the project's root.
pub const PYPROJECT: &str = "pyproject.toml";
/// What is hashed with the id when the package's name is not known, as the original does.
pub const UNDEFINED_PACKAGE_NAME: &str = "undefined_package_name";
const MAX_FILE: u64 = 1024 * 1024;
/// Another command of the same project may hold the file for an instant, the very first time.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(1);

/// The properties of a project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Project {
    /// `sha512(id + package name)` in hexadecimal; `None` when the project has no id and cannot be given one.
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
    /// Replacing the file would change what is not ours to change.
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
pub struct Reading {
    /// What is known.
    pub project: Project,
    /// Why something is not.
    pub problem: Option<ProjectError>,
}

/// The properties of the project at `root`, which is given an id if it is Kedro's, has none, and can be written to.
///
/// `package_name` is the Python package's name, hashed with the id. As in the original, a file that cannot be opened for
/// writing yields no id even if it holds one.
#[must_use]
pub fn identify(root: &Path, package_name: Option<&str>) -> Reading {
    let path = root.join(PYPROJECT);
    let mut reading = Reading::default();
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
pub fn describe(root: &Path, package_name: Option<&str>) -> Reading {
    let path = root.join(PYPROJECT);
    let text = match files::read_text(&path, MAX_FILE) {
        Ok(Some(text)) => text,
        Ok(None) => return Reading::default(),
        Err(error) => {
            return Reading { problem: Some(error.into()), ..Reading::default() };
        }
    };
    match Facts::parse(&path, &text) {
        Ok(facts) => {
            let (mut project, id) = facts.split_id();
            if let Id::Known(id) = id {
                project.hashed_id = Some(hashed(&id, package_name));
            }
            Reading { project, problem: None }
        }
        Err(error) => Reading { problem: Some(error), ..Reading::default() },
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
    file: File,
    metadata: Metadata,
    text: String,
}

fn open(path: &Path) -> Result<Option<Opened>, ProjectError> {
    // Looked at first, because opening a named pipe or a device has effects.
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if files::is_absent(&error) => return Ok(None),
        Err(error) => return Err(FileError::io("read", path)(error).into()),
    };
    if !metadata.is_file() {
        return Err(FileError::NotRegular { path: path.into() }.into());
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(FileError::io("write", path))?;
    let text = text_of(&mut file, &metadata, path)?;
    Ok(Some(Opened { file, metadata, text }))
}

fn text_of(file: &mut File, metadata: &Metadata, path: &Path) -> Result<String, FileError> {
    let bytes = files::read_open(file, metadata.len(), path, MAX_FILE)?;
    String::from_utf8(bytes).map_err(|_| FileError::NotUtf8 { path: path.into() })
}

/// Appends a new id, or finds the one that another command has appended in the meantime.
fn extend(path: &Path, opened: Opened) -> Result<String, ProjectError> {
    let not_extended = |reason| ProjectError::NotExtended { path: path.into(), reason };
    let mut opened = opened;
    for _ in 0..LOCK_ATTEMPTS {
        match opened.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(LOCK_PAUSE);
                continue;
            }
            Err(TryLockError::Error(error)) => return Err(FileError::io("lock", path)(error).into()),
        }
        // Whoever held the lock has replaced the file: this handle is of the old one.
        let now = fs::metadata(path).map_err(FileError::io("read", path))?;
        if !is_unchanged(&opened.metadata, &now) {
            opened = open(path)?.ok_or_else(|| not_extended("it is gone"))?;
            match Facts::parse(path, &opened.text)?.split_id().1 {
                Id::Known(id) => return Ok(id),
                Id::Missing => continue,
                Id::NotKedro | Id::Unusable(_) => return Err(not_extended("it has changed")),
            }
        }
        return append(path, &mut opened);
    }
    Err(not_extended("another program holds it locked"))
}

/// Writes the extended file under the lock.
fn append(path: &Path, opened: &mut Opened) -> Result<String, ProjectError> {
    let id = Uuid::new_v4().simple().to_string();
    let extended = format!("{}\n[tool.kedro_telemetry]\nproject_id = \"{id}\"\n", opened.text);
    let not_extended = |reason| ProjectError::NotExtended { path: path.into(), reason };
    let readable_back = Facts::parse(path, &extended).map(|facts| facts.split_id().1);
    if !matches!(readable_back, Ok(Id::Known(found)) if found == id) {
        return Err(not_extended("a table cannot be appended to it"));
    }
    let target = path.canonicalize().map_err(FileError::io("resolve", path))?;
    let folder = target.parent().unwrap_or(&target);
    let mut temporary = tempfile::Builder::new()
        .prefix(".pyproject-")
        .tempfile_in(folder)
        .map_err(FileError::io("write in", folder))?;
    temporary
        .write_all(extended.as_bytes())
        .and_then(|()| keep_owner(temporary.as_file(), &opened.metadata))
        .and_then(|()| temporary.as_file().set_permissions(opened.metadata.permissions()))
        .and_then(|()| temporary.as_file().sync_all())
        .map_err(FileError::io("write", path))?;
    // An editor may have saved since; its text counts, and the next command tries again.
    let now = fs::metadata(&target).map_err(FileError::io("read", path))?;
    if !is_unchanged(&opened.metadata, &now) {
        return Err(not_extended("it has just changed"));
    }
    temporary.persist(&target).map_err(|error| FileError::io("write", path)(error.error))?;
    Ok(id)
}

#[cfg(unix)]
fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let key = |m: &Metadata| (m.dev(), m.ino(), m.len(), m.mtime(), m.mtime_nsec());
    key(before) == key(now)
}

#[cfg(not(unix))]
fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    before.len() == now.len() && before.modified().ok() == now.modified().ok()
}

/// Gives the new file the old one's owner and group, or fails: a file must not change hands.
#[cfg(unix)]
fn keep_owner(file: &File, wanted: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (wanted.uid(), wanted.gid()) {
        return Ok(());
    }
    fchown(file, Some(wanted.uid()), Some(wanted.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
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

/// `_format_tools` of the original: Kedro's template writes the text of a Python list, a person may write an array.
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
