//! The one notice to a user: that usage is recorded, and how to refuse.
//!
//! A file of its own says that it was given, apart from the user's choice: remembering the one must
//! never undo the other.

use std::{fs, path::Path, time::SystemTime};

use small_files::{Created, FileError, Visibility};

use crate::time::timestamp;

/// Whether the notice has been given.
pub fn is_given(notice_file: &Path) -> bool {
    fs::metadata(notice_file).is_ok()
}

/// Remembers that the notice is given now; `true` when it had not been before. Of several processes
/// that do so at once, one is told `true`.
pub fn mark_given(notice_file: &Path, now: SystemTime) -> Result<bool, FileError> {
    let text = format!("shown = {}\n", timestamp(now));
    Ok(small_files::create_new(notice_file, text.as_bytes(), Visibility::Owner)? == Created::Yes)
}

/// Takes back what [`mark_given`] has written: there was nothing to announce after all.
pub fn unmark(notice_file: &Path) -> Result<(), FileError> {
    small_files::remove(notice_file).map(drop)
}
