//! Loads a library and makes its plugin.

use std::path::Path;

use hookspec::{
    Error, Host, Manifest, View,
    abi::{
        HookImpl, PluginRootRef, RErr, ROk, RVec,
        abi_stable::library::{LibraryError, lib_header_from_path},
    },
};

use crate::error::{LoadError, LoadProblem};

/// Loads the library at `path`, which has been found sound, and gives its hookimpls.
///
/// Each file is its own library, with its own root: `abi_stable`'s `RootModule::load_*` would keep
/// one for all. It stays loaded until the process ends.
pub(crate) fn load(path: &Path, manifest: &Manifest, host: Host) -> Result<RVec<HookImpl>, LoadError> {
    let fail = |problem| LoadError::new(path, problem);
    let root = root(path, manifest).map_err(fail)?;
    match (root.create())(host.into_object()) {
        ROk(hookimpls) => Ok(hookimpls),
        RErr(failure) => {
            Err(fail(LoadProblem::Start { plugin: manifest.name.clone(), error: Error::from_failure(failure) }))
        }
    }
}

fn root(path: &Path, manifest: &Manifest) -> Result<PluginRootRef, LoadProblem> {
    bind_now(path)?;
    let header = lib_header_from_path(path).map_err(|error| link_error(error, path, manifest))?;
    if header.layout().is_none() {
        // `check_layout` would take such a root on trust.
        let report = "the library exports its root without a description of its layout".to_owned();
        return Err(LoadProblem::Layout { api_version: manifest.api_version.clone(), report });
    }
    header.check_layout::<PluginRootRef>().map_err(|error| link_error(error, path, manifest))
}

/// Loads the library with all its symbols resolved.
///
/// `abi_stable` loads lazily; a function that then turns out to be missing ends the process at its
/// first call. What is loaded stays so, and `abi_stable` gets the same library.
#[cfg(unix)]
fn bind_now(path: &Path) -> Result<(), LoadProblem> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: runs the library's initialisers, as loading any plugin does; that the host wants this
    // plugin's code run is why it is loaded.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
    let library = library.map_err(|error| LoadProblem::Link(linker_message(&error, path)))?;
    std::mem::forget(library);
    Ok(())
}

/// Elsewhere the system resolves all symbols when it loads.
#[cfg(not(unix))]
fn bind_now(_: &Path) -> Result<(), LoadProblem> {
    Ok(())
}

fn link_error(error: LibraryError, path: &Path, manifest: &Manifest) -> LoadProblem {
    match error {
        LibraryError::OpenError { err, .. } => LoadProblem::Link(linker_message(&*err, path)),
        LibraryError::GetSymbolError { .. } => LoadProblem::NotAPlugin("it does not export a plugin".to_owned()),
        other => LoadProblem::Layout { api_version: manifest.api_version.clone(), report: other.to_string() },
    }
}

/// What the dynamic linker says, in one line, without the path that the message around it names
/// already.
fn linker_message(error: &(dyn std::error::Error + 'static), path: &Path) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.strip_prefix(&format!("{}: ", path.display())).map_or(text.clone(), str::to_owned)
}
