//! What differs between systems.

#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

#[cfg(feature = "write")]
pub(crate) use self::system::put_in_place;
pub(crate) use self::system::{allow_extending, extend, may_be_nameless, read_locked, read_to_end, remove_file};
