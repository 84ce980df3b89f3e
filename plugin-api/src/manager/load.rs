//! Loads a library and makes its plugin.

use std::path::Path;

use abi_stable::{
    library::{LibraryError, lib_header_from_path},
    std_types::{RErr, ROk, RVec},
};

use super::error::{LoadError, Reason};
use crate::{
    Error, Host, Manifest, View,
    abi::{HookImpl, PluginRootRef},
};

/// Loads the library at `path`, which [`inspect`](super::inspect::inspect) has found sound, and gives its hookimpls.
///
/// Each file is its own library, with its own root: `abi_stable`'s `RootModule::load_*` would keep one for all. It stays loaded
/// until the process ends.
pub(crate) fn load(path: &Path, manifest: &Manifest, host: Host) -> Result<RVec<HookImpl>, LoadError> {
    let fail = |reason| LoadError::new(path, reason);
    let root = root(path, manifest).map_err(fail)?;
    match (root.create())(host.into_object()) {
        ROk(hookimpls) => Ok(hookimpls),
        RErr(failure) => {
            Err(fail(Reason::Start { plugin: manifest.name.clone(), error: Error::from_failure(failure) }))
        }
    }
}

fn root(path: &Path, manifest: &Manifest) -> Result<PluginRootRef, Reason> {
    let header = lib_header_from_path(path).map_err(|error| link_error(error, manifest))?;
    if header.layout().is_none() {
        // `check_layout` would take such a root on trust.
        let report = "the library exports its root without a description of its layout".to_owned();
        return Err(Reason::Layout { api_version: manifest.api_version.clone(), report });
    }
    header.check_layout::<PluginRootRef>().map_err(|error| link_error(error, manifest))
}

fn link_error(error: LibraryError, manifest: &Manifest) -> Reason {
    match error {
        LibraryError::OpenError { err, .. } => Reason::Link(one_line(&describe(&*err))),
        LibraryError::GetSymbolError { .. } => Reason::NotAPlugin("it does not export a plugin".to_owned()),
        other => Reason::Layout { api_version: manifest.api_version.clone(), report: other.to_string() },
    }
}

fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
