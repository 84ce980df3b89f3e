//! Puts a plugin into the user's plugin directory, or takes it out.

use std::{
    io,
    path::{Path, PathBuf},
};

use hookspec::Manifest;
use small_files::{FileAccess, FileError, Finished, Replacement, Visibility, lock_folder, remove_durably};
use terminal_text::one_line;

use crate::{
    cli::{
        before, directories,
        locked::{self, LockError, LockedPlugin, Origin},
        names,
        report::Report,
        trial::Trial,
    },
    discover::{PluginFile, discover},
    error::{LoadError, LoadProblem},
    inspect::manifest_of,
    message::shown,
    program::Program,
    trust::Trust,
};

/// Why a plugin could not be installed or removed. The plugin that was there, if any, is as it was.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The user has no home directory.
    #[error("there is no home directory to install plugins in; set HOME")]
    NoHome,
    /// This host cannot use the file as a plugin.
    #[error("cannot install {}: {}", shown(path), one_line(problem))]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The library cannot be tried.
    #[error("cannot start this program again to check {}: {error}", shown(path))]
    Unchecked {
        /// The library.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Plugins are not loaded from the plugin directory.
    #[error("cannot install into {}: {}", shown(dir), one_line(problem))]
    Untrusted {
        /// The user's plugin directory.
        dir: PathBuf,
        /// Why it is not used.
        problem: String,
    },
    /// The file of this name holds another plugin.
    #[error("cannot install `{name}` as {}: that file holds the plugin `{other}`; remove that first", shown(path))]
    Occupied {
        /// The plugin.
        name: String,
        /// The file.
        path: PathBuf,
        /// The plugin in it.
        other: String,
    },
    /// The plugin directory cannot be written to.
    #[error("{0}; nothing was changed")]
    Unwritable(#[source] FileError),
    /// The plugin is there in a later version.
    #[error(
        "`{name}` {version} is older than {locked}, which is installed; `--allow-downgrade` installs it all the same"
    )]
    Older {
        /// The plugin.
        name: String,
        /// The version.
        version: String,
        /// The one that was installed.
        locked: String,
    },
    /// This program has none of its hooks.
    #[error("`{name}` is of no use here: this program has none of its hooks")]
    Useless {
        /// The plugin.
        name: String,
    },
    /// It is not what was said of it.
    #[error("{} is not what was said of it: {problem}; nothing was installed", shown(path))]
    Exchanged {
        /// The library.
        path: PathBuf,
        /// What differs.
        problem: String,
    },
    /// Another command was faster.
    #[error("another command has installed `{name}` meanwhile; try again")]
    Meanwhile {
        /// The plugin.
        name: String,
    },
    /// What was installed is not known, or cannot be remembered.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file that also holds the plugin cannot be removed.
    #[error("{0}; this file still holds the plugin, so remove it by hand")]
    Unremovable(#[source] FileError),
}

/// A library that is to be installed.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    pub(crate) library: &'a Path,
    /// Its name in messages: the path or address that it comes from.
    pub(crate) shown_as: &'a Path,
    pub(crate) origin: Origin,
    /// What was said of it, if anything was.
    pub(crate) promised: Option<Promised<'a>>,
    /// The key of the plugin that is there, when it was decided that this one may replace it.
    pub(crate) key_before: Option<String>,
    /// Whether it may be older than the one that is there.
    pub(crate) allows_older: bool,
    /// Whether it may be there though this program never calls it.
    pub(crate) allows_useless: bool,
}

/// What was said of a library before it was there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Promised<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// Its content.
    pub(crate) digest: &'a str,
}

/// A plugin that was installed.
pub(crate) struct Installed {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Where it is now.
    pub(crate) path: PathBuf,
    /// The plugin it replaces.
    pub(crate) replaced: Option<PluginFile>,
    /// Whether this program has none of its hooks.
    pub(crate) is_never_called: bool,
}

