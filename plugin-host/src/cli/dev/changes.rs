//! Notices that sources have changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::stamp::Stamp;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);
/// Folders within one another, and files, that are looked at: more are not a plugin's sources.
const MAX_DEPTH: usize = 16;
const MAX_FILES: usize = 10_000;

/// The state of a crate's files.
#[derive(PartialEq)]
pub(super) struct Sources(BTreeMap<PathBuf, Stamp>);

impl Sources {
    pub(super) fn of(dir: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(dir, MAX_DEPTH, &mut files);
        Self(files)
    }

    /// Looks now and then until something is another. Looking costs as little for a plugin's
    /// sources as being told by the system, which each system does in a way of its own.
    pub(super) fn wait_for_change(&self, dir: &Path) {
        while Self::of(dir) == *self {
            thread::sleep(PAUSE);
        }
    }
}

/// Without what cargo and version control write; links to folders are not followed.
fn collect(dir: &Path, depth: usize, files: &mut BTreeMap<PathBuf, Stamp>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if files.len() >= MAX_FILES || name.as_encoded_bytes().starts_with(b".") || name == "Cargo.lock" {
            continue;
        }
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && depth > 0 && name != "target" => {
                collect(&entry.path(), depth - 1, files);
            }
            Ok(metadata) if metadata.is_file() => drop(files.insert(entry.path(), Stamp::of(&metadata))),
            _ => {}
        }
    }
}
