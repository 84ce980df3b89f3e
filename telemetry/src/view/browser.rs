//! A browser, where somebody sits in front of one.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    ci,
    env::Env,
    os::{self, Platform},
};

/// Set by a shell that somebody has come to from another machine.
const REMOTE: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// Set where windows can be shown; elsewhere than on Unix there is nothing to ask.
const WINDOWS: [&str; 2] = ["DISPLAY", "WAYLAND_DISPLAY"];

/// Whether a page that is opened appears in front of whoever has typed the command.
pub fn has_desktop(env: &Env) -> bool {
    if ci::is_unattended(env) || REMOTE.iter().any(|name| env.is_non_empty(name)) {
        return false;
    }
    Platform::CURRENT != Platform::Xdg || WINDOWS.iter().any(|name| env.is_non_empty(name))
}

/// Has the desktop open a file, and does not wait for what comes of it.
pub fn show(path: &Path) -> io::Result<()> {
    let mut problem = io::Error::from(io::ErrorKind::NotFound);
    for mut command in open::commands(path) {
        match start(&mut command) {
            Ok(()) => return Ok(()),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

fn start(command: &mut Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It stays when the terminal is closed.
    os::set_apart(command);
    command.spawn().map(drop)
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_opened_only_where_somebody_would_see_it() {
        let desktop = |variables: &[(&str, &str)]| has_desktop(&variables.iter().copied().collect());
        assert!(desktop(&[("DISPLAY", ":0")]));
        assert!(desktop(&[("WAYLAND_DISPLAY", "wayland-0"), ("SSH_TTY", "")]));
        assert!(!desktop(&[]));
        assert!(!desktop(&[("DISPLAY", "")]));
        assert!(!desktop(&[("DISPLAY", "localhost:10.0"), ("SSH_CONNECTION", "10.0.0.1 22 10.0.0.2 22")]));
        assert!(!desktop(&[("DISPLAY", ":99"), ("CI", "true")]));
    }
}