/// Installs a library: copies it beside its place, checks the copy in a process of its own, and
/// moves it there in one step.
///
/// What was checked is thus what is installed, also when somebody changes the library meanwhile.
pub(crate) fn install(trial: &Trial, incoming: &Incoming<'_>) -> Result<Installed, InstallError> {
    let unsound = |problem: String| InstallError::Unsound { path: incoming.shown_as.to_owned(), problem };
    let of = |error: LoadError| unsound(error.problem.to_string());
    let trust = directories::trust(trial.program);
    manifest_of(incoming.library, trust).map_err(|error| {
        if is_missing(&error) { unsound(format!("{}; {MISSING}", error.problem)) } else { of(error) }
    })?;

    let dir = directories::of_user(trial.program).ok_or(InstallError::NoHome)?;
    small_files::public_folder(&dir).map_err(InstallError::Unwritable)?;
    check_trust(trust, &dir)?;

    let copy = copy_of(incoming, &dir)?;
    let report = check_copy(trial, incoming.shown_as, &copy)?;
    let manifest = manifest_of(copy.unfinished_path(), trust).map_err(of)?;
    let is_never_called = report.is_never_called();
    if is_never_called && !incoming.allows_useless {
        return Err(InstallError::Useless { name: manifest.name });
    }
    let (path, replaced) = put_in_place(trial.program, &dir, copy, &manifest, incoming)?;
    Ok(Installed { name: manifest.name, version: manifest.version, path, replaced, is_never_called })
}

fn copy_of(incoming: &Incoming<'_>, dir: &Path) -> Result<Finished, InstallError> {
    let unsound = |problem: String| InstallError::Unsound { path: incoming.shown_as.to_owned(), problem };
    let opened = small_files::open(incoming.library, FileAccess::Read, "read");
    let mut from =
        opened.map_err(|error| unsound(error.to_string()))?.ok_or_else(|| unsound("it is gone".to_owned()))?.file;
    let mut copy = Replacement::begin(&dir.join("plugin"), Visibility::Everyone).map_err(InstallError::Unwritable)?;
    io::copy(&mut from, &mut copy).map_err(|error| InstallError::Unwritable(FileError::io("write to", dir)(error)))?;
    copy.finish().map_err(InstallError::Unwritable)
}

/// Gives where it is now, and what was there before.
fn put_in_place(
    program: &Program,
    dir: &Path,
    copy: Finished,
    manifest: &Manifest,
    incoming: &Incoming<'_>,
) -> Result<(PathBuf, Option<PluginFile>), InstallError> {
    let _lock = lock_folder(dir).map_err(InstallError::Unwritable)?;
    let file = names::file_name(&manifest.name);
    let target = dir.join(&file);
    if let Ok(there) = manifest_of(&target, Trust::Everyone)
        && there.name != manifest.name
    {
        return Err(InstallError::Occupied { name: manifest.name.clone(), path: target, other: there.name });
    }
    let locked = locked::of_plugin(dir, &manifest.name)?;
    let key_now = locked.as_ref().and_then(|locked| locked.key.as_ref());
    if key_now != incoming.key_before.as_ref() && key_now != incoming.origin.key.as_ref() {
        return Err(InstallError::Meanwhile { name: manifest.name.clone() });
    }
    if let Some(locked) = locked.as_ref().filter(|_| !incoming.allows_older) {
        check_not_older(&manifest.name, &manifest.version, locked)?;
    }
    let old = of_user_named(dir, &manifest.name);
    let entry = LockedPlugin::of(copy.unfinished_path(), manifest, file, &incoming.origin);
    let entry = entry.map_err(InstallError::Unwritable)?;
    if let Some(promised) = &incoming.promised {
        check_promised(incoming.shown_as, promised, manifest, &entry)?;
    }
    if let Some(locked) = locked.as_ref().filter(|locked| locked.content() != entry.content()) {
        before::keep(program, locked, &dir.join(&locked.file)).map_err(InstallError::Unwritable)?;
    }
    locked::change(dir, entry.in_place_of(locked.as_ref()))?;
    copy.in_place_of(&target).commit_durably().map_err(InstallError::Unwritable)?;
    // Copied there by hand, perhaps, under the file name that cargo gave it.
    for other in old.iter().filter(|other| other.path() != target) {
        remove_durably(other.path()).map_err(InstallError::Unremovable)?;
    }
    let entry = entry.seen_in(dir).map_err(InstallError::Unwritable)?;
    // So that no start has to look again.
    let library = PluginFile::inspect(&target, directories::trust(program));
    locked::change(dir, entry.looked_at(&library))?;
    Ok((target, old.into_iter().next()))
}

