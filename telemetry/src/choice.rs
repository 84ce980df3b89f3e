//! What a person has decided: the user for one program or for all, or whoever administers the
//! machine for all its users.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use small_files::{FileError, Visibility};

use crate::mode::Mode;

/// Our own file holds one line; more than this is something else.
const MAX_FILE: u64 = 16 * 1024;

/// A decision, in a small TOML file. A file that says anything else is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChoice {
    /// [`Mode::Off`] refuses; [`Mode::On`] is no more than the absence of a refusal by this file.
    pub consent: Option<Mode>,
}

/// Why a choice could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// Unreadable, not text, not a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not the TOML we write.
    #[error("{path} cannot be understood: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in one line.
        reason: String,
    },
}

impl UserChoice {
    /// Reads the file; without one there is no choice.
    pub fn load(path: &Path) -> Result<Self, ChoiceError> {
        let Some(text) = small_files::read_text(path, MAX_FILE)? else {
            return Ok(Self::default());
        };
        toml::from_str(&text)
            .map_err(|error| ChoiceError::Malformed { path: path.into(), reason: error.message().replace('\n', " ") })
    }
}

/// Records a choice, in one step and durably, replacing what the file said, were it illegible. A
/// link stays one.
pub fn set_choice(choice_file: &Path, mode: impl Into<Mode>) -> Result<(), FileError> {
    let text = format!("consent = {}\n", mode.into().written());
    small_files::replace_at_end_of_links(choice_file, text.as_bytes(), Visibility::Owner)
}
