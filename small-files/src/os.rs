//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! To open and read:
//! * [`open_with`] opens what is at a path without waiting for anybody, a link there only if it may
//!   be followed; [`open_to_write`] follows one only if its owner may be trusted with that.
//! * [`owner_only`] lets a file that is made be its owner's alone; [`folders_only`] opens no other
//!   thing than a folder.
//! * [`allow_extending`] opens a file for [`extend`], which writes at its end, and for being cut.
//! * [`read_to_end`] reads at most so many bytes; [`read_locked`] the file that this process has
//!   locked, if it is the one at a path still, and gives `None` where a lock keeps nobody from
//!   reading.
//! * [`remove_file`] removes a file, whoever has it open, and [`may_write_in`] tells of a folder
//!   whether this user may make a file there.
//! * [`may_be_nameless`] tells whether something may be there although its path cannot be resolved.
//!
//! To write:
//! * [`put_in_place`] moves a file over another, whoever has that open.
//! * [`check_own`] refuses to lock what somebody else could open, [`is_still_at`] tells whether a
//!   file that is open still has a name, and [`remove_locked`] takes the name of a locked one away.
//! * [`check_owner`] refuses a folder of somebody else's, for what is to be made at a path;
//!   [`set_folder_mode`] says who may enter and change one that is made.
//! * [`readable_under_umask`] and [`readable_by_all`] let others read a temporary file, and
//!   [`keep_owner`] gives a file to the owner of another one.
//! * [`file_size_limit`] is this process' limit, [`file_too_large`] what writing beyond it fails
//!   with, and [`keep_room`] keeps room behind the end of a file, where it can be kept.

#[cfg(all(feature = "write", target_os = "linux"))]
mod linux;
#[cfg(all(feature = "write", not(target_os = "linux")))]
mod not_linux;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(feature = "write", target_os = "linux"))]
use self::linux as kernel;
#[cfg(all(feature = "write", not(target_os = "linux")))]
use self::not_linux as kernel;
#[cfg(unix)]
use self::unix as family;
#[cfg(windows)]
use self::windows as family;

pub(crate) use self::family::{
    allow_extending, extend, folders_only, may_be_nameless, may_write_in, open_to_write, open_with, owner_only,
    read_locked, read_to_end, remove_file,
};
#[cfg(feature = "write")]
pub(crate) use self::{
    family::write::{
        check_own, check_owner, file_size_limit, file_too_large, is_still_at, keep_owner, put_in_place,
        readable_by_all, readable_under_umask, remove_locked, set_folder_mode,
    },
    kernel::keep_room,
};