/// Whether a library is the one of which something was said, and signed.
fn check_promised(
    shown_as: &Path,
    promised: &Promised<'_>,
    manifest: &Manifest,
    entry: &LockedPlugin,
) -> Result<(), InstallError> {
    let exchanged = |problem: String| InstallError::Exchanged { path: shown_as.to_owned(), problem };
    if entry.content() != Some(promised.digest) {
        return Err(exchanged("its content is another".to_owned()));
    }
    if (&*manifest.name, &*manifest.version) != (promised.name, promised.version) {
        let (name, version) = (&manifest.name, &manifest.version);
        return Err(exchanged(format!("it is `{name}` {version}, not `{}` {}", promised.name, promised.version)));
    }
    Ok(())
}

/// Versions that are no versions are not compared.
pub(crate) fn check_not_older(name: &str, version: &str, locked: &LockedPlugin) -> Result<(), InstallError> {
    let parsed = |version: &str| semver::Version::parse(version).ok();
    match (parsed(version), parsed(&locked.version)) {
        (Some(new), Some(old)) if new < old => Err(InstallError::Older {
            name: name.to_owned(),
            version: version.to_owned(),
            locked: locked.version.clone(),
        }),
        _ => Ok(()),
    }
}

const MISSING: &str = "build the plugin (`cargo build --release`), or check the path";

fn is_missing(error: &LoadError) -> bool {
    matches!(&error.problem, LoadProblem::Unreadable(error) if error.kind() == io::ErrorKind::NotFound)
}

/// Removes the plugin `name` from the user's plugin directory. Gives the files that held it: none
/// when it is not there.
pub(crate) fn remove(program: &Program, name: &str) -> Result<Vec<PathBuf>, InstallError> {
    let dir = directories::of_user(program).ok_or(InstallError::NoHome)?;
    let _lock = lock_folder(&dir).map_err(InstallError::Unwritable)?;
    let mut removed = Vec::new();
    for found in of_user_named(&dir, name) {
        remove_durably(found.path()).map_err(InstallError::Unremovable)?;
        removed.push(found.path().to_owned());
    }
    locked::forget(&dir, name)?;
    before::forget(program, name).map_err(InstallError::Unwritable)?;
    Ok(removed)
}

/// Whatever its permissions: what is not loaded can be removed all the same.
fn of_user_named(dir: &Path, name: &str) -> Vec<PluginFile> {
    let mut found = discover([(dir, Trust::Everyone)]);
    found.retain(|found| found.path() != dir && names::is_meant(found, name));
    found
}

fn check_trust(trust: Trust, dir: &Path) -> Result<(), InstallError> {
    let refused = discover([(dir, trust)]).into_iter().find(|found| found.path() == dir);
    match refused.as_ref().and_then(|found| found.manifest().err()) {
        Some(error) => Err(InstallError::Untrusted { dir: dir.to_owned(), problem: error.problem.to_string() }),
        None => Ok(()),
    }
}

fn check_copy(trial: &Trial, source: &Path, copy: &Finished) -> Result<Report, InstallError> {
    let report = trial
        .run(copy.unfinished_path())
        .map_err(|error| InstallError::Unchecked { path: source.to_owned(), error })?;
    match &report.problem {
        None => Ok(report),
        Some(problem) => {
            // The system's messages name the copy, which nobody will find.
            let problem = problem.replace(&*copy.unfinished_path().to_string_lossy(), &source.to_string_lossy());
            Err(InstallError::Unsound { path: source.to_owned(), problem })
        }
    }
}
