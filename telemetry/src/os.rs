//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! * [`Platform`] says by which convention files have their folders, and [`SETTINGS`] where whoever
//!   administers the machine keeps settings for all its users, if there is such a folder.
//! * [`Access`] tells whose a folder is, and who else can change what is in it.
//! * [`owner_only`] lets a file that is made be its owner's alone.
//! * [`is_at`] tells whether a file that is open, and has been read so far, is the one at a path.
//! * [`bytes_of`] and [`path_of`] keep a path that is no text, where there are such.
//! * [`has_reader`] tells whether anybody may read what goes to standard error, and
//!   [`await_closed_output`] waits for a while, and tells whether nobody reads standard output any
//!   more.
//! * [`set_apart`] has a command go on when the terminal is closed.
//! * [`is_zombie`] tells whether a process has ended, and it is the first process's to wait for it;
//!   `false` where that cannot be known.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod not_linux;
mod platform;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as kernel;
#[cfg(not(target_os = "linux"))]
use self::not_linux as kernel;
#[cfg(unix)]
use self::unix as family;
#[cfg(windows)]
use self::windows as family;

pub use self::platform::Platform;
pub(crate) use self::{
    family::{Access, SETTINGS, await_closed_output, bytes_of, has_reader, is_at, owner_only, path_of, set_apart},
    kernel::is_zombie,
};

#[cfg(test)]
mod tests;
