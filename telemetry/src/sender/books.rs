//! What becomes of queued events: written into the log, and then taken from the queue.
//!
//! The log comes first: a sender that is killed in between drops or sends an event twice rather
//! than without a word.

use std::{
    collections::{HashSet, VecDeque},
    path::Path,
    time::{Duration, SystemTime},
};

use small_files::FileError;
use uuid::Uuid;

use super::summary::{SenderEnding, SenderSummary};
use crate::{
    backoff::{Backoff, BackoffFile},
    journal::{EventOutcome, Journal, LogEntry},
    queue::Queue,
    record::{Record, RecordName},
    sink::AppendNote,
};

/// The books of one run.
#[derive(Debug)]
pub struct Books {
    pub queue: Queue,
    journal: Journal,
    backoff: BackoffFile,
    note: AppendNote,
    clock: fn() -> SystemTime,
    /// Records that could not be read or removed: not to be tried for ever.
    unremovable: HashSet<RecordName>,
    pub summary: SenderSummary,
}

impl Books {
    /// Of a state folder, whose queue this is.
    pub fn new(state: &Path, queue: Queue, clock: fn() -> SystemTime) -> Self {
        Self {
            queue,
            journal: Journal::new(state),
            backoff: BackoffFile::new(state),
            note: AppendNote::new(state),
            clock,
            unremovable: HashSet::new(),
            summary: SenderSummary {
                sent: 0,
                refused: 0,
                dropped: 0,
                requests: 0,
                ending: SenderEnding::Done,
                problem: None,
            },
        }
    }

    /// The time.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// The queued records that can be sent, oldest first.
    pub fn queued(&self) -> Result<VecDeque<RecordName>, FileError> {
        let records = self.queue.list()?.records.into_iter();
        Ok(records.filter(|name| !self.unremovable.contains(name)).collect())
    }

    /// When the next attempt may be made, if that is still to come.
    pub fn waits_until(&self) -> Option<SystemTime> {
        self.backoff.load()?.wait_until(self.now())
    }

    /// Keeps the queue's bounds and removes files that are not records.
    pub fn tidy(&mut self) -> Result<(), FileError> {
        let now = self.now();
        let strays = self.queue.remove_strays(now);
        let mut entries = self.queue.trim(now)?.entries(now);
        let foreign = self.queue.list()?.foreign;
        // A folder among the records is none of ours.
        let removed = foreign.iter().filter(|path| matches!(small_files::remove(path), Ok(true))).count();
        let entry = |()| LogEntry::summary(now, EventOutcome::Dropped, "not a record", removed);
        entries.extend((removed > 0).then_some(()).map(entry));
        self.summary.dropped += entries.iter().map(|entry| entry.count).sum::<usize>();
        self.append(&entries);
        self.note_problem(strays);
        Ok(())
    }

    /// The queue is empty: what was appended to a file has left it.
    pub fn finish(&mut self) {
        if self.unremovable.is_empty() {
            let forgotten = self.note.forget();
            self.note_problem(forgotten);
        }
    }

    /// These were accepted.
    pub fn sent(&mut self, batch: &[Record]) {
        self.log(batch, EventOutcome::Sent, None);
        self.remove(batch.iter().map(|record| &record.name));
        self.summary.sent += batch.len();
        let cleared = self.backoff.clear();
        self.note_problem(cleared);
    }

    /// These are rejected for good.
    pub fn rejected(&mut self, batch: &[Record], reason: &str) {
        self.log(batch, EventOutcome::Dropped, Some(reason));
        self.remove(batch.iter().map(|record| &record.name));
        self.summary.dropped += batch.len();
    }

    /// These may not be sent, each for its reason; no word of theirs is kept.
    pub fn refused(&mut self, refused: &[(RecordName, String)]) {
        let now = self.now();
        let entries: Vec<_> = refused
            .chunk_by(|(_, one), (_, other)| one == other)
            .map(|alike| LogEntry::summary(now, EventOutcome::Dropped, &alike[0].1, alike.len()))
            .collect();
        self.append(&entries);
        self.remove(refused.iter().map(|(name, _)| name));
        self.summary.refused += refused.len();
    }

    /// This one is damaged, and how.
    pub fn damaged(&mut self, name: &RecordName, reason: &str) {
        let reason = format!("damaged: {reason}");
        self.append(&[LogEntry::summary(self.now(), EventOutcome::Dropped, &reason, 1)]);
        self.remove([name]);
        self.summary.dropped += 1;
    }

    /// This one cannot be got at.
    pub fn unreadable(&mut self, name: RecordName) {
        self.unremovable.insert(name);
    }

    /// So many stay queued, as delivery has failed.
    pub fn kept(&mut self, count: usize, reason: String, retry_after: Option<Duration>) -> SenderEnding {
        let now = self.now();
        let backoff = Backoff::after(self.backoff.load(), now, retry_after, draw());
        let stored = self.backoff.store(backoff);
        self.note_problem(stored);
        self.append(&[LogEntry::summary(now, EventOutcome::Kept, &reason, count)]);
        SenderEnding::Failed { reason, until: backoff.wait_until(now) }
    }

    fn remove<'n>(&mut self, names: impl IntoIterator<Item = &'n RecordName>) {
        for name in names {
            if self.queue.remove(name).is_err() {
                self.unremovable.insert(name.clone());
            }
        }
    }

    fn log(&mut self, records: &[Record], outcome: EventOutcome, reason: Option<&str>) {
        let now = self.now();
        let entry = |record: &Record| LogEntry::event(now, outcome, reason, &record.event);
        let entries: Vec<_> = records.iter().map(entry).collect();
        self.append(&entries);
    }

    fn append(&mut self, entries: &[LogEntry]) {
        let appended = self.journal.append(entries);
        self.note_problem(appended);
    }

    fn note_problem(&mut self, result: Result<(), FileError>) {
        if let Err(error) = result {
            self.summary.problem.get_or_insert(error.to_string());
        }
    }
}

/// Uniform in 0…1, from the random bits of a UUID.
fn draw() -> f64 {
    let bits = u32::from_le_bytes(Uuid::new_v4().into_bytes()[..4].try_into().unwrap_or_default());
    f64::from(bits) / f64::from(u32::MAX)
}
