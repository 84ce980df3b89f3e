//! Small files done right: bounded, never waiting, never half-written.
//!
//! One way of opening, one of replacing, one of locking, for every crate that keeps files on disk.
//! It knows nothing of what is in them.

mod error;
mod folder;
#[cfg(feature = "write")]
mod lock;
mod open;
#[cfg(feature = "write")]
mod replace;
#[cfg(feature = "write")]
mod reserve;

pub use self::{
    error::FileError,
    folder::{entries, is_writable_folder, private_folder, public_folder, remove, remove_durably},
    open::{FileAccess, RegularFile, open, open_or_create, read, read_text},
};
#[cfg(feature = "write")]
pub use self::{
    lock::{FileLock, in_use, lock, lock_folder},
    replace::{Created, Replacement, Visibility, create_new, replace, replace_at_end_of_links},
    reserve::reserve,
};

#[cfg(test)]
mod tests;
