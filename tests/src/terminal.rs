//! A terminal for one of a command's streams.

use std::{
    fs::File,
    io::Read,
    process::{Command, Stdio},
};

use rustix::{
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

/// Which of a command's streams is a terminal; the others lead nowhere.
#[derive(Debug, Clone, Copy)]
pub enum Stream {
    /// What it puts out.
    Out,
    /// What it says beside that.
    Error,
}

/// What a command that succeeds writes to a terminal.
pub fn on_terminal(mut command: Command, stream: Stream) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let side = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match stream {
        Stream::Out => command.stdout(side),
        Stream::Error => command.stderr(side),
    };
    let mut child = command.spawn().unwrap();
    // Or else this process would hold the terminal open.
    drop(command);
    let mut seen = Vec::new();
    // The end of a terminal is an error.
    let _ = File::from(terminal).read_to_end(&mut seen);
    assert!(child.wait().unwrap().success());
    String::from_utf8(seen).unwrap()
}
