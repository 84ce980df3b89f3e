//! Delivery to a file: one event a line, for people who collect events themselves or have no
//! network.
//!
//! A batch is appended in one write, under a lock on the file, so that the senders of several users
//! can share one. What is promised is that each event arrives once, also when a sender is killed at
//! any moment: before it writes, it notes where in the file its batch will begin, and forgets the
//! note once the queue is empty. Whoever finds a note looks from there on which of its events have
//! arrived already. After a power cut, or when the file was taken away between a kill and the next
//! run, an event may be there twice; its `idempotency_key` shows it.

mod note;

use std::{
    collections::HashSet,
    fs::File,
    io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::Deserialize;
use small_files::{FileAccess, FileError, FileLock};
use uuid::Uuid;

pub use self::note::AppendNote;
use crate::{
    body::single_body,
    receiver::Verdict,
    record::{MAX_RECORD, Record},
};

/// Longer than any line of ours, in bytes.
const MAX_LINE: u64 = 2 * MAX_RECORD;

/// Another sender holds the file for as long as a write takes.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// A file that events are appended to.
#[derive(Debug)]
pub struct FileSink {
    path: PathBuf,
    app_id: String,
    note: AppendNote,
}

impl FileSink {
    /// The file at `path`; what has to be remembered is remembered in this state folder.
    pub fn new(path: PathBuf, app_id: String, state: &Path) -> Self {
        Self { path, app_id, note: AppendNote::new(state) }
    }

    /// Appends a batch.
    pub fn send(&self, batch: &[Record]) -> Verdict {
        let line = |record: &Record| single_body(&self.app_id, record.event.get());
        let lines: Vec<_> = batch.iter().map(|record| (record.name.key(), line(record))).collect();
        match append(&self.path, &self.note, &lines) {
            Ok(()) => Verdict::Accepted,
            // The path may name a user, and is in `telemetry status`.
            Err(error) => Verdict::later(format!("the file endpoint cannot be written to: {}", error.reason())),
        }
    }
}

/// Appends `lines`, each of the event with that key, but for those that have arrived already. The
/// file is made if need be, its folder is not: that it is missing may mean that a disk is.
fn append(path: &Path, note: &AppendNote, lines: &[(Uuid, String)]) -> Result<(), FileError> {
    let mut file = small_files::open_or_create(path, FileAccess::Extend, "open")?.file;
    match small_files::lock(&file, path, Instant::now() + LOCK_PATIENCE)? {
        FileLock::Ours => append_locked(&mut file, path, note, lines),
        FileLock::Elsewhere => Err(FileError::io("lock", path)(ErrorKind::WouldBlock.into())),
    }
}

fn append_locked(file: &mut File, path: &Path, note: &AppendNote, lines: &[(Uuid, String)]) -> Result<(), FileError> {
    let failed = |action| FileError::io(action, path);
    let len = file.metadata().map_err(failed("read"))?.len();
    // A file that is shorter than that is another one, in which nothing of ours was begun.
    let begun = note.load(path).filter(|from| *from <= len);
    let arrived = match begun {
        Some(from) => arrived_since(file, from).map_err(failed("read"))?,
        None => Arrived { keys: HashSet::new(), end: len },
    };
    // What follows the last whole line is what a killed sender had written of the next.
    if arrived.end < len {
        file.set_len(arrived.end).map_err(failed("write"))?;
    }
    let mut text = String::new();
    if !ends_whole(file, arrived.end).map_err(failed("read"))? {
        text.push('\n');
    }
    for (_, line) in lines.iter().filter(|(key, _)| !arrived.keys.contains(key)) {
        text.push_str(line);
        text.push('\n');
    }
    if begun.is_none() {
        note.store(path, arrived.end)?;
    }
    small_files::check_growth(file, text.len()).map_err(failed("write"))?;
    small_files::extend(file, text.as_bytes()).map_err(|error| {
        // All or nothing; under the lock nobody has written behind us.
        let _ = file.set_len(arrived.end);
        failed("write")(error)
    })
}

/// What a file holds from some byte on.
struct Arrived {
    keys: HashSet<Uuid>,
    /// Behind the last line that is whole, or not ours.
    end: u64,
}

fn arrived_since(file: &mut File, from: u64) -> std::io::Result<Arrived> {
    #[derive(Deserialize)]
    struct Line {
        idempotency_key: String,
    }
    let mut arrived = Arrived { keys: HashSet::new(), end: from };
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? as u64;
        if line.ends_with(b"\n") {
            arrived.end += length;
            let parsed = serde_json::from_slice::<Line>(&line).ok();
            arrived.keys.extend(parsed.and_then(|line| Uuid::try_parse(&line.idempotency_key).ok()));
        } else if length == MAX_LINE {
            // Not ours, and so to be left as it is.
            arrived.end += length + reader.skip_until(b'\n')? as u64;
        } else {
            return Ok(arrived);
        }
    }
}

/// Whether a file of this length ends with a whole line, or is empty.
fn ends_whole(file: &mut File, len: u64) -> std::io::Result<bool> {
    let Some(last) = len.checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}
