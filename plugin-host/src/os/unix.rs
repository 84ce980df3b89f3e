//! Files have owners and modes, and processes groups.

mod inode;
mod like;
#[cfg(feature = "cli")]
pub(crate) mod process;
mod walk;

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

pub(crate) use self::{inode::Inode, like::holders_of, walk::Walked};

/// `abi_stable` loads lazily; a function that then turns out to be missing ends the process at its
/// first call. What is loaded stays so, and `abi_stable` gets the same library.
pub(crate) fn load_library(name: &Path) -> Result<(), libloading::Error> {
    // SAFETY: runs the library's initialisers, as loading any plugin does; that the host wants this
    // plugin's code run is why it is loaded.
    let library = unsafe { Library::open(Some(name), RTLD_NOW | RTLD_LOCAL) }?;
    std::mem::forget(library);
    Ok(())
}

pub(crate) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    Some(OsStr::from_bytes(bytes).into())
}
