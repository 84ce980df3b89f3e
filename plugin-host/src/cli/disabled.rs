//! The plugins that the user has swapped out, remembered in `plugins.toml` beside the user's own
//! `config.toml`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use small_files::{FileError, Replacement, Visibility, lock_folder};
use toml::{Table, Value};

use crate::{cli::directories, message::shown, program::Program};

const KEY: &str = "disabled";

/// The file holds names; more than this is something else, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Why it is not known which plugins are disabled, or cannot be remembered.
#[derive(Debug, thiserror::Error)]
pub enum DisabledError {
    /// The user has no home directory.
    #[error("there is no home directory to remember in which plugins are disabled; set HOME")]
    NoHome,
    /// The file cannot be read.
    #[error("cannot read which plugins are disabled from {}: {error}; correct or remove that file", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: String,
    },
    /// The file cannot be written.
    #[error("cannot remember which plugins are disabled in {}: {}; nothing was changed", shown(path), error.reason())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What stands against it.
        error: FileError,
    },
}

/// The names of the plugins that are disabled.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Disabled(BTreeSet<String>);

impl Disabled {
    /// Reads them. Without a file, none are disabled.
    pub(crate) fn load(program: &Program) -> Result<Self, DisabledError> {
        let Some(path) = path(program) else {
            return Ok(Self::default());
        };
        let table = read(&path)?;
        names(&path, &table).map(Self)
    }

    /// Whether the plugin of this name is disabled.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Remembers that the plugin `name` is disabled, or no longer. Whether that is a change.
pub(crate) fn set(program: &Program, name: &str, disabled: bool) -> Result<bool, DisabledError> {
    let path = path(program).ok_or(DisabledError::NoHome)?;
    let unwritable = |error| DisabledError::Unwritable { path: path.clone(), error };
    let dir = path.parent().unwrap_or(&path);
    small_files::public_folder(dir).map_err(unwritable)?;
    let _lock = lock_folder(dir).map_err(unwritable)?;
    let mut table = read(&path)?;
    let mut names = names(&path, &table)?;
    let changed = if disabled { names.insert(name.to_owned()) } else { names.remove(name) };
    if changed {
        table.insert(KEY.to_owned(), Value::Array(names.into_iter().map(Value::String).collect()));
        write(program, &path, &table).map_err(unwritable)?;
    }
    Ok(changed)
}

fn path(program: &Program) -> Option<PathBuf> {
    directories::configuration(program, "plugins.toml")
}

fn read(path: &Path) -> Result<Table, DisabledError> {
    let unreadable = |error: String| DisabledError::Unreadable { path: path.to_owned(), error };
    match small_files::read_text(path, MAX_FILE) {
        Ok(Some(text)) => text.parse().map_err(|error: toml::de::Error| unreadable(error.message().to_owned())),
        Ok(None) => Ok(Table::new()),
        Err(error) => Err(unreadable(error.reason())),
    }
}

fn names(path: &Path, table: &Table) -> Result<BTreeSet<String>, DisabledError> {
    let names = match table.get(KEY) {
        None => Some(BTreeSet::new()),
        Some(Value::Array(names)) => names.iter().map(|name| name.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    let error = || format!("`{KEY}` must be a list of names");
    names.ok_or_else(|| DisabledError::Unreadable { path: path.to_owned(), error: error() })
}

fn write(program: &Program, path: &Path, table: &Table) -> Result<(), FileError> {
    // A link, as those who keep their settings elsewhere have, stays one.
    let path = small_files::resolve(path).unwrap_or_else(|_| path.to_owned());
    let name = program.name();
    let text = format!("# Written by `{name} plugin disable` and `{name} plugin enable`.\n{table}");
    Replacement::write(&path, text.as_bytes(), Visibility::Everyone)?.commit_durably()
}
