//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! * [`await_all`] runs a program until all that it has started has ended, too.
//! * [`User`] is somebody without privileges, as whom commands run where they would have them.
//! * [`new_user`] has others write to nothing that is made, and removes what the one before has left;
//!   [`keep_from_group`] has others write to no library that is there.
//! * [`path_in`] is where a program with these [`FOLDERS`] keeps what has a path on Linux, and
//!   [`options`] has a host find its configuration where they do not say.
//! * [`ONLY_TERMINAL_IS_TOLD`] that usage is recorded, and no pipe.
//! * [`PYTHON_MODULE`] is the file of the module `_native`.
//! * [`symlink`] links to something, or copies it; [`set_apart`] and [`end_group`] are for a shell
//!   that may have to be ended with all it has started.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use self::unix as family;
#[cfg(windows)]
use self::windows as family;

pub use self::family::await_all;
pub(crate) use self::family::{
    FOLDERS, ONLY_TERMINAL_IS_TOLD, PYTHON_MODULE, User, end_group, keep_from_group, new_user, options, path_in,
    set_apart, symlink,
};
