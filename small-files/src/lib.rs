//! Small files done right: bounded, never waiting, never half-written.
//!
//! One way of opening, one of replacing, one of locking, for every crate that keeps files on disk.
//! It knows nothing of what is in them.

#[cfg(feature = "write")]
mod create_folder;
mod error;
mod folder;
#[cfg(feature = "write")]
mod folder_lock;
#[cfg(feature = "write")]
mod growth;
#[cfg(feature = "write")]
mod lock;
mod open;
mod os;
#[cfg(feature = "write")]
mod replace;
#[cfg(feature = "write")]
mod reserve;
mod resolve;

#[cfg(feature = "write")]
pub use self::{
    create_folder::{private_folder, public_folder},
    folder_lock::{FolderLock, lock_folder, try_lock_folder},
    growth::{check_growth, check_length},
    lock::{FileLock, in_use, lock},
    replace::{Created, Finished, Replacement, Visibility, create_new, replace, replace_at_end_of_links, write_new},
    reserve::reserve,
};
pub use self::{
    error::FileError,
    folder::{entries, is_writable_folder, remove, remove_durably},
    open::{FileAccess, RegularFile, extend, open, open_or_create, read, read_text, read_text_of_locked},
    resolve::resolve,
};

#[cfg(test)]
mod tests;
