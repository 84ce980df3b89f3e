//! Plugins' libraries: a look at the file, and loading it.

use std::path::PathBuf;

use hookspec_host::{ErrorPolicy, PluginFile, PluginManager, Trust};

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
