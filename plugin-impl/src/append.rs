//! Delivery to a file: one event a line, for people who collect events themselves or have no network.
//!
//! A batch is appended in one write, under a lock on the file, so that the senders of several users can share one. What is promised is that
//! each event arrives once, also when a sender is killed at any moment: before it writes, it notes where in the file its batch will
//! begin, and forgets the note once the queue is empty. Whoever finds a note looks from there on which of its events have arrived
//! already. After a power cut, or when the file was taken away between a kill and the next run, an event may be there twice; its
//! `idempotency_key` shows it.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::files::{self, FileError};
use crate::queue::remove_file;

/// Another sender holds the file for as long as a write takes.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(10);
const MAX_NOTE: u64 = 16 * 1024;

/// Where what was appended begins that may not have left the queue, see the head of this module.
#[derive(Debug, Clone)]
pub(crate) struct Note(PathBuf);

#[derive(Serialize, Deserialize)]
struct Begun {
    file: PathBuf,
    from: u64,
}

impl Note {
    /// The note in `state`, the folder of [`crate::dirs::Dirs::state`].
    pub(crate) fn new(state: &Path) -> Self {
        Self(state.join("appending.json"))
    }

    /// Where that begins in `file`.
    fn load(&self, file: &Path) -> Option<u64> {
        // Half a note was written before anything was appended.
        let begun: Begun = serde_json::from_slice(&files::read(&self.0, MAX_NOTE).ok()??).ok()?;
        (begun.file == file).then_some(begun.from)
    }

    fn store(&self, file: &Path, from: u64) -> Result<(), FileError> {
        let begun = Begun { file: file.to_owned(), from };
        let text = serde_json::to_vec(&begun).map_err(|error| FileError::io("write", &self.0)(error.into()))?;
        fs::write(&self.0, text).map_err(FileError::io("write", &self.0))
    }

    /// All that was appended has left the queue.
    pub(crate) fn forget(&self) -> Result<(), FileError> {
        remove_file(&self.0).map(drop)
    }
}

/// Appends `lines`, each of the event with that key, but for those that have arrived already. The file is made if need be, its folder is not:
/// that it is missing may mean that a disk is.
pub(crate) fn append(path: &Path, note: &Note, lines: &[(Uuid, String)]) -> Result<(), FileError> {
    let mut file = open(path)?;
    lock(&file, path)?;
    append_locked(&mut file, path, note, lines)
}

fn append_locked(file: &mut File, path: &Path, note: &Note, lines: &[(Uuid, String)]) -> Result<(), FileError> {
    let failed = |action| FileError::io(action, path);
    let begun = note.load(path);
    let arrived = match begun {
        Some(from) => arrived_since(file, from).map_err(failed("read"))?,
        None => Arrived { keys: HashSet::new(), end: file.metadata().map_err(failed("read"))?.len() },
    };
    // What follows the last whole line is what a killed sender had written of the next.
    if begun.is_some() {
        file.set_len(arrived.end).map_err(failed("write"))?;
    }
    let mut text = String::new();
    if begun.is_none() && !ends_whole(file, arrived.end).map_err(failed("read"))? {
        text.push('\n');
    }
    for (_, line) in lines.iter().filter(|(key, _)| !arrived.keys.contains(key)) {
        text.push_str(line);
        text.push('\n');
    }
    if begun.is_none_or(|from| from > arrived.end) {
        note.store(path, arrived.end)?;
    }
    file.write_all(text.as_bytes()).map_err(|error| {
        // All or nothing; under the lock nobody has written behind us.
        let _ = file.set_len(arrived.end);
        failed("write")(error)
    })
}

fn open(path: &Path) -> Result<File, FileError> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(FileError::NotRegular { path: path.into() }),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(FileError::io("read", path)(error)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(FileError::io("open", path))
}

/// The system gives the lock up with the file, however this process ends.
fn lock(file: &File, path: &Path) -> Result<(), FileError> {
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(FileError::io("lock", path)(error)),
        }
    }
    Err(FileError::io("lock", path)(ErrorKind::WouldBlock.into()))
}

/// What a file holds from some byte on.
struct Arrived {
    keys: HashSet<Uuid>,
    /// Behind the last whole line.
    end: u64,
}

fn arrived_since(file: &mut File, from: u64) -> std::io::Result<Arrived> {
    #[derive(Deserialize)]
    struct Line {
        idempotency_key: String,
    }
    // A shorter file is another one.
    let start = if from <= file.metadata()?.len() { from } else { 0 };
    let mut arrived = Arrived { keys: HashSet::new(), end: start };
    file.seek(SeekFrom::Start(start))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        arrived.end += line.len() as u64;
        let parsed = serde_json::from_slice::<Line>(&line).ok();
        arrived.keys.extend(parsed.and_then(|line| Uuid::try_parse(&line.idempotency_key).ok()));
        line.clear();
    }
    Ok(arrived)
}

/// Whether a file of this length ends with a whole line, or is empty.
fn ends_whole(file: &mut File, len: u64) -> std::io::Result<bool> {
    let Some(last) = len.checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}
