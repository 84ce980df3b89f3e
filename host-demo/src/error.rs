//! What a command can fail with.

use std::{io, path::PathBuf};

use hookspec::manager::{Found, RegisterError};
use kedro_project::{CatalogError, ConfigError, ProjectError};

use crate::{
    new::NewError,
    plugins::{
        disabled::DisabledError, install::InstallError, names, scaffold::ScaffoldError, settings::SettingsError,
    },
};

/// Why a command failed; its text is the one line a person sees after `error: `.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The current directory is gone or out of reach.
    #[error("cannot tell the current directory ({0}); go to an existing directory or pass --project DIR")]
    CurrentDirectory(#[source] io::Error),
    /// There is no project where one is needed.
    #[error("no Kedro project in {} or any directory above it; go to a project or pass --project DIR", .0.display())]
    NoProject(PathBuf),
    /// The project could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration is not a catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The pipelines are decided by Python code that cannot be followed.
    #[error("cannot determine the pipelines without running Python: {0}; see them with `kedro registry list`")]
    Registry(String),
    /// A new project could not be made.
    #[error(transparent)]
    New(#[from] NewError),
    /// The configuration of this tool cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The hooks of this host contradict a plugin's.
    #[error(transparent)]
    Hooks(#[from] RegisterError),
    /// Which plugins are disabled is not known or cannot be remembered.
    #[error(transparent)]
    Disabled(#[from] DisabledError),
    /// A plugin could not be checked, installed or removed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The crate of a new plugin could not be made.
    #[error(transparent)]
    Scaffold(#[from] ScaffoldError),
    /// A plugin does not work here.
    #[error("{}: {problem}", path.display())]
    Unsound {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// No plugin has this name.
    #[error("there is no plugin `{name}`{} `host-demo plugin list` shows all", if hint.is_empty() { ";" } else { hint })]
    UnknownPlugin {
        /// The name.
        name: String,
        /// Another name that it resembles, as a part of the sentence; may be empty.
        hint: String,
    },
    /// The plugin is where this program does not remove any.
    #[error(
        "`{name}` is not removed: it is {}, and only plugins in {} are yours to remove here; `host-demo plugin disable {name}` keeps it from being loaded",
        path.display(), own.display()
    )]
    NotRemoved {
        /// The plugin.
        name: String,
        /// Where it is.
        path: PathBuf,
        /// The user's plugin directory.
        own: PathBuf,
    },
    /// The command line holds something that its declaration does not.
    #[error("{0}")]
    Usage(String),
    /// A plugin's command failed.
    #[error("{command}: {error}")]
    Plugin {
        /// The command.
        command: String,
        /// What the plugin said.
        error: hookspec::Error,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// No plugin of those `found` has this `name`.
    pub fn unknown_plugin(name: &str, found: &[Found]) -> Self {
        let hint = names::did_you_mean(name, found.iter().filter_map(names::name_of));
        Self::UnknownPlugin { name: name.to_owned(), hint }
    }
}
