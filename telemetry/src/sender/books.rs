//! What becomes of queued events: taken out of the queue, written into the log, and then removed.
//!
//! The log comes before the removal: a sender that is killed in between drops or sends an event
//! twice rather than without a word, and the next one reads in the log what was done already.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    path::Path,
    time::{Duration, SystemTime},
};

use small_files::FileError;
use uuid::Uuid;

use super::{
    pace::PaceFile,
    summary::{SenderEnding, SenderSummary},
};
use crate::{
    backoff::{Backoff, BackoffFile},
    destination::Destination,
    digest::Digest,
    journal::{EventOutcome, Journal, LogEntry},
    queue::Queue,
    record::{Record, RecordName},
    sink::AppendNote,
};

/// A line of the log says no more besides the event, in bytes.
const MAX_REST_OF_LINE: usize = 512;

/// The books of one run.
#[derive(Debug)]
pub struct Books {
    pub queue: Queue,
    journal: Journal,
    backoff: BackoffFile,
    pace: PaceFile,
    note: AppendNote,
    clock: fn() -> SystemTime,
    /// Records that are not to be tried again in this run.
    put_aside: HashSet<RecordName>,
    pub summary: SenderSummary,
}

/// Names of records by the destination that they go to, oldest first.
pub type ByDestination = BTreeMap<Digest, VecDeque<RecordName>>;

