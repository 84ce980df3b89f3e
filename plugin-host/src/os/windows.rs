//! Who may write to a file is not judged, and processes have no groups.

#[cfg(feature = "cli")]
pub(crate) mod process;
mod trust;

#[cfg(feature = "cli")]
use std::fmt;
use std::{
    fs::Metadata,
    path::{Path, PathBuf},
};

use libloading::os::windows::{LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, Library};

pub(crate) use self::trust::{Walked, holders_of};

/// Loads it with what it needs from its own folder, the program's and the system's: `abi_stable`
/// would have the current directory and all of `PATH` searched, too. What is loaded stays so, and
/// `abi_stable` gets the same library.
pub(crate) fn load_library(name: &Path) -> Result<(), libloading::Error> {
    let folders = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    // SAFETY: runs the library's initialisers, as loading any plugin does; that the host wants this
    // plugin's code run is why it is loaded.
    let library = unsafe { Library::load_with_flags(name, folders) }?;
    std::mem::forget(library);
    Ok(())
}

pub(crate) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The standard library tells nothing here of which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inode;

impl Inode {
    pub(crate) fn of(_: &Metadata) -> Self {
        Self
    }

    pub(crate) fn is(&self, _: &Self) -> bool {
        false
    }

    pub(crate) fn may_be(&self, _: &Self) -> bool {
        true
    }
}

/// The system does not tell what would be of use here.
#[cfg(feature = "cli")]
impl fmt::Display for Inode {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
