//! What a project's file states.

use std::path::{Path, PathBuf};

use small_files::{FileError, Visibility};

use crate::profile::{ProjectFile, ProjectStatement};

/// A project's file may hold more than we would write.
const MAX_PROJECT_FILE: u64 = 1024 * 1024;

/// Why a project's file counts as no statement.
#[derive(Debug, thiserror::Error)]
pub enum ProjectFileError {
    /// Unreadable, not text, not a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Read, but not understood.
    #[error("{path} is not understood: {reason}")]
    Statement {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl ProjectFileError {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(error) => error.path(),
            Self::Statement { path, .. } => path,
        }
    }
}

/// What a project's file says.
pub enum Stated {
    Consent(bool),
    /// There is no such file.
    NoFile,
    /// Not understood, and no refusal.
    Ignored(ProjectFileError),
    /// Not understood; it may be a refusal.
    MayRefuse(ProjectFileError),
}

impl Stated {
    fn unclear(error: impl Into<ProjectFileError>, may_refuse: bool) -> Self {
        if may_refuse { Self::MayRefuse(error.into()) } else { Self::Ignored(error.into()) }
    }
}

/// Reads `file` at `path`, or what may be one in a file that cannot be understood.
pub fn project_statement(file: ProjectFile, path: &Path) -> Stated {
    let bytes = match small_files::read(path, MAX_PROJECT_FILE) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Stated::NoFile,
        // A directory or a pipe states nothing; what is in a file that cannot be read, nobody
        // knows.
        Err(error) => {
            let is_file = !matches!(error, FileError::NotRegular { .. });
            return Stated::unclear(error, is_file);
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let letters = String::from_utf8_lossy(error.as_bytes());
            return Stated::unclear(FileError::NotUtf8 { path: path.into() }, (file.may_refuse)(&letters));
        }
    };
    let unclear = |reason| ProjectFileError::Statement { path: path.into(), reason };
    match (file.read)(&text) {
        ProjectStatement::Consent(granted) => Stated::Consent(granted),
        ProjectStatement::Nothing(reason) => Stated::Ignored(unclear(reason)),
        ProjectStatement::MayRefuse(reason) => Stated::MayRefuse(unclear(reason)),
    }
}

/// States `granted` in this file of the project at `project_root`.
///
/// The file is replaced whole, as it holds nothing else.
pub fn set_project(file: ProjectFile, project_root: &Path, granted: bool) -> Result<(), FileError> {
    small_files::replace(&project_root.join(file.name), (file.write)(granted).as_bytes(), Visibility::Umask)
}
