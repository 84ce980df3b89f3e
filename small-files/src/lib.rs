//! Small files done right: bounded, never waiting, never half-written.
//!
//! One way of opening, one of replacing, one of locking, for every crate that keeps files on disk.
//! It knows nothing of what is in them.

mod error;
mod folder;
mod lock;
mod open;
#[cfg(feature = "write")]
mod replace;

#[cfg(feature = "write")]
pub use self::replace::{Created, Replacement, Visibility, create_new, replace};
pub use self::{
    error::FileError,
    folder::{entries, private_folder, public_folder, remove, remove_durably},
    lock::{FileLock, in_use, lock, lock_folder},
    open::{FileAccess, RegularFile, open, open_or_create, read, read_text},
};

#[cfg(test)]
mod tests;
