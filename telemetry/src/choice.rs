//! What the user decided on this machine, and whether the user has been told.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use small_files::{Created, FileError, Visibility};

/// Our own file holds two lines; more than this is something else.
const MAX_FILE: u64 = 16 * 1024;

/// What this user decided on this machine, in a small TOML file of the program's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct UserChoice {
    /// `false` refuses everywhere; `true` is no more than the absence of a refusal.
    pub consent: Option<bool>,
    /// Whether implicit consent has been announced to this user.
    #[serde(default)]
    pub notice_shown: bool,
}

/// Why the user's choice could not be read.
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

    /// Writes the file in one step, its folder made if need be.
    pub fn store(self, path: &Path) -> Result<(), FileError> {
        small_files::replace(path, self.text().as_bytes(), Visibility::Owner)
    }

    fn text(self) -> String {
        let consent = self.consent.map(|consent| format!("consent = {consent}\n"));
        format!("{}notice_shown = {}\n", consent.unwrap_or_default(), self.notice_shown)
    }
}

/// Records the user's choice on this machine, replacing what the file said, were it illegible.
pub fn set_user(choice_file: &Path, granted: bool) -> Result<(), FileError> {
    let choice = UserChoice {
        consent: Some(granted),
        // Whoever decides knows.
        notice_shown: true,
    };
    choice.store(choice_file)
}

/// Remembers that implicit consent has been announced; `true` when it had not been before. Of
/// several processes that do so at once for a new user, one is told `true`.
///
/// An illegible file is left alone: it counts as a refusal, and nothing is announced under one.
pub fn mark_notice_shown(choice_file: &Path) -> Result<bool, ChoiceError> {
    let announced = UserChoice { notice_shown: true, ..UserChoice::default() };
    if !choice_file.exists()
        && small_files::create_new(choice_file, announced.text().as_bytes(), Visibility::Owner)? == Created::Yes
    {
        return Ok(true);
    }
    let choice = UserChoice::load(choice_file)?;
    if choice.notice_shown {
        return Ok(false);
    }
    UserChoice { notice_shown: true, ..choice }.store(choice_file)?;
    Ok(true)
}

/// Takes back what [`mark_notice_shown`] has written: there was nothing to announce after all.
pub fn unmark_notice(choice_file: &Path) -> Result<(), ChoiceError> {
    let choice = UserChoice { notice_shown: false, ..UserChoice::load(choice_file)? };
    match choice.consent {
        Some(_) => choice.store(choice_file)?,
        None => drop(small_files::remove(choice_file)?),
    }
    Ok(())
}
