//! What a command can fail with.

use std::{io, path::PathBuf};

use kedro_project::{CatalogError, ConfigError, ProjectError};

use crate::new::NewError;

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
    /// Kedro cannot load the pipelines.
    #[error("cannot load the pipelines: {0}; correct the source")]
    Registry(String),
    /// The pipelines are decided by Python code that cannot be followed.
    #[error("cannot determine the pipelines without running Python: {0}; see them with `kedro registry list`")]
    UnknownRegistry(String),
    /// The project has no such pipeline.
    #[error("there is no pipeline `{0}`; `registry list` shows those that there are")]
    NoPipeline(String),
    /// A new project could not be made.
    #[error(transparent)]
    New(#[from] NewError),
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}
