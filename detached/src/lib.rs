//! A program started again that goes on after the command which started it, and disturbs nobody:
//! [`start`] in the command, and [`leave`] first of all in what it started.

#[cfg(windows)]
mod windows;

#[cfg(unix)]
use std::env;
use std::{
    ffi::OsString,
    io,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// Set for the second start of [`leave`].
#[cfg(unix)]
const HAS_LEFT: &str = "HAS_LEFT_ITS_SESSION";

/// Starts `command` apart from this process, and does not wait for it: with no input and no output,
/// in the root of the file system, and where no key of the terminal reaches it.
///
/// # Errors
/// When no process can be started.
pub fn start(command: &mut Command) -> io::Result<()> {
    command.current_dir(root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Neither a key nor a closed terminal reaches a group of its own.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0).env_remove(HAS_LEFT);
    #[cfg(windows)]
    windows::set_apart(command);
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
#[cfg(unix)]
pub fn leave(args: &[OsString]) {
    use std::os::unix::process::CommandExt;

    use rustix::process::{nice, setpgid, setsid};

    const FIRST_BEYOND_STANDARD: i32 = 3;

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

/// The session that this process is in, if it began in the same namespace of process numbers: in a
/// container it may have begun outside (`pid_namespaces(7)`), and `getsid` gives 0 then, which
/// rustix 1.1 takes for impossible.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn session() -> Option<rustix::process::Pid> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // `42 (name) S 1 42 42 …`: state, parent, group, session (proc_pid_stat(5)).
    let (_, behind_name) = stat.rsplit_once(") ")?;
    rustix::process::Pid::from_raw(behind_name.split(' ').nth(3)?.parse().ok()?)
}

/// The session that this process is in.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn session() -> Option<rustix::process::Pid> {
    rustix::process::getsid(None).ok()
}

/// Elsewhere [`start`] has done all that.
#[cfg(not(unix))]
pub fn leave(_: &[OsString]) {}

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

/// No folder is kept from being removed or unmounted by a process that sits in it.
fn root() -> &'static Path {
    Path::new(if cfg!(windows) { "\\" } else { "/" })
}
