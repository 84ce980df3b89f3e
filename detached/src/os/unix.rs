//! A process in a group of its own, which leaves its session.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod not_linux;

use std::{env, ffi::OsString, os::unix::process::CommandExt, process::Command};

use rustix::process::{nice, setpgid, setsid};

#[cfg(any(target_os = "linux", target_os = "android"))]
use self::linux::session;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use self::not_linux::session;

pub(crate) const ROOT: &str = "/";

/// Set for the second start of [`leave`].
const HAS_LEFT: &str = "HAS_LEFT_ITS_SESSION";

const FIRST_BEYOND_STANDARD: i32 = 3;

pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0).env_remove(HAS_LEFT);
}

pub(crate) fn leave(args: &[OsString]) {
    // Whoever leads a group cannot leave the session, and so joins another group for that instant.
    if let Some(session) = session() {
        let _ = setpgid(None, Some(session));
    }
    let has_left = setsid().is_ok();
    // Without the lowest priority the work is still to be done.
    let _ = nice(19);
    let Ok(program) = env::current_exe() else { return };
    if env::var_os(HAS_LEFT).is_some() || has_left && close_fds::iter_open_fds(FIRST_BEYOND_STANDARD).next().is_none() {
        return;
    }
    close_fds::set_fds_cloexec(FIRST_BEYOND_STANDARD, &[]);
    let mut again = Command::new(program);
    again.args(args.iter().skip(1)).env(HAS_LEFT, "1");
    if has_left {
        // Returns only if it fails; then the work is done with what is open.
        let _ = again.exec();
    } else if again.spawn().is_ok() {
        // Where the session is not to be seen, only a member of this group can leave it.
        std::process::exit(0);
    }
}
