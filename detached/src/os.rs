//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! * [`ROOT`] is the root of the file system.
//! * [`set_apart`] has a command start where no key of the terminal reaches it, and a closed
//!   terminal does not either.
//! * [`leave`] is what is left to do in the process itself.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::{ROOT, leave, set_apart};
#[cfg(windows)]
pub(crate) use self::windows::{ROOT, leave, set_apart};
