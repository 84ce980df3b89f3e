//! Runs that wait to be sent: a small folder with a file a run.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use small_files::{FileAccess, FileError, FileLock, Visibility};

/// More runs do not wait; the oldest are dropped.
const MAX_RUNS: usize = 100;
/// What waits is no larger, in bytes.
const MAX_SIZE: u64 = 200 << 20;
/// What waits for longer is dropped.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const EXTENSION: &str = "json";

/// The folder.
#[derive(Debug)]
pub(crate) struct Spool {
    state: PathBuf,
}

/// A run that waits.
#[derive(Debug)]
pub(crate) struct SpooledRun {
    pub(crate) path: PathBuf,
    /// Since when.
    pub(crate) since: SystemTime,
}

impl Spool {
    /// The spool in a folder of state.
    pub(crate) fn new(state: PathBuf) -> Self {
        Self { state }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.state.join("spool")
    }

    /// Puts a run in, and takes out what there is no room for.
    pub(crate) fn put(&self, trace: &str, run: &[u8]) -> Result<(), FileError> {
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let path = self.folder().join(format!("{millis:013}-{trace}.{EXTENSION}"));
        small_files::create_new(&path, run, Visibility::Owner)?;
        self.trim().map(drop)
    }

    /// Takes out what is too old, and the oldest of what is too much; how many were taken out.
    pub(crate) fn trim(&self) -> Result<usize, FileError> {
        let (mut kept, mut size, mut dropped) = (0, 0, 0);
        for run in self.runs()?.iter().rev() {
            let age = run.since.elapsed().unwrap_or_default();
            size += run.path.metadata().map_or(0, |metadata| metadata.len());
            if kept < MAX_RUNS && size <= MAX_SIZE && age <= MAX_AGE {
                kept += 1;
            } else {
                dropped += usize::from(small_files::remove(&run.path)?);
            }
        }
        Ok(dropped)
    }

    /// The runs that wait, the oldest first.
    pub(crate) fn runs(&self) -> Result<Vec<SpooledRun>, FileError> {
        let mut runs: Vec<_> = small_files::entries(&self.folder())?.into_iter().filter_map(SpooledRun::at).collect();
        runs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(runs)
    }

    /// Keeps other processes from sending, until what is returned is dropped; `None` when another
    /// still does after so long.
    pub(crate) fn lock(&self, patience: Duration) -> Result<Option<File>, FileError> {
        let path = self.state.join("sender.lock");
        let file = small_files::open_or_create(&path, FileAccess::ReadWrite, "open")?.file;
        let lock = small_files::lock(&file, &path, Instant::now() + patience)?;
        Ok((lock == FileLock::Ours).then_some(file))
    }
}

impl SpooledRun {
    /// The run in a file of ours.
    fn at(path: PathBuf) -> Option<Self> {
        let millis = since(&path)?;
        Some(Self { path, since: UNIX_EPOCH.checked_add(Duration::from_millis(millis))? })
    }

    /// What is to be sent; `None` when somebody has taken it away.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, FileError> {
        small_files::read(&self.path, MAX_SIZE)
    }

    /// Takes it out.
    pub(crate) fn remove(&self) -> Result<(), FileError> {
        small_files::remove(&self.path).map(drop)
    }
}

fn since(path: &Path) -> Option<u64> {
    let is_run = path.extension().is_some_and(|extension| extension == EXTENSION);
    let name = path.file_stem().filter(|_| is_run)?.to_str()?;
    name.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_make_room_and_what_is_not_ours_stays() {
        let state = tempfile::tempdir().unwrap();
        let spool = Spool::new(state.path().to_owned());
        spool.put("any", b"{}").unwrap();
        spool.runs().unwrap().iter().for_each(|run| run.remove().unwrap());
        let a_minute_ago = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() - 60_000;
        std::fs::write(spool.folder().join(format!("{a_minute_ago}-first.json")), "{}").unwrap();
        let old = spool.folder().join("0000000000001-old.json");
        let notes = spool.folder().join("notes.txt");
        std::fs::write(&old, "{}").unwrap();
        std::fs::write(&notes, "").unwrap();
        for number in 0..MAX_RUNS {
            spool.put(&format!("{number}"), b"{}").unwrap();
        }
        assert_eq!(spool.runs().unwrap().len(), MAX_RUNS);
        assert!(!old.exists() && notes.exists());
        assert!(spool.runs().unwrap().iter().all(|run| !run.path.to_string_lossy().contains("first")));
    }
}
