//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! * [`load_library`] loads a library for as long as the process lives, with all its symbols.
//! * [`path_of`] makes a path of what a library has as one.
//! * [`descriptor_path`] names a file by what is open, whatever is put where it was found; `None`
//!   where the system cannot.
//! * [`Inode`] is what tells a file from others, and what only the system itself can change.
//! * [`Walked`] judges who else could write what is found at a path, and [`holders_of`] finds out
//!   who that is.
//! * [`register_barrier`] asks for, and [`run_barrier`] runs, a barrier in all threads; `false`
//!   where there is none.
//! * [`C_LIBRARY`] ends the name of a platform whose libraries no other C library can load.
//! * For a library that is tried in a process of its own: [`set_apart`] gives it a group,
//!   [`has_ended`] tells without giving up its number, and [`end_group`] ends whatever it has
//!   started; [`leave_no_core`] and [`end_with_parent`] are for that process itself.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod not_linux;
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

#[cfg(feature = "cli")]
pub(crate) use self::family::process::{end_group, has_ended, leave_no_core, set_apart};
#[cfg(feature = "cli")]
pub(crate) use self::kernel::end_with_parent;
pub(crate) use self::{
    family::{Inode, Walked, holders_of, load_library, path_of},
    kernel::{descriptor_path, register_barrier, run_barrier},
};

#[cfg(feature = "cli")]
pub(crate) const C_LIBRARY: &str = if cfg!(target_env = "musl") { "-musl" } else { "" };

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests;