impl Books {
    /// Of a state folder, whose queue this is.
    pub fn new(state: &Path, queue: Queue, clock: fn() -> SystemTime) -> Self {
        Self {
            queue,
            journal: Journal::new(state),
            backoff: BackoffFile::new(state),
            pace: PaceFile::new(state),
            note: AppendNote::new(state),
            clock,
            put_aside: HashSet::new(),
            summary: SenderSummary {
                sent: 0,
                rejected: 0,
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

    /// The queued records that can be sent.
    pub fn queued(&self) -> Result<ByDestination, FileError> {
        let mut queued = ByDestination::new();
        for name in self.queue.list()?.into_iter().filter(|name| !self.put_aside.contains(name)) {
            if let Some(destination) = name.destination() {
                queued.entry(destination).or_default().push_back(name);
            }
        }
        Ok(queued)
    }

    /// When a destination may be tried, if that is still to come.
    pub fn waits_until(&self, destination: Digest) -> Option<SystemTime> {
        self.backoff.load(destination)?.wait_until(self.now())
    }

    /// Gives back what a sender had taken that is gone, but for what the log says was done with.
    pub fn recover(&mut self) -> Result<(), FileError> {
        let taken = self.queue.list_taken()?;
        if taken.is_empty() {
            return Ok(());
        }
        let logged = self.journal.read()?;
        let is_final = |entry: &&LogEntry| matches!(entry.outcome, EventOutcome::Sent | EventOutcome::Dropped);
        let done: HashSet<String> = logged.iter().filter(is_final).flat_map(LogEntry::known_keys).collect();
        for name in taken {
            if done.contains(&name.key().to_string()) {
                self.remove([&name]);
            } else {
                self.give_back([&name]);
            }
        }
        Ok(())
    }

    /// Keeps the queue's bounds.
    pub fn tidy(&mut self) -> Result<(), FileError> {
        let now = self.now();
        let strays = self.queue.remove_strays(now);
        let entries = self.queue.trim(now)?.entries(now);
        self.summary.dropped += entries.iter().map(|entry| entry.count).sum::<usize>();
        self.append(&entries);
        self.note_problem(strays);
        Ok(())
    }

    /// The queue is empty: what was appended to a file has left it.
    pub fn finish(&mut self) {
        if self.put_aside.is_empty() {
            let forgotten = self.note.forget();
            self.note_problem(forgotten);
        }
    }

    /// Keeps room in the log for what becomes of these; fails when nothing could be said of it.
    pub fn reserve_log(&self, batch: &[Record]) -> Result<(), FileError> {
        self.journal.reserve(batch.iter().map(|record| record.event.get().len() + MAX_REST_OF_LINE).sum())
    }

    /// Takes these out of the queue, and keeps those of them that were still there.
    ///
    /// # Errors
    /// When one cannot be taken: it would be sent again and again.
    pub fn take(&mut self, batch: &mut Vec<Record>) -> Result<(), FileError> {
        let mut taken = Vec::with_capacity(batch.len());
        for record in batch.drain(..) {
            match self.queue.take(&record.name) {
                Ok(true) => taken.push(record),
                Ok(false) => {}
                Err(error) => {
                    self.give_back(taken.iter().map(|record| &record.name));
                    return Err(error);
                }
            }
        }
        *batch = taken;
        Ok(())
    }

    /// These stay queued.
    pub fn give_back<'n>(&mut self, names: impl IntoIterator<Item = &'n RecordName>) {
        for name in names {
            let given_back = self.queue.give_back(name);
            // It is found where it is by the next sender.
            self.note_problem(given_back);
        }
    }

    /// These were accepted, though not all of them kept if there is something to be said.
    pub fn sent(&mut self, batch: &[Record], destination: Digest, but: Option<&str>) {
        self.log(batch, EventOutcome::Sent, but);
        self.remove(batch.iter().map(|record| &record.name));
        self.summary.sent += batch.len();
        let cleared = self.backoff.clear(destination);
        self.note_problem(cleared);
    }

    /// These are rejected for good. What cannot be said in the log is not done.
    pub fn rejected(&mut self, batch: &[Record], reason: &str) {
        let names = || batch.iter().map(|record| &record.name);
        if self.log(batch, EventOutcome::Dropped, Some(reason)) {
            self.remove(names());
            self.summary.dropped += batch.len();
        } else {
            self.put_aside.extend(names().cloned());
            self.give_back(names());
        }
    }

    /// These may not be sent, each for its reason; no word of theirs is kept.
    pub fn refused(&mut self, refused: Vec<(RecordName, String)>) {
        let now = self.now();
        let refused = self.take_each(refused);
        let of = |alike: &[(RecordName, String)]| {
            LogEntry::of_keys(now, EventOutcome::Dropped, &alike[0].1, alike.iter().map(|(name, _)| name))
        };
        let entries: Vec<_> = refused.chunk_by(|(_, one), (_, other)| one == other).map(of).collect();
        self.append(&entries);
        // Whether or not that could be said.
        self.remove(refused.iter().map(|(name, _)| name));
        self.summary.refused += refused.len();
    }

    /// These are damaged, and how.
    pub fn damaged(&mut self, damaged: Vec<(RecordName, String)>) {
        for (name, reason) in self.take_each(damaged) {
            let reason = format!("damaged: {reason}");
            if self.append(&[LogEntry::of_keys(self.now(), EventOutcome::Dropped, &reason, [&name])]) {
                self.remove([&name]);
                self.summary.dropped += 1;
            } else {
                self.give_back([&name]);
                self.put_aside(name);
            }
        }
    }

    /// Takes these out of the queue, so that a sender that is killed says only once what became of
    /// them; those that cannot be taken are left alone.
    fn take_each(&mut self, names: Vec<(RecordName, String)>) -> Vec<(RecordName, String)> {
        let mut taken = Vec::with_capacity(names.len());
        for (name, reason) in names {
            match self.queue.take(&name) {
                Ok(true) => taken.push((name, reason)),
                Ok(false) => {}
                Err(_) => self.put_aside(name),
            }
        }
        taken
    }

    /// This one is left alone in this run.
    pub fn put_aside(&mut self, name: RecordName) {
        self.put_aside.insert(name);
    }

    /// So many stay queued, as delivery to this destination has failed.
    pub fn kept(&mut self, to: &Destination, count: usize, reason: String, least: Option<Duration>) -> SenderEnding {
        let (now, destination) = (self.now(), to.digest());
        let backoff = Backoff::after(self.backoff.load(destination), now, least, draw());
        let stored = self.backoff.store(destination, backoff);
        self.note_problem(stored);
        self.append(&[LogEntry::summary(now, EventOutcome::Kept, &reason, count)]);
        SenderEnding::Failed { reason, until: backoff.wait_until(now) }
    }

    /// How many events may go to `to` now, and when more may.
    pub fn pace(&self, to: &Destination) -> (usize, SystemTime) {
        let now = self.now();
        let most = to.per_minute();
        most.map_or((usize::MAX, now), |most| self.pace.left(to.digest(), most, now))
    }

    /// So many go to `to` now; fails when that could not be remembered.
    pub fn spend(&self, to: &Destination, count: usize) -> Result<(), FileError> {
        if to.per_minute().is_none() { Ok(()) } else { self.pace.spend(to.digest(), count, self.now()) }
    }

    /// A request of so many events has brought none, and counts as one.
    pub fn take_back(&mut self, to: &Destination, count: usize) {
        if to.per_minute().is_some() {
            let taken_back = self.pace.take_back(to.digest(), count.saturating_sub(1), self.now());
            self.note_problem(taken_back);
        }
    }

    /// The endpoint takes no more before `until`.
    pub fn pause(&mut self, destination: Digest, until: SystemTime) -> SenderEnding {
        let stored = self.backoff.store(destination, Backoff::pause(until));
        self.note_problem(stored);
        SenderEnding::Paced { until }
    }

    fn remove<'n>(&mut self, names: impl IntoIterator<Item = &'n RecordName>) {
        for name in names {
            if self.queue.remove(name).is_err() {
                self.put_aside.insert(name.clone());
            }
        }
    }

    fn log(&mut self, records: &[Record], outcome: EventOutcome, reason: Option<&str>) -> bool {
        let now = self.now();
        let entry = |record: &Record| LogEntry::event(now, outcome, reason, &record.event);
        let entries: Vec<_> = records.iter().map(entry).collect();
        self.append(&entries)
    }

    /// Whether the lines are in the log.
    fn append(&mut self, entries: &[LogEntry]) -> bool {
        let appended = self.journal.append(entries);
        let is_appended = appended.is_ok();
        self.note_problem(appended);
        is_appended
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
