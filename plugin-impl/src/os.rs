//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! * [`is_unchanged`] tells by what the system says of a file whether it is the same one, and
//!   nobody has written to it.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::is_unchanged;
#[cfg(windows)]
pub(crate) use self::windows::is_unchanged;
