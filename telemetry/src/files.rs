//! Small files done right: bounded, never waiting, never half-written, and their owner's alone.
//!
//! One way of opening, one of replacing, one of locking, for everything that is kept on disk here
//! and in crates that keep files beside it.

mod error;
mod folder;
mod lock;
mod open;
mod replace;

pub use self::{
    error::FileError,
    folder::{entries, is_absent, private_folder, remove},
    lock::{FileLock, lock},
    open::{FileAccess, RegularFile, open, open_or_create, read, read_text},
    replace::{Created, Replacement, Visibility, create_new, replace},
};

#[cfg(test)]
mod tests;
