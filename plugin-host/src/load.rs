//! Loads a library and makes its plugin.

use std::path::Path;

use hookspec::{
    Error, Host, View,
    abi::{
        HookImpl, PluginRootRef, RErr, ROk,
        abi_stable::{
            StableAbi,
            library::{LibraryError, lib_header_from_path},
            type_layout::TypeLayout,
        },
    },
};

use crate::{
    current,
    ends::Ends,
    error::{LoadError, LoadProblem, StartError},
    inspect::OpenLibrary,
    loaded::LoadedLibraries,
    os,
};

/// Loads a library that has been found sound, and gives its hookimpls; what it does in the end goes
/// to `ends`.
///
/// Each file is its own library, with its own root: `abi_stable`'s `RootModule::load_*` would keep
/// one for all. It stays loaded until the process ends.
pub(crate) fn load(library: OpenLibrary<'_>, host: Host, ends: &Ends) -> Result<Vec<HookImpl>, LoadError> {
    let path = library.path;
    let fail = |problem| LoadError::new(path, problem);
    let plugin = library.description.manifest.name.clone();
    let root = root(library).map_err(fail)?;
    let in_plugin = current::enter(current::place(&plugin, ""));
    let made = (root.create())(host.into_object());
    drop(in_plugin);
    match made {
        ROk(given) => Ok(ends.take(given)),
        RErr(failure) => Err(fail(LoadProblem::Start(StartError::new(&plugin, Error::from_failure(failure))))),
    }
}

fn root(library: OpenLibrary<'_>) -> Result<PluginRootRef, LoadProblem> {
    let mut loaded = LoadedLibraries::lock();
    let name = loaded.name_for(&library)?;
    // Before `abi_stable` does, which has other ways of loading, and then gets the same library.
    os::load_library(&name).map_err(|error| LoadProblem::Link(linker_message(&error, &name)))?;
    let api_version = library.description.manifest.api_version.clone();
    let has_own_layouts = library.description.manifest.has_own_layouts();
    let fail = |error| link_error(error, &name, &api_version);
    let header = match lib_header_from_path(&name) {
        Err(error @ LibraryError::OpenError { .. }) => return Err(fail(error)),
        header => header,
    };
    loaded.add(&name, library)?;
    let header = header.map_err(fail)?;
    let Some(layout) = header.layout() else {
        // `check_layout` would take such a root on trust.
        let report = "the library exports its root without a description of its layout".to_owned();
        return Err(LoadProblem::Layout { api_version, report });
    };
    if !has_own_layouts || !is_own_root(layout) {
        return header.check_layout::<PluginRootRef>().map_err(fail);
    }
    // SAFETY: the root says that it is of this very type of this version of `hookspec`, and the
    // manifest that its declarations were those that this host was built from, text for text. They
    // are `repr(C)`, on types of one series of `abi_stable`, so that no compiler lays them out
    // otherwise. Whoever forges both could as well have put other code into the library.
    unsafe { header.unchecked_layout::<PluginRootRef>() }
        .map_err(|error| fail(error.into_library_error::<PluginRootRef>()))
}

/// Whether a root is of the type that this host knows, by its names and sizes.
fn is_own_root(root: &TypeLayout) -> bool {
    // What is exported points at the root.
    let pointee = |layout: &TypeLayout| layout.phantom_fields().iter().next().map(|field| field.layout());
    let (Some(root), Some(own)) = (pointee(root), pointee(<PluginRootRef as StableAbi>::LAYOUT)) else {
        return false;
    };
    root.name() == own.name()
        && root.package() == own.package()
        && root.package_version() == own.package_version()
        && (root.size(), root.alignment()) == (own.size(), own.alignment())
}

fn link_error(error: LibraryError, name: &Path, api_version: &str) -> LoadProblem {
    match error {
        LibraryError::OpenError { err, .. } => LoadProblem::Link(linker_message(&*err, name)),
        LibraryError::GetSymbolError { .. } => LoadProblem::NotAPlugin("it does not export a plugin".to_owned()),
        other => LoadProblem::Layout { api_version: api_version.to_owned(), report: other.to_string() },
    }
}

/// What musl's C library says in a program that is linked statically, and so cannot load anything.
const NO_LINKER: &str = "Dynamic loading not supported";

/// What the dynamic linker says, in one line, without the name by which the library was loaded: the
/// message around it names the path already.
fn linker_message(error: &(dyn std::error::Error + 'static), name: &Path) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text == NO_LINKER {
        return "this program is linked statically; build it with `-C target-feature=-crt-static`".to_owned();
    }
    let name = name.to_string_lossy();
    text.strip_prefix(&*name).and_then(|text| text.strip_prefix(": ")).unwrap_or(&text).replace(&*name, "the library")
}
