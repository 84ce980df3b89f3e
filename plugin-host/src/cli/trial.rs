//! Loads a library to learn whether it works, in a process of its own: one that crashes or hangs
//! takes nothing with it.
//!
//! The process is this program again, started on [`OPTION`]. It says what it found in one line of
//! JSON on standard output, behind a mark, since the plugin may print as well: at first what
//! loading it has shown, then all. The process that started it has the deadline, reads so much and
//! no more, and ends whatever the plugin has started.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use hookspec::Manifest;
use terminal_text::shortened;

use crate::{
    cli::{
        directories,
        printed::{Flood, Printed},
        report::Report,
    },
    inspect::manifest_of,
    os,
    program::Program,
};

/// The hidden option of the process that loads the library.
pub(crate) const OPTION: &str = "--check-plugin";

/// Longest that a plugin may take to start, in seconds, unless the user says otherwise.
pub(crate) const PATIENCE: u64 = 30;

const MARK: &str = "\u{1}plugin-report ";

/// Most that is shown of what the process prints, in characters.
const MAX_SHOWN: usize = 16 * 1024;

/// Between two looks at a process.
const PAUSE: Duration = Duration::from_millis(5);

/// How much longer than its parent a process waits.
const GRACE: Duration = Duration::from_secs(2);

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
        let manifest = match manifest_of(&path, directories::trust_of(self.program, &path)) {
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
        os::set_apart(&mut command);
        let mut child = command.spawn()?;
        let printed = Printed::by(&mut child);
        let ending = match &printed {
            Ok(printed) => wait(&mut child, printed, Instant::now() + Duration::from_secs(self.timeout)),
            Err(_) => Ending::TooLate,
        };
        let status = end_all(&mut child);
        let printed = printed?;
        let (stdout, stderr) = printed.end();
        let ending = printed.flood().map_or(ending, Ending::Flood);
        Ok(Ended { ending, status, stdout, stderr })
    }

    fn read_report(&self, path: PathBuf, manifest: &Manifest, ended: &Ended) -> Report {
        let said = String::from_utf8_lossy(&ended.stdout);
        let (printed, report) = read(&said);
        let printed = format!("{printed}{}", String::from_utf8_lossy(&ended.stderr));
        let crash = self.crash(ended);
        let problem = match &report {
            Some(_) => crash.map(|crash| format!("it loads, but then {crash}")),
            None => {
                Some(format!("loading it {}", crash.unwrap_or_else(|| "ends the program (exit code 0)".to_owned())))
            }
        };
        let mut report = report.unwrap_or_else(|| Report::of_manifest(path, manifest));
        report.problem = report.problem.or(problem);
        report.sound = report.problem.is_none();
        report.output = shortened(printed.trim_end(), MAX_SHOWN).into_owned();
        report
    }

    /// How a process ended otherwise than it should.
    fn crash(&self, ended: &Ended) -> Option<String> {
        match ended.ending {
            Ending::TooLate => return Some(format!("does not come to an end within {} s", self.timeout)),
            Ending::Flood(Flood { limit }) => return Some(format!("prints more than {} MiB", limit >> 20)),
            Ending::Itself => {}
        }
        match ended.status {
            Some(status) if status.success() => None,
            Some(status) => Some(match status.code() {
                Some(code) => format!("ends the program (exit code {code})"),
                None => format!("kills the program ({status})"),
            }),
            None => Some("ends in a way that the system does not tell".to_owned()),
        }
    }
}

/// What a process has printed, and its last report.
fn read(said: &str) -> (String, Option<Report>) {
    let mark = format!("\n{MARK}");
    let mut parts = said.split(&mark);
    let mut printed = parts.next().unwrap_or_default().to_owned();
    let mut report = None;
    for part in parts {
        let (line, rest) = part.split_once('\n').unwrap_or((part, ""));
        report = serde_json::from_str(line).ok().or(report);
        printed += rest;
    }
    (printed, report)
}

/// Why a process is at its end.
#[derive(Clone, Copy)]
enum Ending {
    Itself,
    TooLate,
    Flood(Flood),
}

/// A process that has ended, or was ended.
struct Ended {
    ending: Ending,
    status: Option<ExitStatus>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Waits for the end of the process, which keeps its number until [`end_all`] has taken its group:
/// no other may have that number by then.
fn wait(child: &mut Child, printed: &Printed, until: Instant) -> Ending {
    loop {
        // Before its end, which may come of nobody reading the rest.
        if let Some(flood) = printed.flood() {
            return Ending::Flood(flood);
        }
        if os::has_ended(child) {
            return Ending::Itself;
        }
        if Instant::now() >= until {
            return Ending::TooLate;
        }
        thread::sleep(PAUSE);
    }
}

/// Ends the process, if it is still there, and what it has started; tells how it ended.
fn end_all(child: &mut Child) -> Option<ExitStatus> {
    os::end_group(child);
    // Fails when it has ended.
    let _ = child.kill();
    child.wait().ok()
}

/// What the process does that [`Trial::run`] starts: `args` are its arguments from [`OPTION`] on.
/// `examine` loads the library, under the configuration file that is named, if any, and reports.
pub(crate) fn serve(
    args: &[OsString],
    examine: impl FnOnce(&Path, Option<&Path>, &mut dyn FnMut(&Report)),
) -> ExitCode {
    let (Some(timeout), Some(path)) = (args.get(1), args.get(2).map(Path::new)) else {
        return ExitCode::from(2);
    };
    // A process that is there to crash.
    os::leave_no_core();
    end_with_parent(timeout.to_str().and_then(|seconds| seconds.parse().ok()).unwrap_or(PATIENCE));
    let mut is_told = false;
    examine(path, args.get(3).map(Path::new), &mut |report| {
        let line = serde_json::to_string(report);
        is_told = line.is_ok_and(|line| writeln!(io::stdout(), "\n{MARK}{line}").is_ok());
    });
    if is_told { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends this process when nobody waits for it any more: with the process that started it, where the
/// system can do that, and else some time after that one would have ended it.
fn end_with_parent(timeout: u64) {
    os::end_with_parent();
    detached::end_after(Duration::from_secs(timeout).saturating_add(GRACE));
}
