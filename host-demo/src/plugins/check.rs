//! Loads a library to learn whether it works, in a process of its own: one that crashes or hangs takes nothing with it.
//!
//! The process is this program again, started on [`OPTION`]. It says what it found in one line of JSON on standard output, behind a
//! mark, since the plugin may print as well.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus, Output, Stdio},
    thread,
    time::Duration,
};

use hookspec::{
    Manifest,
    manager::{ErrorPolicy, Fit, LoadError, PluginManager, Reason, VerifiedHookImpl, inspect},
};
use serde::{Deserialize, Serialize};

use super::{
    Plugins,
    services::{Services, UsageEvents},
    settings::Settings,
};

/// The hidden option of the process that loads the library.
pub const OPTION: &str = "--check-plugin";

/// Longest that a plugin may take to start, in seconds, unless the user says otherwise.
pub const PATIENCE: u64 = 30;

const MARK: &str = "\u{1}plugin-report ";

/// What is known of a library.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// The library.
    pub path: PathBuf,
    /// Whether this host can use it.
    pub sound: bool,
    /// Why not, in one line.
    pub problem: Option<String>,
    /// What it says of itself; `None` when that cannot be read.
    pub manifest: Option<Described>,
    /// Its hookimpls, as far as they are known.
    pub hookimpls: Vec<Hookimpl>,
    /// The whole comparison when the boundary differs, many lines long.
    pub details: Option<String>,
    /// What it printed while it was loaded.
    pub output: String,
}

/// A manifest.
#[derive(Debug, Serialize, Deserialize)]
pub struct Described {
    /// The plugin's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of `hookspec` it was built with.
    pub api_version: String,
    /// The number of the boundary.
    pub abi_version: u32,
    /// One line; may be empty.
    pub description: String,
}

/// A hookimpl.
#[derive(Debug, Serialize, Deserialize)]
pub struct Hookimpl {
    /// The hook's name.
    pub hook: String,
    /// Its options, as in `try_first` or `before=other`.
    pub options: Vec<String>,
    /// Whether it fits.
    pub state: State,
    /// Why not.
    pub reason: Option<String>,
}

/// Whether a hookimpl fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    Fits,
    /// It was compiled against a hook that differs.
    Differs,
    /// This host does not have the hook, and the plugin asks for it.
    Pending,
    /// This host does not have the hook, and the plugin can do without.
    Optional,
}

/// How to load the library.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// Configuration file that the command line named.
    pub config: Option<PathBuf>,
    /// Longest that it may take, in seconds.
    pub timeout: u64,
}

/// Checks the library at `path`. The error is that this program could not be started again.
pub fn check(path: &Path, conditions: &Conditions) -> io::Result<Report> {
    // The linker looks for a name without a directory in places of its own.
    let path = std::path::absolute(path)?;
    let manifest = match inspect(&path) {
        Ok(manifest) => manifest,
        // Nothing that this program would load, then: no need to try.
        Err(error) => return Ok(Report::unusable(path, None, &error.reason)),
    };
    let output = load(&path, conditions)?;
    Ok(read_report(path, &manifest, output, conditions.timeout))
}

fn load(path: &Path, conditions: &Conditions) -> io::Result<Output> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(OPTION).arg(conditions.timeout.to_string()).arg(path);
    command.args(&conditions.config);
    command.stdin(Stdio::null()).output()
}

fn read_report(path: PathBuf, manifest: &Manifest, output: Output, timeout: u64) -> Report {
    let said = String::from_utf8_lossy(&output.stdout);
    let (printed, report) = said.rsplit_once(MARK).map_or((&*said, None), |(before, line)| (before, Some(line)));
    let report = report.and_then(|line| serde_json::from_str::<Report>(line.trim_end()).ok());
    let printed = format!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    let problem = match (&report, output.status.success()) {
        (Some(_), true) => None,
        (Some(_), false) => Some(format!("it loads, but then {}", crash(output.status, timeout))),
        (None, _) => Some(format!("loading it {}", crash(output.status, timeout))),
    };
    let mut report =
        report.unwrap_or_else(|| Report { manifest: Some(Described::new(manifest)), ..Report::empty(path) });
    report.problem = report.problem.or(problem);
    report.sound = report.problem.is_none();
    printed.trim_end().clone_into(&mut report.output);
    report
}

