//! What can go wrong between a host and a plugin.

use std::{
    error::Error as StdError,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use hookspec::{
    Error,
    abi::{ABI_VERSION, Failure},
    signature::Mismatch,
};
use terminal_text::one_line;

/// A plugin that cannot be used: which file, and why.
///
/// `{:#}` shows the causes, too, in the same line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadError {
    /// The library.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: LoadProblem,
}

impl LoadError {
    pub(crate) fn new(path: &Path, problem: LoadProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    /// The word by which the plugin tells its error from others, where it is the plugin that failed
    /// and says one.
    pub fn code(&self) -> Option<&str> {
        match &self.problem {
            LoadProblem::Start(error) => error.code(),
            LoadProblem::Register(error) => error.code(),
            _ => None,
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot load the plugin {}: {}", one_line(&self.path.to_string_lossy()), self.problem)?;
        show_causes(f, self)
    }
}

impl StdError for LoadError {
    /// The problem is in the text already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.problem.source()
    }
}

/// Where `{:#}` is asked for, the causes of what was shown.
fn show_causes(f: &mut fmt::Formatter<'_>, error: &dyn StdError) -> fmt::Result {
    if !f.alternate() {
        return Ok(());
    }
    std::iter::successors(error.source(), |cause| (**cause).source())
        .try_for_each(|cause| write!(f, ": {}", one_line(&cause.to_string())))
}

/// What is wrong with a plugin library. Everything down to [`LoadProblem::AbiVersion`] is found
/// without running its code.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadProblem {
    /// The file cannot be opened or read.
    #[error(transparent)]
    Unreadable(Arc<std::io::Error>),
    /// A directory, FIFO, socket or device.
    #[error("it is not a regular file")]
    NotAFile,
    /// Others could put their code into it.
    #[error("{0}")]
    Untrusted(UntrustedFile),
    /// Not a shared library at all, or a damaged one.
    #[error("it is not a shared library for this platform ({})", one_line(.0))]
    NotALibrary(String),
    /// Shorter than its headers say.
    #[error("it is incomplete: {found} of at least {expected} bytes; copy it again")]
    Truncated {
        /// Length of the file, in bytes.
        found: u64,
        /// The length its headers promise, in bytes.
        expected: u64,
    },
    /// Its headers and tables contradict each other or lead outside of it.
    #[error("it is damaged: {}; copy it again", one_line(.0))]
    Damaged(String),
    /// Built for another processor or system.
    #[error("it is built for {}, this program for {expected}", one_line(found))]
    WrongMachine {
        /// What the library is built for.
        found: String,
        /// What this program is built for.
        expected: String,
    },
    /// It would have code loaded along with it that is not known.
    #[error("{0}")]
    Companion(CompanionProblem),
    /// A sound library, but no plugin.
    #[error("it is a library but not a plugin: {}", one_line(.0))]
    NotAPlugin(String),
    /// Built for another boundary.
    #[error(
        "it is built with hookspec {} (ABI {found}), this program needs ABI {expected}: {}",
        one_line(api_version), whose_turn(*found)
    )]
    AbiVersion {
        /// The version of `hookspec` in the plugin.
        api_version: String,
        /// ABI version of the plugin.
        found: u32,
        /// ABI version of the host.
        expected: u32,
    },
    /// The program has judged the file in the state that it had before, or has its code already.
    #[error("its file has changed while this program runs; restart the program")]
    Changed,
    /// The dynamic linker refused it.
    #[error("the system cannot load it: {}", one_line(.0))]
    Link(String),
    /// The boundary's own types differ, although its version is the same.
    #[error("its build does not match this program's ABI (hookspec {}): rebuild the plugin", one_line(api_version))]
    Layout {
        /// The version of `hookspec` in the plugin.
        api_version: String,
        /// The whole comparison, many lines long.
        report: String,
    },
    /// The plugin could not be made.
    #[error(transparent)]
    Start(StartError),
    /// The manager would not have it.
    #[error(transparent)]
    Register(RegisterError),
}

fn whose_turn(found: u32) -> &'static str {
    if found < ABI_VERSION { "get a version of the plugin built for it" } else { "update this program" }
}

