//! Loads a library to learn whether it works, in a process of its own: one that crashes or hangs
//! takes nothing with it.
//!
//! The process is this program again, started on [`OPTION`]. It says what it found in one line of
//! JSON on standard output, behind a mark, since the plugin may print as well. The process that
//! started it has the deadline, and ends whatever the plugin has started.

use std::{
    env,
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use hookspec::Manifest;
use wait_timeout::ChildExt;

use crate::{
    cli::{directories, relaunch::end_after, report::Report},
    inspect::manifest_of,
    program::Program,
};

/// The hidden option of the process that loads the library.
pub(crate) const OPTION: &str = "--check-plugin";

/// Longest that a plugin may take to start, in seconds, unless the user says otherwise.
pub(crate) const PATIENCE: u64 = 30;

const MARK: &str = "\u{1}plugin-report ";

/// Most that is kept of what the process prints on one stream, in bytes: its end, where the report
/// is.
const MAX_OUTPUT: usize = 1 << 20;

/// How much longer than its parent a process waits.
const GRACE: Duration = Duration::from_secs(2);

/// What is left behind may hold the streams open; what it has printed by then is enough.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How to try a library.
#[derive(Clone, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) program: &'a Program,
    /// Configuration file that the command line named.
    pub(crate) config: Option<&'a Path>,
    /// Longest that it may take, in seconds.
    pub(crate) timeout: u64,
}

impl Trial<'_> {
    /// Tries the library at `path`. The error is that this program could not be started again.
    pub(crate) fn run(&self, path: &Path) -> io::Result<Report> {
        // The linker looks for a name without a directory in places of its own.
        let path = std::path::absolute(path)?;
        let manifest = match manifest_of(&path, directories::trust(self.program)) {
            Ok(manifest) => manifest,
            // Nothing that this program would load, then: no need to try.
            Err(error) => return Ok(Report::unusable(path, None, &error.problem)),
        };
        let ended = self.load(&path)?;
        Ok(self.read_report(path, &manifest, &ended))
    }

    fn load(&self, path: &Path) -> io::Result<Ended> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(OPTION).arg(self.timeout.to_string()).arg(path).args(self.config);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let timeout = Duration::from_secs(self.timeout);
        let waited = Printed::by(&mut child).and_then(|printed| Ok((printed, child.wait_timeout(timeout)?)));
        end_all(&mut child);
        let (printed, status) = waited?;
        let (stdout, stderr) = printed.take();
        Ok(Ended { status, stdout, stderr })
    }

    fn read_report(&self, path: PathBuf, manifest: &Manifest, ended: &Ended) -> Report {
        let said = String::from_utf8_lossy(&ended.stdout);
        let (printed, report) = said.rsplit_once(MARK).map_or((&*said, None), |(before, line)| (before, Some(line)));
        let report = report.and_then(|line| serde_json::from_str::<Report>(line.lines().next()?).ok());
        let printed = format!("{printed}{}", String::from_utf8_lossy(&ended.stderr));
        let is_success = ended.status.is_some_and(|status| status.success());
        let problem = match &report {
            Some(_) if is_success => None,
            Some(_) => Some(format!("it loads, but then {}", self.crash(ended.status))),
            None => Some(format!("loading it {}", self.crash(ended.status))),
        };
        let mut report = report.unwrap_or_else(|| Report::of_manifest(path, manifest));
        report.problem = report.problem.or(problem);
        report.sound = report.problem.is_none();
        printed.trim_end().clone_into(&mut report.output);
        report
    }

    /// How a process ended that should have reported.
    fn crash(&self, status: Option<ExitStatus>) -> String {
        let Some(status) = status else {
            return format!("does not come to an end within {} s", self.timeout);
        };
        match status.code() {
            Some(code) => format!("ends the program (exit code {code})"),
            None => format!("kills the program ({status})"),
        }
    }
}

/// A process that has ended, or was ended at its deadline.
struct Ended {
    status: Option<ExitStatus>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Ends the process, if it is still there, and what it has started.
fn end_all(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // Fails when there is nobody left in the group.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    // Both fail when it has ended.
    let _ = child.kill();
    let _ = child.wait();
}

/// What a process prints, read apart so that it never waits for its reader.
struct Printed {
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

impl Printed {
    fn by(child: &mut Child) -> io::Result<Self> {
        let (end, ended) = mpsc::channel();
        let stdout = keep(child.stdout.take(), end.clone())?;
        let stderr = keep(child.stderr.take(), end)?;
        Ok(Self { stdout, stderr, ended })
    }

    fn take(self) -> (Vec<u8>, Vec<u8>) {
        // Either both have come to their end, or something that left the group holds them open.
        let _ = self.ended.recv_timeout(LAST_WORDS).and_then(|()| self.ended.recv_timeout(LAST_WORDS));
        let take = |kept: &Mutex<Vec<u8>>| std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
        (take(&self.stdout), take(&self.stderr))
    }
}

/// Reads a stream to its end in a thread, and keeps the last of it.
fn keep(stream: Option<impl Read + Send + 'static>, end: mpsc::Sender<()>) -> io::Result<Arc<Mutex<Vec<u8>>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let (Some(mut stream), into) = (stream, Arc::clone(&kept)) else { return Ok(kept) };
    thread::Builder::new().spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = stream.read(&mut piece) {
            let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&piece[..length]);
            let excess = kept.len().saturating_sub(MAX_OUTPUT);
            kept.drain(..excess);
        }
        // Whoever waits may have given up.
        let _ = end.send(());
    })?;
    Ok(kept)
}

/// What the process does that [`Trial::run`] starts: `args` are its arguments from [`OPTION`] on.
/// `examine` loads the library, under the configuration file that is named, if any.
pub(crate) fn serve(args: &[OsString], examine: impl FnOnce(&Path, Option<&Path>) -> Report) -> ExitCode {
    let (Some(timeout), Some(path)) = (args.get(1), args.get(2).map(Path::new)) else {
        return ExitCode::from(2);
    };
    leave_no_core();
    end_with_parent(timeout.to_str().and_then(|seconds| seconds.parse().ok()).unwrap_or(PATIENCE));
    let report = examine(path, args.get(3).map(Path::new));
    match serde_json::to_string(&report).map(|line| writeln!(io::stdout(), "\n{MARK}{line}")) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Ends this process when nobody waits for it any more: with the process that started it, where the
/// system can do that, and else some time after that one would have ended it.
fn end_with_parent(timeout: u64) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Without it the time below remains.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
    end_after(Duration::from_secs(timeout).saturating_add(GRACE));
}

/// A process that is there to crash leaves no core file.
fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering one's own limits is always allowed; a core file would do no harm either.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}
