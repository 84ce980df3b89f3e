//! Where in a file the events begin that were appended to it and may not have left the queue.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use small_files::{FileError, Visibility};

const MAX_NOTE: u64 = 16 * 1024;

/// The note, in a state folder.
#[derive(Debug, Clone)]
pub struct AppendNote(PathBuf);

#[derive(Serialize, Deserialize)]
struct Begun {
    file: PathBuf,
    from: u64,
}

impl AppendNote {
    /// The note in this state folder.
    pub fn new(state: &Path) -> Self {
        Self(state.join("appending.json"))
    }

    /// Where what was appended to `file` begins.
    pub fn load(&self, file: &Path) -> Option<u64> {
        // A note that is damaged was not written by a sender.
        let begun: Begun = serde_json::from_slice(&small_files::read(&self.0, MAX_NOTE).ok()??).ok()?;
        (begun.file == file).then_some(begun.from)
    }

    /// Remembers that what is appended to `file` begins there.
    pub fn store(&self, file: &Path, from: u64) -> Result<(), FileError> {
        let begun = Begun { file: file.to_owned(), from };
        let text = serde_json::to_vec(&begun).map_err(|error| FileError::io("write", &self.0)(error.into()))?;
        small_files::replace(&self.0, &text, Visibility::Owner)
    }

    /// All that was appended has left the queue.
    pub fn forget(&self) -> Result<(), FileError> {
        small_files::remove(&self.0).map(drop)
    }
}
