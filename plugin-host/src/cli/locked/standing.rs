//! Whether a library is what was installed.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use small_files::try_lock_folder;
use terminal_text::one_line;

use super::{
    digest,
    entry::{LOOK, LockedPlugin},
    file::{self, LockError},
    quick::SeenFile,
};
use crate::{discover::PluginFile, inspect::Description, stamp::Stamp, trust::Judge};

/// How a library that may be loaded stands to what was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is what was installed.
    Locked,
    /// It was put there by hand.
    Unlocked,
}

/// Why a library is not what was installed, as far as anybody knows.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Damage {
    #[error(
        "its content is not that of `{name}` {version}, which was installed there; install it again, or `plugin remove {name}`"
    )]
    Changed { name: String, version: String },
    #[error("it was installed for another platform; install it again")]
    Platform,
    #[error("cannot tell whether it is what was installed: {}", one_line(.0))]
    Unknown(String),
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// The files of a directory by their names.
type Seen = HashMap<String, SeenFile>;

/// What was installed in each directory, read once.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    /// What is asked first, and mostly is all that is asked.
    seen: HashMap<PathBuf, Option<Seen>>,
    /// Whether nobody else could have written that.
    is_trusted: HashMap<PathBuf, bool>,
    known: HashMap<PathBuf, Result<Vec<LockedPlugin>, LockError>>,
}

impl Locks {
    /// How a library stands. Its content is read when its file is not in the state that was
    /// remembered, and that state is remembered if it can be.
    pub(crate) fn judge(&mut self, library: &PluginFile) -> Result<Standing, Damage> {
        self.judge_by(library, false)
    }

    /// The same, and its content is read in any case.
    pub(crate) fn judge_content(&mut self, library: &PluginFile) -> Result<Standing, Damage> {
        self.judge_by(library, true)
    }

    fn judge_by(&mut self, library: &PluginFile, reads_always: bool) -> Result<Standing, Damage> {
        let path = library.path();
        let Some(dir) = path.parent() else { return Ok(Standing::Unlocked) };
        let as_seen = if reads_always { None } else { self.standing_as_seen(dir, library) };
        if let Some(standing) = as_seen {
            return Ok(standing);
        }
        let plugins =
            self.known.entry(dir.to_owned()).or_insert_with(|| file::read(dir)).as_ref().map_err(Clone::clone)?;
        let file = file_name(path);
        let Some(locked) = plugins.iter().find(|plugin| plugin.file == file) else { return Ok(Standing::Unlocked) };
        let is_as_seen = library.stamp().is_some_and(|stamp| stamp.written() == locked.seen);
        if is_as_seen && !reads_always {
            return Ok(Standing::Locked);
        }
        if locked.content().is_none() {
            return Err(Damage::Platform);
        }
        let changed = || Damage::Changed { name: locked.name.clone(), version: locked.version.clone() };
        if library.stamp().is_some_and(|stamp| !locked.may_be(stamp.len())) {
            return Err(changed());
        }
        let (found, state) = digest::of_file(path).map_err(|error| Damage::Unknown(error.to_string()))?;
        if !locked.is_content(&found) {
            return Err(changed());
        }
        if library.stamp() != Some(state) {
            return Err(Damage::Unknown("it is being replaced".to_owned()));
        }
        if !is_as_seen {
            let seen = LockedPlugin { seen: state.written(), ..locked.clone() };
            remember(dir, seen.looked_at(library));
        }
        Ok(Standing::Locked)
    }

    /// What a look at the library at `path` would find; `None` where it takes one to know. Nobody else
    /// could have put there the library, or what is remembered of it.
    pub(crate) fn known(&mut self, path: &Path, judge: &Judge) -> Option<Description> {
        let dir = path.parent()?;
        self.seen_in(dir)?.get(file_name(path)).filter(|known| known.looked.as_deref() == Some(LOOK))?;
        let stamp = state_of(path, judge)?;
        if !self.is_trusted(dir, judge) {
            return None;
        }
        let known = self.seen_in(dir)?.get(file_name(path))?;
        if stamp.written() == known.seen { Description::remembered(stamp, &known.manifest) } else { None }
    }

    fn is_trusted(&mut self, dir: &Path, judge: &Judge) -> bool {
        if let Some(is_trusted) = self.is_trusted.get(dir) {
            return *is_trusted;
        }
        let is_trusted = state_of(&file::in_directory(dir), judge).is_some();
        self.is_trusted.insert(dir.to_owned(), is_trusted);
        is_trusted
    }

    /// In which state each file was seen that was installed in `dir`; `None` where it takes the parser
    /// to know.
    fn seen_in(&mut self, dir: &Path) -> Option<&Seen> {
        if !self.seen.contains_key(dir) {
            let by_name = |files: Vec<SeenFile>| files.into_iter().map(|known| (known.file.clone(), known)).collect();
            self.seen.insert(dir.to_owned(), file::seen(dir).map(by_name));
        }
        self.seen.get(dir)?.as_ref()
    }

    /// How a library stands that is in the state in which it was seen, or was not installed.
    fn standing_as_seen(&mut self, dir: &Path, library: &PluginFile) -> Option<Standing> {
        let Some(known) = self.seen_in(dir)?.get(file_name(library.path())) else {
            return Some(Standing::Unlocked);
        };
        let is_as_seen = library.stamp()?.written() == known.seen;
        is_as_seen.then_some(Standing::Locked)
    }
}

/// The state of a file that nobody else could have put at `path`.
fn state_of(path: &Path, judge: &Judge) -> Option<Stamp> {
    judge.check_place(path).ok()?;
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    judge.check_opened(path, &metadata).ok()?;
    Some(Stamp::of(&metadata))
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|file| file.to_str()).unwrap_or_default()
}

/// Remembers the state of a file, unless another command changes something at this time. What is
/// not remembered is read again by the next command, as in a directory of somebody else.
fn remember(dir: &Path, plugin: LockedPlugin) {
    let Ok(Some(_lock)) = try_lock_folder(dir) else { return };
    let is_current = |known: &LockedPlugin| known.file == plugin.file && known.digest == plugin.digest;
    if file::read(dir).is_ok_and(|plugins| plugins.iter().any(is_current)) {
        let _ = file::change(dir, plugin);
    }
}
