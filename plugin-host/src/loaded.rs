//! What this process has loaded, which stays until it ends.
//!
//! The system loads a file once: asked for a name or a file that it has loaded, it gives what it
//! has, whatever the file holds by now. So each file is loaded under a name of its own, and one
//! that has changed since is refused: its old code must not pass for what its manifest says now.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    error::LoadProblem,
    inspect::{Description, OpenLibrary},
    os,
    stamp::Stamp,
};

/// The libraries of this process, by the names that the system has loaded them by.
pub(crate) struct LoadedLibraries(BTreeMap<PathBuf, Loaded>);

struct Loaded {
    description: Description,
    /// Kept open, so that its descriptor goes on being a name of it.
    _file: File,
}

static LOADED: Mutex<LoadedLibraries> = Mutex::new(LoadedLibraries(BTreeMap::new()));

impl LoadedLibraries {
    /// Nobody else loads anything meanwhile.
    pub(crate) fn lock() -> MutexGuard<'static, Self> {
        // A library is added whole or not at all.
        LOADED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name by which the system loads this file, and no other.
    pub(crate) fn name_for(&self, library: &OpenLibrary<'_>) -> Result<PathBuf, LoadProblem> {
        let path = std::path::absolute(library.path).map_err(LoadProblem::unreadable)?;
        let Description { stamp, uses_origin, .. } = &library.description;
        let is_it = |loaded: &Loaded| loaded.description.stamp.is_same_file(stamp);
        let same_file = self.0.iter().find(|(_, loaded)| is_it(loaded));
        if let Some((name, loaded)) = same_file.or_else(|| self.0.get_key_value(&path)) {
            let is_unchanged = loaded.description == library.description;
            return if is_unchanged { Ok(name.clone()) } else { Err(LoadProblem::Changed) };
        }
        // From a descriptor, the system would not know the library's folder.
        let opened = if *uses_origin { None } else { descriptor_path(&library.file, stamp) };
        // One that somebody has closed is the name of another library already.
        Ok(opened.filter(|name| !self.0.contains_key(name)).unwrap_or(path))
    }

    /// Remembers a library that is loaded by `name`. The error is that it has changed meanwhile.
    pub(crate) fn add(&mut self, name: &Path, library: OpenLibrary<'_>) -> Result<(), LoadProblem> {
        let OpenLibrary { file, description, .. } = library;
        let states = [file.metadata(), std::fs::metadata(name)];
        let is_unchanged = states
            .iter()
            .all(|state| state.as_ref().is_ok_and(|now| Stamp::of(now).has_same_content(&description.stamp)));
        self.0.entry(name.to_owned()).or_insert(Loaded { description, _file: file });
        if is_unchanged { Ok(()) } else { Err(LoadProblem::Changed) }
    }
}

/// The opened file as a path: whatever is put where the library was found, this is what has been
/// looked at.
fn descriptor_path(file: &File, stamp: &Stamp) -> Option<PathBuf> {
    let is_it = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|there| Stamp::of(&there).has_same_content(stamp));
    os::descriptor_path(file).filter(is_it)
}
