//! The file `plugins.lock`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use small_files::{FileError, Replacement, Visibility};
use terminal_text::one_line;

use super::{
    entry::LockedPlugin,
    quick::{self, SeenFile},
};
use crate::message::shown;

const NAME: &str = "plugins.lock";
/// The form that this program reads and writes.
const FORM: u32 = 1;
/// More than this is something else, in bytes.
const MAX_FILE: u64 = 4 << 20;

const HEAD: &str = "\
# What was installed here, and the content of each file; written by `plugin install` and `plugin remove`.
# A library whose content is another is not loaded. Without this file all are loaded as they are.
";

/// Why it is not known what was installed, or cannot be remembered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LockError {
    /// The file cannot be read.
    #[error("cannot read what was installed from {}: {}; correct or remove that file", shown(path), one_line(reason))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be written.
    #[error("cannot remember what was installed in {}: {}", shown(path), one_line(reason))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What stands against it.
        reason: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    version: u32,
    #[serde(default, rename = "plugin")]
    plugins: Vec<LockedPlugin>,
}

/// Where it is in a directory.
pub(super) fn in_directory(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// In which state each file was seen that was installed in a directory; `None` where [`read`] is to
/// say what was, or what is wrong.
pub(super) fn seen(dir: &Path) -> Option<Vec<SeenFile>> {
    let text = small_files::read_text(&dir.join(NAME), MAX_FILE).ok()?;
    text.map_or_else(|| Some(Vec::new()), |text| quick::read(&text, FORM))
}

/// What was installed in a directory; nothing where there is no such file.
pub(crate) fn read(dir: &Path) -> Result<Vec<LockedPlugin>, LockError> {
    let path = dir.join(NAME);
    let unreadable = |reason: String| LockError::Unreadable { path: path.clone(), reason };
    let Some(text) = small_files::read_text(&path, MAX_FILE).map_err(|error| unreadable(error.reason()))? else {
        return Ok(Vec::new());
    };
    let document: Document = toml::from_str(&text).map_err(|error| unreadable(error.message().to_owned()))?;
    if document.version != FORM {
        return Err(unreadable(format!("it has the form {}, and this program knows {FORM}", document.version)));
    }
    Ok(document.plugins)
}

/// Remembers a plugin that was installed, in the place of what was in its file or had its name.
/// Whoever calls holds the lock of the folder.
pub(crate) fn change(dir: &Path, plugin: LockedPlugin) -> Result<(), LockError> {
    let mut plugins = read(dir)?;
    plugins.retain(|known| known.file != plugin.file && known.name != plugin.name);
    plugins.push(plugin);
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    write(dir, plugins)
}

/// What was installed under this name.
pub(crate) fn of_plugin(dir: &Path, name: &str) -> Result<Option<LockedPlugin>, LockError> {
    Ok(read(dir)?.into_iter().find(|plugin| plugin.name == name))
}

/// Forgets a plugin, if it is remembered. Whoever calls holds the lock of the folder.
pub(crate) fn forget(dir: &Path, name: &str) -> Result<(), LockError> {
    let mut plugins = read(dir)?;
    let before = plugins.len();
    plugins.retain(|known| known.name != name);
    if plugins.len() == before { Ok(()) } else { write(dir, plugins) }
}

fn write(dir: &Path, plugins: Vec<LockedPlugin>) -> Result<(), LockError> {
    let path = dir.join(NAME);
    let unwritable = |reason: String| LockError::Unwritable { path: path.clone(), reason };
    if plugins.is_empty() {
        let removed = small_files::remove_durably(&path);
        return removed.map(drop).map_err(|error| unwritable(error.reason()));
    }
    let text = toml::to_string(&Document { version: FORM, plugins }).map_err(|error| unwritable(error.to_string()))?;
    let written = Replacement::write(&path, format!("{HEAD}{text}").as_bytes(), Visibility::Everyone);
    written.and_then(Replacement::commit_durably).map_err(|error: FileError| unwritable(error.reason()))
}
