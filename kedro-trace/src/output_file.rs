//! Runs written to files: each to one of its own in a folder, or as a line at the end of one file,
//! as the Collector's `otlpjsonfile` receiver reads them.

use std::{
    io::{ErrorKind, Write},
    path::{MAIN_SEPARATOR, Path, PathBuf},
    time::{Duration, Instant},
};

use small_files::{FileAccess, FileError, FileLock, Visibility};

/// Another command holds the file for as long as a write takes.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// Of the usual folder, which nobody looks after: the oldest are removed beyond so many.
const MAX_RUNS: usize = 100;

/// Where runs are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutputFile {
    /// A file a run, in this folder, which is this plugin's own.
    Usual(PathBuf),
    /// A file a run, in this folder.
    Folder(PathBuf),
    /// A line a run, at the end of this file.
    File(PathBuf),
}

impl OutputFile {
    /// What a path means: a folder that is there, or that is spelt as one, is a folder.
    pub(crate) fn at(path: PathBuf) -> Self {
        let is_spelt_as_folder = path.to_string_lossy().ends_with(['/', MAIN_SEPARATOR]);
        if is_spelt_as_folder || path.is_dir() { Self::Folder(path) } else { Self::File(path) }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Usual(path) | Self::Folder(path) | Self::File(path) => path,
        }
    }

    /// Writes a run, for the user alone to read; `name` is that of its file.
    pub(crate) fn write(&self, name: &str, run: &[u8]) -> Result<(), FileError> {
        let line = [run, b"\n"].concat();
        match self {
            Self::Usual(folder) => create(folder, name, &line).and_then(|()| remove_oldest(folder)),
            Self::Folder(folder) => create(folder, name, &line),
            Self::File(path) => append(path, &line),
        }
    }
}

fn create(folder: &Path, name: &str, line: &[u8]) -> Result<(), FileError> {
    small_files::create_new(&folder.join(name), line, Visibility::Owner).map(drop)
}

/// Names of runs are times, so they sort by age.
fn remove_oldest(folder: &Path) -> Result<(), FileError> {
    let mut runs = small_files::entries(folder)?;
    runs.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    runs.sort();
    let surplus = runs.len().saturating_sub(MAX_RUNS);
    runs.iter().take(surplus).try_for_each(|run| small_files::remove(run).map(drop))
}

/// Appends a line. The file is made if need be, its folder is not: that it is missing may mean that
/// a disk is.
fn append(path: &Path, line: &[u8]) -> Result<(), FileError> {
    let mut file = small_files::open_or_create(path, FileAccess::Append, "open")?.file;
    if small_files::lock(&file, path, Instant::now() + LOCK_PATIENCE)? == FileLock::Elsewhere {
        return Err(FileError::io("lock", path)(ErrorKind::WouldBlock.into()));
    }
    let written = small_files::check_growth(&file, line.len()).and_then(|()| file.write_all(line));
    written.map_err(FileError::io("write", path))
}
