//! Plugins' libraries: a look at the file, and loading it.

use std::path::{Path, PathBuf};

use hookspec_host::{ErrorPolicy, PluginFile, PluginManager, Trust, discover};

use crate::{counted, done::Done, services::Services};

/// Loads each library.
pub fn load(libraries: &[PathBuf]) -> Done {
    let manager = PluginManager::new(Services("instructions"), ErrorPolicy::Propagate);
    let mut failed = None;
    counted::part(libraries.len(), |index| {
        let file = PluginFile::inspect(&libraries[index], Trust::Everyone);
        failed = manager.load(&file).err().or_else(|| failed.take());
    });
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Finds the plugins in a folder, which are so many, and loads each.
pub fn discover_and_load(folder: &Path, plugins: usize) -> Done {
    let manager = PluginManager::new(Services("instructions"), ErrorPolicy::Propagate);
    let mut failed = None;
    counted::part(1, |_| {
        for file in discover([(folder, Trust::Everyone)]) {
            failed = manager.load(&file).err().or_else(|| failed.take());
        }
    });
    let loaded = manager.plugins().len();
    match failed {
        Some(error) => Err(error.into()),
        None if loaded != plugins => Err(format!("{loaded} plugins were loaded, not {plugins}").into()),
        None => Ok(()),
    }
}
