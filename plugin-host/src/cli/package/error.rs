//! Why a package cannot be used or made.

use std::path::PathBuf;

use small_files::FileError;
use terminal_text::one_line;

use crate::{cli::keys::KeyError, message::shown};

/// Why a package cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// What is said of the library cannot be used.
    #[error("cannot use the package {}: {}", shown(path), one_line(problem))]
    Invalid {
        /// The file that says it.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file of it cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key cannot be used, or the signature is not by it.
    #[error("{}: {error}", shown(path))]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: KeyError,
    },
    /// The library cannot be packed.
    #[error("cannot pack {}: {}", shown(path), one_line(problem))]
    Unsound {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}
