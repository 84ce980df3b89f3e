//! Moments of nodes that run in processes of their own, as those of Kedro's `ParallelRunner` do:
//! each process adds to a file in the run's folder, and the one that began the run takes them in.

use std::{
    fs,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use small_files::{FileAccess, FileError};

use crate::{folders, recording::Moment};

/// The folder of those folders, in the folder of state.
const PARTS: &str = "parts";
/// No more is read of what one process has left, in bytes.
const MAX_PART: u64 = 64 << 20;
/// What a run that was killed has left is removed once it is so old.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Runners that keep to the process of the run, for which no folder is made.
const WITHIN_THE_PROCESS: [&str; 2] = ["SequentialRunner", "ThreadRunner"];

/// The folder of one run.
#[derive(Debug)]
pub(crate) struct Parts {
    folder: PathBuf,
}

impl Parts {
    /// That of a run in this program; `None` without a home. Nothing is made by asking.
    pub(crate) fn of_run(program: &str, run_id: &str) -> Option<Self> {
        let state = folders::of_program(program)?;
        Some(Self { folder: state.join(PARTS).join(folders::as_file_name(run_id)) })
    }

    /// Whether a runner may use other processes.
    pub(crate) fn are_made_by(runner: &str) -> bool {
        !WITHIN_THE_PROCESS.contains(&runner)
    }

    /// Makes the folder, so that other processes leave what they note, and removes what runs of old
    /// have left.
    pub(crate) fn open(&self) -> Result<(), FileError> {
        let all = self.folder.parent().unwrap_or(&self.folder);
        for folder in small_files::entries(all)?.iter().filter(|folder| is_old(folder)) {
            remove(folder)?;
        }
        small_files::private_folder(&self.folder)
    }

    /// This process's own part; `None` when nobody will take it in.
    pub(crate) fn own(&self) -> Result<Option<Part>, FileError> {
        if !self.folder.is_dir() {
            return Ok(None);
        }
        let path = self.folder.join(process::id().to_string());
        let file = small_files::open_or_create(&path, FileAccess::Append, "open")?.file;
        Ok(Some(Part { file, unwritten: Vec::new() }))
    }

    /// What other processes have noted, and no longer have after this.
    pub(crate) fn take(&self) -> Result<Vec<(SystemTime, Moment)>, FileError> {
        let mut moments = Vec::new();
        for path in small_files::entries(&self.folder)? {
            let part = small_files::read(&path, MAX_PART)?.unwrap_or_default();
            // A process that was killed may have left half a line.
            moments.extend(part.split(|byte| *byte == b'\n').filter_map(parsed));
        }
        remove(&self.folder)?;
        Ok(moments)
    }
}

/// What one process leaves.
#[derive(Debug)]
pub(crate) struct Part {
    file: File,
    unwritten: Vec<u8>,
}

impl Part {
    /// Adds a moment, which is not in the file yet.
    pub(crate) fn add(&mut self, at: SystemTime, moment: &Moment) -> io::Result<()> {
        let nanos = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        serde_json::to_writer(&mut self.unwritten, &(u64::try_from(nanos).unwrap_or(u64::MAX), moment))?;
        self.unwritten.push(b'\n');
        Ok(())
    }

    /// Writes what was added.
    pub(crate) fn write(&mut self) -> io::Result<()> {
        small_files::check_growth(&self.file, self.unwritten.len())?;
        self.file.write_all(&self.unwritten)?;
        self.unwritten.clear();
        Ok(())
    }
}

fn parsed(line: &[u8]) -> Option<(SystemTime, Moment)> {
    let (nanos, moment) = serde_json::from_slice(line).ok()?;
    Some((UNIX_EPOCH.checked_add(Duration::from_nanos(nanos))?, moment))
}

fn is_old(folder: &Path) -> bool {
    let changed = folder.metadata().and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > MAX_AGE))
}

/// Removes the folder of a run, which has files and no folders in it.
fn remove(folder: &Path) -> Result<(), FileError> {
    for path in small_files::entries(folder)? {
        small_files::remove(&path)?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::io("remove", folder)(error)),
        _ => Ok(()),
    }
}
