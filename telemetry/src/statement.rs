//! What a project's file states.

use std::path::{Path, PathBuf};

use small_files::{FileError, Visibility};

use crate::profile::{ProjectFile, ProjectStatement};

/// A project's file may hold more than we would write.
const MAX_PROJECT_FILE: u64 = 1024 * 1024;
/// As much of a file that may refuse as people are shown, in characters.
const MAX_SHOWN: usize = 60;

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

/// Reads `file` at `path`, or what may be one in a file that cannot be understood.
pub fn project_statement(file: ProjectFile, path: &Path) -> Stated {
    let bytes = match small_files::read(path, MAX_PROJECT_FILE) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Stated::NoFile,
        // A directory or a pipe states nothing; what is in a file that cannot be read, nobody
        // knows.
        Err(error @ FileError::NotRegular { .. }) => return Stated::Ignored(error.into()),
        Err(error) => return Stated::MayRefuse(error.into()),
    };
    let unclear = |reason| ProjectFileError::Statement { path: path.into(), reason };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let letters = String::from_utf8_lossy(error.as_bytes());
            if (file.may_refuse)(&letters) {
                return Stated::MayRefuse(unclear(format!("it is not UTF-8; {}", shown(&letters))));
            }
            return Stated::Ignored(FileError::NotUtf8 { path: path.into() }.into());
        }
    };
    match (file.read)(&text) {
        ProjectStatement::Consent(granted) => Stated::Consent(granted),
        ProjectStatement::Nothing(reason) => Stated::Ignored(unclear(reason)),
        ProjectStatement::MayRefuse(reason) => Stated::MayRefuse(unclear(format!("{reason}; {}", shown(&text)))),
    }
}

/// The text in one line, with an escape for whatever a terminal would act upon.
fn shown(text: &str) -> String {
    let mut shown = "it says ".to_owned();
    // UTF-16 has a zero beside each letter, and a mark in front.
    let mut letters = text.trim().chars().filter(|letter| !matches!(letter, '\0' | '\u{feff}' | '\u{fffd}'));
    for letter in letters.by_ref().take(MAX_SHOWN) {
        match letter {
            '"' | '\'' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// States `granted` in this file of the project at `project_root`.
///
/// The file is replaced whole, as it holds nothing else.
pub fn set_project(file: ProjectFile, project_root: &Path, granted: bool) -> Result<(), FileError> {
    small_files::replace(&project_root.join(file.name), (file.write)(granted).as_bytes(), Visibility::Umask)
}
