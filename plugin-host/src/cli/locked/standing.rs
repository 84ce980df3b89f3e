//! Whether a library is what was installed.

use std::{
    cell::OnceCell,
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use small_files::try_lock_folder;
use terminal_text::one_line;

use super::{
    digest,
    entry::LockedPlugin,
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

/// What was installed in each directory, read once.
#[derive(Debug, Default)]
pub(crate) struct Locks(Vec<Installed>);

/// What was installed in a directory.
#[derive(Debug)]
struct Installed {
    dir: PathBuf,
    /// The files by their names: what is asked first, and mostly is all that is asked. `None` where it
    /// takes the parser to know.
    seen: Option<HashMap<String, SeenFile>>,
    /// Whether nobody else could have written that.
    is_trusted: OnceCell<bool>,
    known: OnceCell<Result<Vec<LockedPlugin>, LockError>>,
}

impl Installed {
    fn read(dir: &Path) -> Self {
        let by_name = |files: Vec<SeenFile>| files.into_iter().map(|known| (known.file.clone(), known)).collect();
        let (is_trusted, known) = (OnceCell::new(), OnceCell::new());
        Self { dir: dir.to_owned(), seen: file::seen(dir).map(by_name), is_trusted, known }
    }

    fn is_trusted(&self, judge: &Judge) -> bool {
        *self.is_trusted.get_or_init(|| state_of(&file::in_directory(&self.dir), judge).is_some())
    }

    fn plugins(&self) -> Result<&[LockedPlugin], LockError> {
        self.known.get_or_init(|| file::read(&self.dir)).as_deref().map_err(Clone::clone)
    }

    /// How a library stands that is in the state in which it was seen, or was not installed.
    fn standing_as_seen(&self, library: &PluginFile) -> Option<Standing> {
        let Some(known) = self.seen.as_ref()?.get(file_name(library.path())) else {
            return Some(Standing::Unlocked);
        };
        library.stamp()?.is(&known.seen).then_some(Standing::Locked)
    }
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
        if library.is_remembered() && !reads_always {
            return Ok(Standing::Locked);
        }
        let installed = self.installed_in(dir);
        let as_seen = if reads_always { None } else { installed.standing_as_seen(library) };
        if let Some(standing) = as_seen {
            return Ok(standing);
        }
        let plugins = installed.plugins()?;
        let file = file_name(path);
        let Some(locked) = plugins.iter().find(|plugin| plugin.file == file) else { return Ok(Standing::Unlocked) };
        let is_as_seen = library.stamp().is_some_and(|stamp| stamp.is(&locked.seen));
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
            let seen = LockedPlugin { seen: state.to_string(), ..locked.clone() };
            remember(dir, seen.looked_at(library));
        }
        Ok(Standing::Locked)
    }

    /// What a look at the library at `path` would find; `None` where it takes one to know. Nobody else
    /// could have put there the library, or what is remembered of it.
    pub(crate) fn known(&mut self, path: &Path, judge: &Judge) -> Option<Description> {
        let installed = self.installed_in(path.parent()?);
        let known = installed.seen.as_ref()?.get(file_name(path)).filter(|known| known.is_looked_at)?;
        let stamp = state_of(path, judge)?;
        if !installed.is_trusted(judge) || !stamp.is(&known.seen) {
            return None;
        }
        Description::remembered(stamp, &known.manifest)
    }

    /// Of a few directories.
    fn installed_in(&mut self, dir: &Path) -> &Installed {
        // As bytes: to compare paths name by name takes longer than all else that is asked here.
        let is_it = |installed: &Installed| installed.dir.as_os_str() == dir.as_os_str();
        let place = self.0.iter().position(is_it).unwrap_or_else(|| {
            self.0.push(Installed::read(dir));
            self.0.len() - 1
        });
        &self.0[place]
    }
}

/// The state of a file that nobody else could have put at `path`.
fn state_of(path: &Path, judge: &Judge) -> Option<Stamp> {
    let entry = fs::symlink_metadata(path).ok()?;
    let metadata = if entry.is_symlink() {
        judge.check_place(path).ok()?;
        fs::metadata(path).ok()?
    } else {
        judge.check_entry(path, &entry).ok()?;
        entry
    };
    if !metadata.is_file() {
        return None;
    }
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
