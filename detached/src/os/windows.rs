//! A process of Windows that its parent leaves alone.

use std::{
    ffi::OsString,
    io,
    os::windows::{io::AsRawHandle, process::CommandExt},
    process::Command,
};

use windows_sys::Win32::{
    Foundation::{HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation},
    System::Threading::{CREATE_NEW_PROCESS_GROUP, DETACHED_PROCESS, IDLE_PRIORITY_CLASS},
};

/// Of the disk that the current directory is on.
pub(crate) const ROOT: &str = "\\";

/// Has `command` start without a console, where no key reaches it, at the lowest priority, and with
/// nothing of what this process was given by whoever started it.
///
/// Windows hands a new process all that can be inherited, and so the pipe into which this process
/// prints: whoever reads that to its end would wait for the new process, too.
pub(crate) fn set_apart(command: &mut Command) {
    command.creation_flags(DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP | IDLE_PRIORITY_CLASS);
    keep(&io::stdin());
    keep(&io::stdout());
    keep(&io::stderr());
}

/// Nothing is left to do.
pub(crate) fn leave(_: &[OsString]) {}

/// Keeps one of the standard streams to this process. What is started with it on purpose gets a
/// copy, which the standard library makes for it.
fn keep(stream: &impl AsRawHandle) {
    let handle: HANDLE = stream.as_raw_handle();
    if handle.is_null() {
        return;
    }
    // SAFETY: only changes a flag of the handle; of one that is not valid, the system says so.
    // Nothing can be done then, and nothing is lost but the reader's time.
    let _ = unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) };
}