/// How a process ended that should have reported.
fn crash(status: ExitStatus, timeout: u64) -> String {
    if is_timeout(status) {
        return format!("does not come to an end within {timeout} s");
    }
    match status.code() {
        Some(code) => format!("ends the program (exit code {code})"),
        None => format!("kills the program ({status})"),
    }
}

#[cfg(unix)]
fn is_timeout(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::ALARM.as_raw())
}

#[cfg(not(unix))]
fn is_timeout(status: ExitStatus) -> bool {
    status.code() == Some(TIMED_OUT)
}

#[cfg(not(unix))]
const TIMED_OUT: i32 = 124;

/// What the process does that [`check`] starts: `args` are its arguments from [`OPTION`] on.
pub fn serve(args: &[OsString]) -> ExitCode {
    let (Some(timeout), Some(path)) = (args.get(1), args.get(2)) else {
        return ExitCode::from(2);
    };
    limit(timeout.to_str().and_then(|seconds| seconds.parse().ok()).unwrap_or(PATIENCE));
    // Whoever started this process has read the file already, and would have said what is wrong with it.
    let settings = Settings::load(args.get(3).map(Path::new)).unwrap_or_default();
    let report = examine(Path::new(path), settings);
    match serde_json::to_string(&report).map(|line| writeln!(io::stdout(), "\n{MARK}{line}")) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Ends this process when it takes too long, and leaves no core file when it crashes.
fn limit(seconds: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering one's own limits is always allowed; a core file would do no harm either.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(seconds));
        end();
    });
}

/// Ends this process at once, whatever its other threads hold.
fn end() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};
        // Does not fail: the process is one's own.
        let _ = kill_process(getpid(), Signal::ALARM);
    }
    #[cfg(not(unix))]
    std::process::exit(TIMED_OUT);
}

fn examine(path: &Path, settings: Settings) -> Report {
    let manager = PluginManager::new(
        Services { settings, relaunch: None, verbose: true, usage_events: UsageEvents::default() },
        ErrorPolicy::Isolate,
    );
    // Kept: it holds the declarations.
    let declared = Plugins::declare(&manager);
    if let Err(error) = declared {
        return Report::unusable(path.to_owned(), None, &Reason::Register(error));
    }
    let verified = match manager.verify(path) {
        Ok(verified) => verified,
        Err(LoadError { reason, .. }) => {
            return Report::unusable(path.to_owned(), inspect(path).ok().as_ref(), &reason);
        }
    };
    let problem = verified.outcome.err().map(|error| error.reason.to_string());
    Report {
        manifest: Some(Described::new(&verified.manifest)),
        hookimpls: verified.hookimpls.into_iter().map(Hookimpl::new).collect(),
        sound: problem.is_none(),
        problem,
        ..Report::empty(path.to_owned())
    }
}

impl Report {
    fn empty(path: PathBuf) -> Self {
        Self {
            path,
            sound: false,
            problem: None,
            manifest: None,
            hookimpls: Vec::new(),
            details: None,
            output: String::new(),
        }
    }

    /// A library that is not loaded, for this `reason`.
    pub fn unusable(path: PathBuf, manifest: Option<&Manifest>, reason: &Reason) -> Self {
        let details = match reason {
            Reason::Layout { report, .. } => Some(report.clone()),
            _ => None,
        };
        Self { problem: Some(reason.to_string()), manifest: manifest.map(Described::new), details, ..Self::empty(path) }
    }
}

impl Described {
    fn new(manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            api_version: manifest.api_version.clone(),
            abi_version: manifest.abi_version,
            description: manifest.description.clone(),
        }
    }
}

impl Hookimpl {
    fn new(info: VerifiedHookImpl) -> Self {
        let optional = info.options.iter().any(|(name, _)| name == "optional");
        let (state, reason) = match info.fit {
            Fit::Fits => (State::Fits, None),
            Fit::Differs(mismatch) => (State::Differs, Some(mismatch.to_string())),
            _ if optional => (State::Optional, Some("this program does not have the hook".to_owned())),
            _ => (State::Pending, Some("this program does not have the hook".to_owned())),
        };
        let option = |(name, value): (String, String)| if value.is_empty() { name } else { format!("{name}={value}") };
        Self { hook: info.hook, options: info.options.into_iter().map(option).collect(), state, reason }
    }
}
