//! What the hosts of every age do: load the library that they are given, and write down what its
//! plugin answers.

use std::{env, path::Path};

use hookspec::{Error, Result};
use hookspec_host::{ErrorPolicy, HostServices, PluginFile, PluginManager, Trust};

/// What the hosts offer to plugins.
pub struct Bakery;

impl HostServices for Bakery {
    fn name(&self) -> &str {
        "bakery"
    }

    fn version(&self) -> &str {
        "1.2.3"
    }
}

/// The library at `path` as the manager takes it.
#[must_use]
pub fn found(path: &Path) -> PluginFile {
    PluginFile::inspect(path, Trust::Everyone)
}

/// Loads the plugin that the command line names, after `declare` has declared the hooks.
///
/// # Errors
/// What is wrong with the plugin, or the lack of one.
pub fn load<T>(declare: impl FnOnce(&PluginManager) -> Result<T>) -> Result<(PluginManager, T)> {
    let path = env::args_os().nth(1).ok_or_else(|| Error::new("usage: HOST LIBRARY"))?;
    let manager = PluginManager::new(Bakery, ErrorPolicy::Propagate);
    let hooks = declare(&manager)?;
    manager.load(&found(Path::new(&path)))?;
    for pending in manager.pending() {
        println!("pending: {}", pending.hook);
    }
    Ok((manager, hooks))
}
