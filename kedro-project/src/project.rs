//! Finding a Kedro project and reading what `pyproject.toml` says of it.
//!
//! Follows `kedro.utils.find_kedro_project` and `kedro.framework.startup.bootstrap_project` of
//! Kedro 1.7.

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use small_files::FileError;
use toml::{Table, Value};

const PYPROJECT: &str = "pyproject.toml";
/// Kedro takes a `pyproject.toml` for a project's exactly when this text is in it.
const MARKER: &str = "[tool.kedro]";
const MANDATORY_KEYS: [&str; 3] = ["package_name", "project_name", "kedro_init_version"];
const OPTIONAL_KEYS: [&str; 3] = ["source_dir", "tools", "example_pipeline"];
/// Kedro refuses projects made with another major version than its own.
const KEDRO_MAJOR: &str = "1";

/// Kedro runs with Python 3 of at least this.
const KEDROS_OLDEST_PYTHON: u32 = 10;

/// More than this is not a `pyproject.toml` that anybody has written, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// A Kedro project, as its `[tool.kedro]` section describes it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are Kedro's")]
pub struct Project {
    root: PathBuf,
    package_name: String,
    project_name: String,
    kedro_init_version: String,
    source_dir: PathBuf,
    oldest_python: u32,
}

/// Why a project could not be found or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// A file or directory could not be read.
    #[error("cannot read {}: {error}; check that it exists and that you may read it", .path.display())]
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file is not TOML.
    #[error("{}:{line}: invalid TOML: {message}; correct this line", .path.display())]
    InvalidToml {
        /// The file.
        path: PathBuf,
        /// Line of the mistake, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file is TOML, but not a Kedro project's.
    #[error("{}: {problem}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
}

impl Project {
    /// Finds the project that `directory` belongs to: the first of it and its parents that is a
    /// project's root.
    ///
    /// `None` when there is none.
    ///
    /// # Errors
    ///
    /// The directory or a `pyproject.toml` on the way cannot be read, because nobody can then say
    /// whether it is the one looked for; or it is a project's and not as Kedro wants it.
    pub fn find(directory: &Path) -> Result<Option<Self>, ProjectError> {
        let start = small_files::resolve(directory)
            .map_err(|error| ProjectError::Unreadable { path: directory.to_owned(), error })?;
        for root in start.ancestors() {
            let path = root.join(PYPROJECT);
            let Some(text) = read_if_file(&path)? else { continue };
            if text.contains(MARKER) {
                return Self::parse(root, &path, &text).map(Some);
            }
        }
        Ok(None)
    }

    fn parse(root: &Path, path: &Path, text: &str) -> Result<Self, ProjectError> {
        let invalid = |problem: String| ProjectError::Invalid { path: path.to_owned(), problem };
        let document: Table = text.parse().map_err(|error: toml::de::Error| ProjectError::InvalidToml {
            path: path.to_owned(),
            line: line_of(text, error.span()),
            message: error.message().to_owned(),
        })?;
        let Some(section) = document.get("tool").and_then(|tool| tool.get("kedro")).and_then(Value::as_table) else {
            return Err(invalid(format!("the text {MARKER} is there, but no such section; add one")));
        };
        let made_with = ["kedro_init_version", "project_version", "kedro_version"];
        let made_with = made_with.iter().find_map(|key| section.get(*key).and_then(Value::as_str));
        if let Some(version) = made_with.filter(|version| version.split('.').next() != Some(KEDRO_MAJOR)) {
            return Err(invalid(format!(
                "the project was made with Kedro {version}, but only projects of Kedro {KEDRO_MAJOR}.x can be read; \
                 migrate it first, then set kedro_init_version"
            )));
        }
        check_keys(section).map_err(invalid)?;
        let text_of = |key: &str| match section.get(key) {
            Some(Value::String(value)) => Ok(value.clone()),
            _ => Err(invalid(format!("`{key}` in {MARKER} must be a string"))),
        };
        let kedro_init_version = text_of("kedro_init_version")?;
        let source_dir = if section.contains_key("source_dir") { text_of("source_dir")? } else { "src".to_owned() };
        Ok(Self {
            source_dir: resolve_source_dir(root, &source_dir).map_err(invalid)?,
            root: root.to_owned(),
            package_name: text_of("package_name")?,
            project_name: text_of("project_name")?,
            kedro_init_version,
            oldest_python: oldest_python(&document),
        })
    }

    /// Absolute path of the project's root directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Name of the Python package that holds the project's code.
    pub fn package_name(&self) -> &str {
        &self.package_name
    }

    /// Name of the project as people know it.
    pub fn project_name(&self) -> &str {
        &self.project_name
    }

    /// Version of Kedro the project was made with, for example `1.7.0`.
    pub fn kedro_init_version(&self) -> &str {
        &self.kedro_init_version
    }

    /// Absolute path of the directory that holds the package, usually `<root>/src`.
    pub fn source_dir(&self) -> &Path {
        &self.source_dir
    }

    /// The project runs with Python 3 of at least this.
    pub(crate) fn oldest_python(&self) -> u32 {
        self.oldest_python
    }

    /// Absolute path of the project's Python package.
    pub fn package_dir(&self) -> PathBuf {
        self.package_name.split('.').fold(self.source_dir.clone(), |folder, name| folder.join(name))
    }
}

fn read_if_file(path: &Path) -> Result<Option<String>, ProjectError> {
    match small_files::read_text(path, MAX_FILE) {
        Ok(text) => Ok(text),
        Err(FileError::NotRegular { .. }) => Ok(None),
        Err(error) => Err(ProjectError::Unreadable { path: path.to_owned(), error: error.into_io() }),
    }
}

/// What `requires-python` says, or the oldest Python 3 that Kedro runs with.
fn oldest_python(document: &Table) -> u32 {
    let required = document.get("project").and_then(|project| project.get("requires-python")).and_then(Value::as_str);
    let parts = required.into_iter().flat_map(|required| required.split(','));
    let minors = parts.filter_map(|part| {
        let version = part.trim().strip_prefix(">=").or_else(|| part.trim().strip_prefix("~="))?;
        version.trim().strip_prefix("3.")?.split('.').next()?.parse::<u32>().ok()
    });
    minors.max().unwrap_or_default().max(KEDROS_OLDEST_PYTHON)
}

fn check_keys(section: &Table) -> Result<(), String> {
    let missing: Vec<&str> = MANDATORY_KEYS.into_iter().filter(|key| !section.contains_key(*key)).collect();
    if !missing.is_empty() {
        return Err(format!("{MARKER} lacks {}; add what is missing", missing.join(", ")));
    }
    let known = |key: &str| MANDATORY_KEYS.contains(&key) || OPTIONAL_KEYS.contains(&key);
    match section.keys().find(|key| !known(key)) {
        Some(key) => Err(format!("Kedro does not know the key `{key}` in {MARKER}; remove it")),
        None => Ok(()),
    }
}

/// Kedro wants the source directory to exist and to lie inside the project.
fn resolve_source_dir(root: &Path, source_dir: &str) -> Result<PathBuf, String> {
    let path = root.join(source_dir);
    let resolved = small_files::resolve(&path).map_err(|error| {
        format!("cannot reach the source directory {}: {error}; correct source_dir", path.display())
    })?;
    if resolved.starts_with(root) {
        return Ok(resolved);
    }
    Err(format!("the source directory {} is outside the project; correct source_dir", resolved.display()))
}

/// Line (from 1) of a place in `text`; the first line when the place is not known.
fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start.min(text.len()));
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}
