//! What can go wrong between a host and a plugin.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hookspec::signature::Mismatch;
use terminal_text::one_line;

/// A plugin that cannot be used: which file, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot load the plugin {}: {problem}", one_line(&path.to_string_lossy()))]
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
}

/// What is wrong with a plugin library. Everything down to [`LoadProblem::AbiVersion`] is found
/// without running its code.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadProblem {
    /// The file cannot be opened or read.
    #[error("{0}")]
    Unreadable(#[source] Arc<std::io::Error>),
    /// A directory, FIFO, socket or device.
    #[error("it is not a regular file")]
    NotAFile,
    /// Others could put their code into it.
    #[error("{0}")]
    Untrusted(UntrustedFile),
    /// Not a shared library at all, or a damaged one.
    #[error("it is not a shared library for this platform ({0})")]
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
    #[error("it is damaged: {0}; copy it again")]
    Damaged(String),
    /// Built for another processor or system.
    #[error("it is built for {found}, this program for {expected}")]
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
    #[error("it is a library but not a plugin: {0}")]
    NotAPlugin(String),
    /// Built for another boundary.
    #[error(
        "it is built with hookspec {api_version} (ABI {found}), this program needs ABI {expected}: get a version of the plugin built for it"
    )]
    AbiVersion {
        /// The version of `hookspec` in the plugin.
        api_version: String,
        /// ABI version of the plugin.
        found: u32,
        /// ABI version of the host.
        expected: u32,
    },
    /// Its code is in this process already, in the state that the file had before.
    #[error("its file has changed since this program loaded it; restart the program")]
    Changed,
    /// The dynamic linker refused it.
    #[error("the system cannot load it: {0}")]
    Link(String),
    /// The boundary's own types differ, although its version is the same.
    #[error("its build does not match this program's ABI (hookspec {api_version}): rebuild the plugin")]
    Layout {
        /// The version of `hookspec` in the plugin.
        api_version: String,
        /// The whole comparison, many lines long.
        report: String,
    },
    /// The plugin could not be made.
    #[error("plugin `{plugin}` {} while starting: {error}", if error.panicked() { "panicked" } else { "failed" })]
    Start {
        /// The plugin.
        plugin: String,
        /// What it said.
        error: hookspec::Error,
    },
    /// The manager would not have it.
    #[error("{0}")]
    Register(#[source] RegisterError),
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

    pub(crate) fn not_a_plugin(why: impl std::fmt::Display) -> Self {
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
    #[error("a plugin named `{0}` is registered already")]
    Duplicate(String),
    /// The host has blocked the name.
    #[error("the plugin `{0}` is blocked")]
    Blocked(String),
    /// A hookimpl was compiled against a hook that differs from the host's.
    #[error("plugin `{plugin}`{} does not fit hook `{hook}`: {mismatch}", built_with(api_version.as_deref()))]
    Mismatch {
        /// The plugin.
        plugin: String,
        /// The version of `hookspec` that it was built with; `None` for a plugin of the host's own.
        api_version: Option<String>,
        /// The hook.
        hook: String,
        /// The difference.
        mismatch: Mismatch,
    },
    /// The hook is declared already, with other types or options.
    #[error("hook `{0}` is declared already, and not in the same way")]
    Conflict(String),
    /// A wrapper of a historic hook, whose calls have no end that it could see.
    #[error("plugin `{plugin}` wraps the historic hook `{hook}`, which cannot be wrapped")]
    HistoricWrapper {
        /// The plugin.
        plugin: String,
        /// The hook.
        hook: String,
    },
    /// A hookimpl failed on a call that was replayed to it.
    #[error(transparent)]
    Replay(HookError),
    /// More than any plugin needs, and more than calls can be made through.
    #[error("plugin `{plugin}` has more than {limit} {what}")]
    TooMany {
        /// The plugin.
        plugin: String,
        /// How many there may be.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// `before` and `after` contradict each other.
    #[error("plugin `{plugin}` cannot be ordered in hook `{hook}`: {cycle}")]
    Cycle {
        /// The plugin that closes the cycle.
        plugin: String,
        /// The hook.
        hook: String,
        /// The cycle spelt out, `a before b before a`.
        cycle: String,
    },
}

fn built_with(api_version: Option<&str>) -> String {
    api_version.map(|version| format!(", built with hookspec {version},")).unwrap_or_default()
}

/// Hookimpls of hooks that the host does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{plugin}` implements hook `{hook}`, which this program does not have")]
#[non_exhaustive]
pub struct PendingError {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
}

/// A hookimpl that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{plugin}` {kind} in hook `{hook}`: {message}")]
#[non_exhaustive]
pub struct HookError {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
    /// How it failed.
    pub kind: FailureKind,
    /// What it said.
    pub message: String,
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

impl std::fmt::Display for FailureKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::WrongType => "gave a wrong answer",
            Self::SkippedRest => "did not run the rest of the call",
            Self::NotCalled => "was not called",
        })
    }
}
