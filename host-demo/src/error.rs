//! What a command can fail with.

use std::io;

use crate::catalog::CatalogError;
use crate::config::ConfigError;
use crate::new::NewError;
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
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}
