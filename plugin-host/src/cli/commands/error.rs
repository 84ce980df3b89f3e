//! What a command of `plugin` can fail with.

use std::{io, path::PathBuf};

use terminal_text::one_line;

use crate::{
    cli::{
        by_name::ByNameError,
        disabled::DisabledError,
        index::IndexError,
        install::InstallError,
        keys::{KeyError, TrustError},
        locked::LockError,
        names::{did_you_mean, name_of},
        package::PackageError,
        scaffold::ScaffoldError,
        settings::SettingsError,
    },
    discover::PluginFile,
    message::shown,
};

/// Why a command of `plugin` failed; its text is the one line that a person sees.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManageError {
    /// Which plugins are disabled is not known or cannot be remembered.
    #[error(transparent)]
    Disabled(#[from] DisabledError),
    /// A plugin could not be checked, installed or removed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// A plugin was not installed by its name.
    #[error(transparent)]
    ByName(#[from] ByNameError),
    /// An index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A package cannot be used or made.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A plugin was not installed for what its signature is.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// What was installed is not known.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What follows `--accept-key` is not a key.
    #[error("--accept-key: {0}")]
    AcceptedKey(#[source] KeyError),
    /// What follows the name is not a version.
    #[error("`{}` is not a version, which has the form 1.2.3", one_line(.0))]
    Version(String),
    /// Nothing is kept of what a plugin was before.
    #[error("there is nothing to put back: no earlier version of `{}` is kept", one_line(.0))]
    NothingBefore(String),
    /// The plugin is not one that can be updated.
    #[error(
        "`{}` did not come from an index, so there is nothing to update it from; `{program} plugin install NAME` does that",
        one_line(name)
    )]
    NotFromIndex {
        /// The plugin.
        name: String,
        /// The program.
        program: &'static str,
    },
    /// The index of some plugins could not be read.
    #[error("{count} of the plugins {} not looked up", if *count == 1 { "was" } else { "were" })]
    NotLookedUp {
        /// How many.
        count: usize,
    },
    /// Some plugins could not be updated.
    #[error("{count} of the plugins {} not updated", if *count == 1 { "was" } else { "were" })]
    NotUpdated {
        /// How many.
        count: usize,
    },
    /// The crate of a new plugin could not be made.
    #[error(transparent)]
    Scaffold(#[from] ScaffoldError),
    /// The configuration file cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A plugin does not work here.
    #[error("{}: {}", shown(path), one_line(problem))]
    Unsound {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Libraries are not what was installed.
    #[error("{count} of the libraries {} not what was installed", if *count == 1 { "is" } else { "are" })]
    Damaged {
        /// How many.
        count: usize,
    },
    /// No plugin can have this name.
    #[error("`{name}` cannot be the name of a plugin; `{program} plugin list` shows the names there are")]
    NotAName {
        /// The word.
        name: String,
        /// The program.
        program: &'static str,
    },
    /// No plugin has this name.
    #[error("there is no plugin `{name}`{} `{program} plugin list` shows all", if hint.is_empty() { ";" } else { hint })]
    Unknown {
        /// The name.
        name: String,
        /// Another name that it resembles, as a part of the sentence; may be empty.
        hint: String,
        /// The program.
        program: &'static str,
    },
    /// The plugin is where the program does not remove any.
    #[error(
        "`{name}` is not removed: it is {}, and only plugins in {} are yours to remove here; `{program} plugin disable {name}` keeps \
         it from being loaded",
        shown(path),
        shown(own)
    )]
    NotRemoved {
        /// The plugin.
        name: String,
        /// Where it is.
        path: PathBuf,
        /// The user's plugin directory.
        own: PathBuf,
        /// The program.
        program: &'static str,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl ManageError {
    /// No plugin of those `found` has this `name`.
    pub(crate) fn unknown(program: &'static str, name: &str, found: &[PluginFile]) -> Self {
        let hint = did_you_mean(name, found.iter().filter_map(name_of));
        Self::Unknown { name: name.to_owned(), hint, program }
    }
}
