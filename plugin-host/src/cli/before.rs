//! What an installed plugin replaced, kept so that it can be put back.
//!
//! It is in a folder of its own, in which no plugins are looked for, with a `plugins.lock` that
//! says what it is.

use std::{
    io,
    path::{Path, PathBuf},
};

use small_files::{FileAccess, FileError, Replacement, Visibility};

use super::{
    directories,
    locked::{self, LockedPlugin},
};
use crate::program::Program;

/// A plugin that was replaced.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) plugin: LockedPlugin,
    /// Its library.
    pub(crate) path: PathBuf,
}

/// What the plugin `name` replaced, if that is known.
pub(crate) fn of_plugin(program: &Program, name: &str) -> Result<Option<Before>, locked::LockError> {
    let Some(dir) = directories::of_user_before(program) else { return Ok(None) };
    let plugin = locked::of_plugin(&dir, name)?;
    Ok(plugin.map(|plugin| Before { path: dir.join(&plugin.file), plugin }))
}

/// Keeps `plugin`, whose library is at `path`, for the time when another has taken its place. One
/// that is not what was installed is not kept.
pub(crate) fn keep(program: &Program, plugin: &LockedPlugin, path: &Path) -> Result<(), FileError> {
    let Some(dir) = directories::of_user_before(program) else { return Ok(()) };
    let Ok(Some(opened)) = small_files::open(path, FileAccess::Read, "read") else { return Ok(()) };
    if !plugin.may_be(opened.metadata.len()) {
        return Ok(());
    }
    small_files::public_folder(&dir)?;
    let target = dir.join(&plugin.file);
    let mut copy = Replacement::begin(&target, Visibility::Everyone)?;
    io::copy(&mut &opened.file, &mut copy).map_err(FileError::io("write to", &dir))?;
    let copy = copy.finish()?;
    let (content, _) = locked::digest_of(copy.unfinished_path())?;
    if !plugin.is_content(&content) {
        return Ok(());
    }
    copy.commit_durably()?;
    let failed = |error: locked::LockError| FileError::io("write to", &dir)(io::Error::other(error));
    locked::change(&dir, LockedPlugin { seen: String::new(), replaces: None, ..plugin.clone() }).map_err(failed)
}

/// Forgets what the plugin `name` replaced.
pub(crate) fn forget(program: &Program, name: &str) -> Result<(), FileError> {
    let Some(dir) = directories::of_user_before(program) else { return Ok(()) };
    let failed = |error: locked::LockError| FileError::io("write to", &dir)(io::Error::other(error));
    let Some(plugin) = locked::of_plugin(&dir, name).map_err(failed)? else { return Ok(()) };
    locked::forget(&dir, name).map_err(failed)?;
    small_files::remove_durably(&dir.join(&plugin.file)).map(drop)
}
