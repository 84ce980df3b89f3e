//! What was installed, and whether it still is what is there: `plugins.lock` in a plugin directory.
//!
//! It tells the content of each library that was installed. One whose content is another is not
//! loaded. Nothing is read of a library to know that, as long as its file is in the state that was
//! remembered.

mod digest;
mod entry;
mod file;
mod standing;

pub(crate) use self::{
    digest::of_file as digest_of,
    entry::{LockedPlugin, Origin},
    file::{LockError, change, forget, of_plugin, read},
    standing::{Locks, Standing},
};
