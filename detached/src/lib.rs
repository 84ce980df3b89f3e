//! A program started again that goes on after the command which started it, and disturbs nobody:
//! [`start`] in the command, and [`leave`] first of all in what it started.

mod os;

use std::{
    ffi::OsString,
    io,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// Starts `command` apart from this process, and does not wait for it: with no input and no output,
/// in the root of the file system, and where no key of the terminal reaches it.
///
/// # Errors
/// When no process can be started.
pub fn start(command: &mut Command) -> io::Result<()> {
    // No folder is kept from being removed or unmounted by a process that sits in it.
    command.current_dir(os::ROOT).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    os::set_apart(command);
    await_ended(command.spawn()?);
    Ok(())
}

/// Makes this process, which [`start`] began, one that disturbs nobody. `args` is its command line,
/// the program's name included.
///
/// It leaves the session of the command that started it; it takes the lowest priority, and with
/// that the lowest for the disk (Linux, `Documentation/block/ioprio.rst`); and it holds nothing
/// open that it was born with, so that whoever waits for the end of a pipe does not wait for it.
/// That last one is done by starting the program once more in this very process: descriptors that
/// Rust code did not open are not its to close.
///
/// Done here and not between fork and exec, which lets the system start the process the fast way.
/// On Windows [`start`] has done all that.
pub fn leave(args: &[OsString]) {
    os::leave(args);
}

/// Ends this process after so long, whatever it waits for.
pub fn end_after(life: Duration) {
    // Where no thread can be started, little else can.
    let _ = thread::Builder::new().spawn(move || {
        thread::sleep(life);
        std::process::exit(1);
    });
}

/// Waits for earlier processes that have ended: of a program that goes on, each would stay as a
/// zombie otherwise. The last is init's to wait for.
fn await_ended(started: Child) {
    static STARTED: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    let mut all = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    all.push(started);
}
