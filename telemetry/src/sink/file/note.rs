//! Where in files the events begin that were appended to them and may not have left the queue.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use small_files::{FileError, Visibility};

const MAX_NOTE: u64 = 64 * 1024;

/// So many files are remembered.
const MAX_FILES: usize = 16;

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
        self.load_all().into_iter().find(|begun| begun.file == file).map(|begun| begun.from)
    }

    /// A note that is damaged was not written by a sender.
    fn load_all(&self) -> Vec<Begun> {
        let bytes = small_files::read(&self.0, MAX_NOTE).ok().flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Remembers that what is appended to `file` begins there.
    pub fn store(&self, file: &Path, from: u64) -> Result<(), FileError> {
        let mut all = self.load_all();
        all.retain(|begun| begun.file != file);
        all.drain(..(all.len() + 1).saturating_sub(MAX_FILES));
        all.push(Begun { file: file.to_owned(), from });
        let text = serde_json::to_vec(&all).map_err(|error| FileError::io("write", &self.0)(error.into()))?;
        small_files::replace(&self.0, &text, Visibility::Owner)
    }

    /// All that was appended has left the queue.
    pub fn forget(&self) -> Result<(), FileError> {
        small_files::remove(&self.0).map(drop)
    }
}
