//! Where Python would find the modules of a project.

use std::{
    ffi::OsStr,
    iter,
    path::{Path, PathBuf},
};

/// What lies under a module name in the project's sources.
pub(crate) enum Located {
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// Whether it is the `__init__.py` of a package.
        is_package: bool,
    },
    /// A directory without `__init__.py`, which Python takes for an empty package.
    Directory,
    /// Nothing.
    Nothing,
}

/// Where Python would find a module below `directory`.
pub(crate) fn locate(directory: &Path, name: &str) -> Located {
    let path = folder(directory, name);
    let package = path.join("__init__.py");
    if package.is_file() {
        return Located::File { path: package, is_package: true };
    }
    let file = path.with_file_name(format!("{}.py", name.rsplit('.').next().unwrap_or(name)));
    if file.is_file() {
        return Located::File { path: file, is_package: false };
    }
    // A compiled module has no source to read.
    if path.is_dir() { Located::Directory } else { Located::Nothing }
}

/// The folder of a package below `directory`.
pub(crate) fn folder(directory: &Path, name: &str) -> PathBuf {
    iter::once(directory.as_os_str()).chain(name.split('.').map(OsStr::new)).collect()
}
