//! Finds plugin libraries in directories, without loading any.

use std::{
    collections::HashMap,
    env::consts::DLL_EXTENSION,
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use super::{
    error::{LoadError, Reason, Untrusted},
    inspect::inspect,
};
use crate::Manifest;

/// A library file in a plugin directory.
#[derive(Debug)]
pub struct Found {
    /// The library, or the directory when that could not be read.
    pub path: PathBuf,
    /// What it is, or why it cannot be used.
    pub manifest: Result<Manifest, LoadError>,
    /// The library of the same name that comes first, and is used instead.
    pub shadowed_by: Option<PathBuf>,
}

/// Whose files are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Files and directories that belong to root or to the user, and that nobody else can write to (Unix; elsewhere as [`Trust::Everyone`]).
    #[default]
    Owner,
    /// All. For containers whose file ownership says nothing; it lets whoever can write to the directory run code as the user.
    Everyone,
}

/// Finds the plugin libraries in `dirs`, by directory and then by file name.
///
/// Looks at files whose name ends as a shared library's does on this platform and does not start with a dot. A directory that does not exist
/// holds none. When two libraries hold plugins of one name, the first is used and the others are marked.
#[must_use]
pub fn discover<D: AsRef<Path>>(dirs: &[D], trust: Trust) -> Vec<Found> {
    let mut found: Vec<Found> = dirs.iter().flat_map(|dir| in_directory(dir.as_ref(), trust)).collect();
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

fn in_directory(dir: &Path, trust: Trust) -> Vec<Found> {
    match libraries(dir, trust) {
        Ok(paths) => {
            paths.into_iter().map(|path| Found { manifest: look(&path, trust), path, shadowed_by: None }).collect()
        }
        Err(Reason::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(reason) => {
            vec![Found { path: dir.to_owned(), manifest: Err(LoadError::new(dir, reason)), shadowed_by: None }]
        }
    }
}

fn libraries(dir: &Path, trust: Trust) -> Result<Vec<PathBuf>, Reason> {
    let metadata = std::fs::metadata(dir).map_err(Reason::Unreadable)?;
    if trust == Trust::Owner {
        check_owner(dir, &metadata).map_err(Reason::Untrusted)?;
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(Reason::Unreadable)? {
        let path = entry.map_err(Reason::Unreadable)?.path();
        if is_library_name(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_library_name(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|extension| extension == DLL_EXTENSION)
}

/// What the library at `path` is, once it may be trusted.
///
/// # Errors
/// Why it cannot be used.
pub fn look(path: &Path, trust: Trust) -> Result<Manifest, LoadError> {
    if trust == Trust::Owner {
        let metadata = std::fs::metadata(path).map_err(|error| LoadError::new(path, Reason::Unreadable(error)))?;
        check_owner(path, &metadata).map_err(|why| LoadError::new(path, Reason::Untrusted(why)))?;
    }
    inspect(path)
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), Untrusted> {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(Untrusted::Foreign { path: path.to_owned(), owner });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(Untrusted::Writable { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata) -> Result<(), Untrusted> {
    Ok(())
}
