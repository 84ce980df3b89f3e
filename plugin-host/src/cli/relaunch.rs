//! Starting this program again, detached, on a command of a plugin or of its own.

use std::{
    env, io,
    path::{self, Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// The hidden option that says which plugin the detached process serves; with an empty name, the
/// program itself.
pub(crate) const OPTION: &str = "--detached";

/// How long a detached process lives at most. A plugin that wants less sees to it itself.
const LIFE: Duration = Duration::from_secs(30);

/// How to start again: under the same plugins and settings.
#[derive(Debug, Clone)]
pub(crate) struct Relaunch {
    /// Plugin directories that the command line named.
    pub(crate) plugin_dirs: Vec<PathBuf>,
    /// Configuration file that the command line named.
    pub(crate) config: Option<PathBuf>,
}

impl Relaunch {
    /// Starts this program on `args` for `plugin`, or for itself where that is empty, and does not
    /// wait for it.
    pub(crate) fn start(&self, plugin: &str, args: &[&str]) -> io::Result<()> {
        let mut command = Command::new(env::current_exe()?);
        command.args([OPTION, plugin]);
        for dir in &self.plugin_dirs {
            command.arg("--plugin-dir").arg(path::absolute(dir)?);
        }
        if let Some(config) = &self.config {
            command.arg("--config").arg(path::absolute(config)?);
        }
        command.args(args).current_dir(root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        detach(&mut command);
        await_ended(command.spawn()?);
        Ok(())
    }
}

/// Has the process that is started leave the session of this one before anything else, so that
/// neither a key nor a closed terminal ends it; take the lowest priority, and with that the lowest
/// for the disk (Linux, `Documentation/block/ioprio.rst`); and hold nothing open that this process
/// has, so that whoever waits for the end of a pipe does not wait for it.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    const FIRST_BEYOND_STANDARD: i32 = 3;

    let leave = || {
        rustix::process::setsid()?;
        // Without the lowest priority the work is still to be done.
        let _ = rustix::process::nice(19);
        close_fds::set_fds_cloexec(FIRST_BEYOND_STANDARD, &[]);
        Ok(())
    };
    // SAFETY: between fork and exec only what is safe in a signal handler may be done. `setsid` and
    // `nice` are bare system calls, and so is `set_fds_cloexec`, or made of what is
    // safe (close_fds 0.3.2, "Async-signal-safety").
    unsafe { command.pre_exec(leave) };
}

/// Elsewhere a started process has nothing of the one that started it.
#[cfg(not(unix))]
fn detach(_: &mut Command) {}

/// Waits for earlier processes that have ended: of a program that goes on, each would stay as a
/// zombie otherwise. The last is init's to wait for.
fn await_ended(started: Child) {
    static STARTED: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    let mut all = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    all.push(started);
}

/// Ends this process when it has been at work for too long, whatever it waits for.
pub(crate) fn end_in_time() {
    end_after(LIFE);
}

/// Ends this process after so long.
pub(crate) fn end_after(life: Duration) {
    // Where no thread can be started, little else can.
    let _ = thread::Builder::new().spawn(move || {
        thread::sleep(life);
        std::process::exit(1);
    });
}

/// No folder is kept from being removed or unmounted by a process that sits in it.
fn root() -> &'static Path {
    Path::new(if cfg!(windows) { "\\" } else { "/" })
}