/// A plugin that could not be made, or that failed as it named its hookimpls.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartError {
    /// The plugin.
    pub plugin: String,
    /// What it said.
    pub error: Error,
}

impl StartError {
    pub(crate) fn new(plugin: &str, error: Error) -> Self {
        Self { plugin: plugin.to_owned(), error }
    }

    /// The word by which the plugin tells its error from others, if it says one.
    pub fn code(&self) -> Option<&str> {
        self.error.code()
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.error.panicked() { "panicked" } else { "failed" };
        let (plugin, message) = (one_line(&self.plugin), one_line(self.error.message()));
        write!(f, "plugin `{plugin}` {how} while starting: {message}")?;
        show_causes(f, self)
    }
}

impl StdError for StartError {
    /// The error itself is in the text already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl From<UntrustedFile> for LoadProblem {
    fn from(file: UntrustedFile) -> Self {
        Self::Untrusted(file)
    }
}

impl From<CompanionProblem> for LoadProblem {
    fn from(problem: CompanionProblem) -> Self {
        Self::Companion(problem)
    }
}

impl LoadProblem {
    pub(crate) fn unreadable(error: std::io::Error) -> Self {
        Self::Unreadable(Arc::new(error))
    }

    pub(crate) fn not_a_library(error: object::Error) -> Self {
        Self::NotALibrary(error.to_string())
    }

    pub(crate) fn not_a_plugin(why: impl fmt::Display) -> Self {
        Self::NotAPlugin(why.to_string())
    }

    pub(crate) fn no_root() -> Self {
        Self::not_a_plugin("it does not export a plugin")
    }

    pub(crate) fn no_manifest() -> Self {
        Self::not_a_plugin("it has no manifest")
    }
}

/// Why a file or directory is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UntrustedFile {
    /// Group or others may write to it.
    #[error("others can write to {} (mode {mode:03o}); run `chmod go-w` on it", one_line(&path.to_string_lossy()))]
    Writable {
        /// The file or directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs neither to root nor to the user.
    #[error("{} belongs to another user (uid {owner}); only root's and your own are used", one_line(&path.to_string_lossy()))]
    Foreign {
        /// The file or directory.
        path: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// It is in a directory where everybody may put files, and may be another's work.
    #[error(
        "others can decide what is found at {}, since its directory is open to all (mode {mode:03o}); use one of your own",
        one_line(&path.to_string_lossy())
    )]
    Shared {
        /// The file, which may be missing.
        path: PathBuf,
        /// The permission bits of its directory.
        mode: u32,
    },
}

/// What else the system would load because a library says so. It is found by the library's dynamic
/// table (ELF) or load commands (Mach-O).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompanionProblem {
    /// A path that begins wherever the program is started.
    #[error(
        "its {entry} `{}` leads into the current directory; link it with an absolute path, or one from `{origin}`",
        one_line(value)
    )]
    Relative {
        /// The entry: `RUNPATH`, `NEEDED`, …
        entry: &'static str,
        /// What it says.
        value: String,
        /// How a path from the library's own directory begins.
        origin: &'static str,
    },
    /// A path with something in it that the system would replace.
    #[error(
        "its {entry} `{}` is not a plain path; link it with an absolute path, or one from `{origin}`",
        one_line(value)
    )]
    NotPlain {
        /// The entry.
        entry: &'static str,
        /// What it says.
        value: String,
        /// How a path from the library's own directory begins.
        origin: &'static str,
    },
    /// A path where others could have put code.
    #[error("its {entry} `{}` is not safe: {file}", one_line(value))]
    Untrusted {
        /// The entry.
        entry: &'static str,
        /// What it says.
        value: String,
        /// What others can change.
        file: UntrustedFile,
    },
    /// An entry by which further libraries watch or replace what the program has loaded.
    #[error("its {0} would have further libraries loaded; link it without")]
    Unwanted(&'static str),
}

