//! What a command can fail with.

use std::io;

use plugin_api::manager::RegisterError;

use crate::catalog::CatalogError;
use crate::config::ConfigError;
use crate::new::NewError;
use crate::plugins::settings::SettingsError;
use crate::project::ProjectError;

/// Why a command failed; its text is the one line a person sees after `error: `.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The current directory is gone or out of reach.
    #[error("cannot tell the current directory ({0}); go to an existing directory or pass --project DIR")]
    CurrentDirectory(#[source] io::Error),
    /// The project could not be found or read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration holds something that is no catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The pipelines are decided by Python code that cannot be followed.
    #[error("the pipelines cannot be told without running Python: {0}; see them with `kedro registry list`")]
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
    /// The command line holds something that its declaration does not.
    #[error("{0}")]
    Usage(String),
    /// A plugin's command failed.
    #[error("{command}: {error}")]
    Plugin {
        /// The command.
        command: String,
        /// What the plugin said.
        error: plugin_api::Error,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}
