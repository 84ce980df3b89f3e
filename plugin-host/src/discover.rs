//! Finds plugin libraries in directories, without loading any.

use std::{
    collections::HashMap,
    env::consts::DLL_EXTENSION,
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use hookspec::Manifest;

use crate::{
    error::{LoadError, LoadProblem},
    inspect,
};

/// A library file in a plugin directory.
#[derive(Clone, Debug)]
pub struct PluginFile {
    path: PathBuf,
    manifest: Result<Manifest, LoadError>,
    shadowed_by: Option<PathBuf>,
    trust: Trust,
    /// The state of the file that `manifest` tells of.
    stamp: Option<Stamp>,
}

impl PluginFile {
    /// The library at `path` alone, without a look at its directory.
    #[must_use]
    pub fn inspect(path: &Path, trust: Trust) -> Self {
        let opened = open_trusted(path, trust);
        let stamp = opened.as_ref().ok().map(|(_, metadata)| Stamp::of(metadata));
        let manifest = opened.and_then(|(file, metadata)| inspect::read(file, &metadata));
        let manifest = manifest.map_err(|problem| LoadError::new(path, problem));
        Self { path: path.to_owned(), manifest, shadowed_by: None, trust, stamp }
    }

    fn failed(path: &Path, trust: Trust, problem: LoadProblem) -> Self {
        Self {
            path: path.to_owned(),
            manifest: Err(LoadError::new(path, problem)),
            shadowed_by: None,
            trust,
            stamp: None,
        }
    }

    /// The library, or the directory when that could not be read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn manifest(&self) -> Result<&Manifest, &LoadError> {
        self.manifest.as_ref()
    }

    /// The library of the same name that comes first, and is used instead.
    #[must_use]
    pub fn shadowed_by(&self) -> Option<&Path> {
        self.shadowed_by.as_deref()
    }

    /// What the library is now: inspected again if the file is not the one that was found.
    pub(crate) fn current(&self) -> Result<Manifest, LoadError> {
        let now = std::fs::metadata(&self.path).ok().map(|metadata| Stamp::of(&metadata));
        match &self.manifest {
            Ok(_) if now != self.stamp => Self::inspect(&self.path, self.trust).manifest,
            // What was refused stays so until it is found anew.
            known => known.clone(),
        }
    }
}

/// What tells one state of a file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    identity: (u64, u64, u32, u32),
    #[cfg(unix)]
    changed: (i64, i64),
}

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            identity: (metadata.dev(), metadata.ino(), metadata.uid(), metadata.mode()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// Whose files are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Files and directories that belong to root or to the user, and that nobody else can write to
    /// (Unix; elsewhere as [`Trust::Everyone`]).
    #[default]
    Owner,
    /// All. For containers whose file ownership says nothing; it lets whoever can write to the
    /// directory run code as the user.
    Everyone,
}

/// Finds the plugin libraries in `dirs`, by directory and then by file name.
///
/// Looks at files whose name ends as a shared library's does on this platform and does not start
/// with a dot. A directory that does not exist holds none. When two libraries hold plugins of one
/// name, the first is used and the others are marked.
#[must_use]
pub fn discover<D: AsRef<Path>>(dirs: &[D], trust: Trust) -> Vec<PluginFile> {
    let mut found: Vec<PluginFile> = dirs.iter().flat_map(|dir| in_directory(dir.as_ref(), trust)).collect();
    let mut first: HashMap<String, PathBuf> = HashMap::new();
    for library in &mut found {
        let Ok(manifest) = &library.manifest else {
            continue;
        };
        match first.get(&manifest.name) {
            Some(path) => library.shadowed_by = Some(path.clone()),
            None => {
                first.insert(manifest.name.clone(), library.path.clone());
            }
        }
    }
    found
}

fn in_directory(dir: &Path, trust: Trust) -> Vec<PluginFile> {
    match libraries(dir, trust) {
        Ok((paths, failed)) => {
            let found = paths.iter().filter_map(|path| still_there(PluginFile::inspect(path, trust)));
            found.chain(failed.map(|error| PluginFile::failed(dir, trust, LoadProblem::unreadable(error)))).collect()
        }
        Err(LoadProblem::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(problem) => vec![PluginFile::failed(dir, trust, problem)],
    }
}

/// The libraries in `dir`, and what kept the rest from being listed.
fn libraries(dir: &Path, trust: Trust) -> Result<(Vec<PathBuf>, Option<io::Error>), LoadProblem> {
    let metadata = std::fs::metadata(dir).map_err(LoadProblem::unreadable)?;
    check_owner(dir, &metadata, trust)?;
    let mut paths = Vec::new();
    let mut failed = None;
    for entry in std::fs::read_dir(dir).map_err(LoadProblem::unreadable)? {
        match entry {
            Ok(entry) if is_library_name(&entry.path()) => paths.push(entry.path()),
            Ok(_) => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    paths.sort();
    Ok((paths, failed))
}

/// Leaves out a file that was taken away after its directory was listed; a symlink to nowhere is
/// still there.
fn still_there(found: PluginFile) -> Option<PluginFile> {
    let is_gone = |error: io::Error| error.kind() == io::ErrorKind::NotFound;
    let missing = match &found.manifest {
        Err(LoadError { problem: LoadProblem::Unreadable(error), .. }) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    };
    if missing && found.path.symlink_metadata().is_err_and(is_gone) { None } else { Some(found) }
}

fn is_library_name(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|extension| extension == DLL_EXTENSION)
}

/// Opens a library. It is the opened file whose owner counts: another may be there under its name
/// the next moment.
fn open_trusted(path: &Path, trust: Trust) -> Result<(File, Metadata), LoadProblem> {
    let (file, metadata) = inspect::open(path)?;
    check_owner(path, &metadata, trust)?;
    Ok((file, metadata))
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &Metadata, trust: Trust) -> Result<(), LoadProblem> {
    use std::os::unix::fs::MetadataExt;

    use crate::error::UntrustedFile;
    if trust == Trust::Everyone {
        return Ok(());
    }
    let owner = metadata.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(LoadProblem::Untrusted(UntrustedFile::Foreign { path: path.to_owned(), owner }));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(LoadProblem::Untrusted(UntrustedFile::Writable { path: path.to_owned(), mode }));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata, _: Trust) -> Result<(), LoadProblem> {
    Ok(())
}
