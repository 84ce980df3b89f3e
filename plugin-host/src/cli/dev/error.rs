//! What keeps a plugin from being watched.

use std::{io, path::PathBuf};

use small_files::FileError;

use crate::message::shown;

/// Why a plugin cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// There is no crate.
    #[error("there is no Cargo.toml in {}; name the folder of the plugin's crate", shown(.0))]
    NoCrate(PathBuf),
    /// Cargo or this program cannot be started.
    #[error("cannot start {program}: {error}")]
    Start {
        /// Which.
        program: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// The crate makes no plugin.
    #[error("the crate in {} makes no `cdylib`; a plugin's Cargo.toml has `crate-type = [\"cdylib\"]`", shown(.0))]
    NoLibrary(PathBuf),
    /// The library cannot be put aside.
    #[error(transparent)]
    Copy(#[from] FileError),
}