/// Why a plugin cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// There is one of this name already.
    #[error("a plugin named `{}` is registered already", one_line(.0))]
    Duplicate(String),
    /// The host has blocked the name.
    #[error("the plugin `{}` is blocked", one_line(.0))]
    Blocked(String),
    /// A hookimpl was compiled against a hook that differs from the host's.
    #[error(
        "plugin `{}` does not fit hook `{}`: {}{}{}",
        one_line(plugin), one_line(hook), one_line(&mismatch.to_string()), if advice.is_empty() { "" } else { "; " }, one_line(advice)
    )]
    Mismatch {
        /// The plugin.
        plugin: String,
        /// The hook.
        hook: String,
        /// The difference.
        mismatch: Mismatch,
        /// Which side is to be updated, by the versions of the interface; may be empty.
        advice: String,
    },
    /// The hook is declared already, with other types or options.
    #[error("hook `{}` is declared already, and not in the same way", one_line(.0))]
    Conflict(String),
    /// A wrapper of a historic hook, whose calls have no end that it could see.
    #[error("plugin `{}` wraps the historic hook `{}`, which cannot be wrapped", one_line(plugin), one_line(hook))]
    HistoricWrapper {
        /// The plugin.
        plugin: String,
        /// The hook.
        hook: String,
    },
    /// The plugin could not be made.
    #[error(transparent)]
    Start(StartError),
    /// A hookimpl failed on a call that was replayed to it.
    #[error(transparent)]
    Replay(HookError),
    /// More than any plugin needs, and more than calls can be made through.
    #[error("plugin `{}` has more than {limit} {what}", one_line(plugin))]
    TooMany {
        /// The plugin.
        plugin: String,
        /// How many there may be.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// `before` and `after` contradict each other.
    #[error("plugin `{}` cannot be ordered in hook `{}`: {}", one_line(plugin), one_line(hook), one_line(cycle))]
    Cycle {
        /// The plugin that closes the cycle.
        plugin: String,
        /// The hook.
        hook: String,
        /// The cycle spelt out, `a before b before a`.
        cycle: String,
    },
}

impl RegisterError {
    /// The word by which the plugin tells its error from others, where it is the plugin that failed
    /// and says one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Start(error) => error.code(),
            Self::Replay(error) => error.code(),
            _ => None,
        }
    }
}

/// Hookimpls of hooks that the host does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{}` implements hook `{}`, which this program does not have", one_line(plugin), one_line(hook))]
#[non_exhaustive]
pub struct PendingError {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
}

/// A hookimpl that failed.
///
/// `{}` shows what it said in one line, `{:#}` the causes, too, which are this error's
/// [sources](StdError::source). Nothing in either is acted upon by a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookError {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
    /// How it failed.
    pub kind: FailureKind,
    /// What it said, as it did.
    pub message: String,
    /// What it said, with code and causes.
    said: Error,
}

impl HookError {
    pub(crate) fn new(plugin: &str, hook: &str, kind: FailureKind, said: Error) -> Self {
        let message = said.message().to_owned();
        Self { plugin: plugin.to_owned(), hook: hook.to_owned(), kind, message, said }
    }

    /// The word by which the plugin tells this error from others, if it says one.
    pub fn code(&self) -> Option<&str> {
        self.said.code()
    }

    /// What it said, as it goes on to a plugin around it.
    pub(crate) fn into_failure(self) -> Failure {
        Failure { panicked: self.kind == FailureKind::Panicked, ..self.said.into_failure() }
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plugin, hook, kind, message, .. } = self;
        write!(f, "plugin `{}` {kind} in hook `{}`: {}", one_line(plugin), one_line(hook), one_line(message))?;
        show_causes(f, self)
    }
}

impl StdError for HookError {
    /// What it said is in the text already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.said.source()
    }
}

/// To a plugin that has called the hook.
impl From<HookError> for Error {
    fn from(error: HookError) -> Self {
        let message = error.to_string().into();
        let said = Failure { message, panicked: false, ..error.into_failure() };
        Self::from_failure(said)
    }
}

/// How a hookimpl failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// It returned an error.
    Failed,
    /// It panicked.
    Panicked,
    /// It answered with another type than the hook's.
    WrongType,
    /// A wrapper that did not run the rest of the call.
    SkippedRest,
    /// It was not called: the call is one too many within others, or has not what the hook takes.
    NotCalled,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::WrongType => "gave a wrong answer",
            Self::SkippedRest => "did not run the rest of the call",
            Self::NotCalled => "was not called",
        })
    }
}
