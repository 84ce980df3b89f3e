//! Processes with a deadline, and those that a sandbox has left.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    io::{Read, Seek},
    path::{Path, PathBuf},
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
        let before = processes();
        let left = of_folder(folder, &before);
        // A process that came meanwhile may have been started by one that has ended meanwhile.
        let all_seen = processes().is_subset(&before);
        if left.is_empty() && all_seen {
            return;
        }
        if Instant::now() > deadline {
            for (id, _) in &left {
                let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
            }
            panic!("left after {PATIENCE:?}: {left:?}");
        }
        thread::sleep(GLANCE);
    }
}

/// The number of each process.
fn processes() -> BTreeSet<u32> {
    let entries = fs::read_dir("/proc").expect("/proc is there").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The number and the command line of each of these processes that is of this folder.
fn of_folder(folder: &Path, processes: &BTreeSet<u32>) -> Vec<(u32, String)> {
    let folder = folder.to_string_lossy();
    let programs = ["host-demo", "tally"].map(OsStr::new);
    let own = std::process::id();
    let mut found = Vec::new();
    for &id in processes.iter().filter(|&&id| id != own) {
        let process = PathBuf::from(format!("/proc/{id}"));
        // Gone, or another user's, is none of ours; it is empty for an instant in which a program
        // takes the place of another.
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        let is_of_folder = if environment.is_empty() {
            fs::read_link(process.join("exe"))
                .is_ok_and(|exe| exe.file_name().is_some_and(|name| programs.contains(&name)))
        } else {
            String::from_utf8_lossy(&environment).contains(&*folder)
        };
        if is_of_folder {
            let words = fs::read(process.join("cmdline")).unwrap_or_default();
            found.push((id, String::from_utf8_lossy(&words).replace('\0', " ")));
        }
    }
    found
}
