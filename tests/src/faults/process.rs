//! Processes with a deadline, and those that a sandbox has left.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Seek},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use wait_timeout::ChildExt;

use super::scenario::PATIENCE;

/// How often it is looked whether a process is still there.
const GLANCE: Duration = Duration::from_millis(20);

/// Starts `command` with no input and no output.
pub(super) fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    spawn(command)
}

fn spawn(command: &mut Command) -> Child {
    loop {
        match command.spawn() {
            // See `run` of the sandbox.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => thread::yield_now(),
            child => return child.expect("the program starts"),
        }
    }
}

/// Runs `command` to its end, which must come within [`PATIENCE`].
#[must_use]
pub fn finish(command: &mut Command) -> Output {
    let files = || tempfile::tempfile().expect("a temporary file");
    let (mut stdout, mut stderr) = (files(), files());
    command.stdin(Stdio::null());
    command.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
    let mut child = spawn(command);
    let status = child.wait_timeout(PATIENCE).expect("a child can be waited for").unwrap_or_else(|| {
        let _ = child.kill();
        panic!("{command:?} did not end within {PATIENCE:?}")
    });
    let text = |file: &mut fs::File| {
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).unwrap();
        bytes
    };
    Output { status, stdout: text(&mut stdout), stderr: text(&mut stderr) }
}

/// Waits until no process is left whose environment names this folder. Those that stay too long are
/// named, and ended.
pub(super) fn wait_until_none_is_left(folder: &Path) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = of_folder(folder);
        if left.is_empty() {
            return;
        }
        if Instant::now() > deadline {
            for (id, _) in &left {
                let _ = Command::new("kill").args(["-9", id]).status();
            }
            panic!("left after {PATIENCE:?}: {left:?}");
        }
        thread::sleep(GLANCE);
    }
}

/// The number and the command line of each process of this folder.
fn of_folder(folder: &Path) -> Vec<(String, String)> {
    let folder = folder.to_string_lossy();
    let host_demo = OsStr::new("host-demo");
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc is there").flatten() {
        let Some(id) =
            entry.file_name().to_str().filter(|name| name.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
        else {
            continue;
        };
        // Gone, or another user's, is none of ours; it is empty for an instant in which a program
        // takes the place of another.
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let is_of_folder = if environment.is_empty() {
            fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe.file_name() == Some(host_demo))
        } else {
            String::from_utf8_lossy(&environment).contains(&*folder)
        };
        if id != own && is_of_folder {
            let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push((id, String::from_utf8_lossy(&words).replace('\0', " ")));
        }
    }
    found
}
