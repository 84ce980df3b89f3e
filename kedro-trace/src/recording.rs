//! What happened when, while a pipeline runs. Hooks come from any thread and pay for noting it, so
//! nothing is made of it yet.

use std::{
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Instant, SystemTime},
};

use serde::{Deserialize, Serialize};

/// Spans of a run; what goes beyond is counted.
pub(crate) const MAX_SPANS: usize = 100_000;

/// Room for moments from the start, enough for most pipelines.
const EXPECTED_MOMENTS: usize = 2048;

/// No process has this id.
const NO_PROCESS: u32 = 0;

/// What is told of a run before it starts.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunFacts {
    pub(crate) run_id: String,
    pub(crate) env: Option<String>,
    pub(crate) kedro_version: String,
    pub(crate) pipelines: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) runner: String,
    pub(crate) node_count: u64,
}

/// What a node does to a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Access {
    Load,
    Save,
}

/// Something that happened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Moment {
    AccessBegan { access: Access, dataset: String, node: Option<String> },
    AccessEnded { access: Access, dataset: String, node: Option<String> },
    NodeBegan { node: String, namespace: Option<String>, tags: Vec<String> },
    NodeEnded { node: String, error: Option<String> },
}

impl Moment {
    /// Whether something began.
    pub(crate) fn is_begin(&self) -> bool {
        matches!(self, Self::AccessBegan { .. } | Self::NodeBegan { .. })
    }
}

/// A run as it was noted.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) facts: RunFacts,
    /// The same time by both clocks.
    pub(crate) began: (SystemTime, Instant),
    pub(crate) moments: Vec<(Instant, Moment)>,
    /// Beginnings that found no room.
    pub(crate) dropped: u64,
    begins: usize,
}

impl Recording {
    pub(crate) fn new(facts: RunFacts) -> Self {
        Self {
            facts,
            began: (SystemTime::now(), Instant::now()),
            moments: Vec::with_capacity(EXPECTED_MOMENTS),
            dropped: 0,
            begins: 0,
        }
    }

    /// Notes a moment, if there is room: an end for every beginning.
    pub(crate) fn note(&mut self, at: Instant, moment: Moment) {
        let ends = self.moments.len() - self.begins;
        match moment.is_begin() {
            true if self.begins == MAX_SPANS => self.dropped += 1,
            true => {
                self.begins += 1;
                self.moments.push((at, moment));
            }
            false if ends < self.begins => self.moments.push((at, moment)),
            false => {}
        }
    }

    /// Takes in what other processes have noted, by a clock that can be set: what it has before the
    /// run or after now was then.
    pub(crate) fn take_in(&mut self, moments: Vec<(SystemTime, Moment)>) {
        if moments.is_empty() {
            return;
        }
        let ((began, start), now) = (self.began, Instant::now());
        let there = moments.into_iter().map(|(at, moment)| {
            let after = at.duration_since(began).unwrap_or_default();
            (start.checked_add(after).map_or(now, |at| at.min(now)), moment)
        });
        let mut all: Vec<_> = std::mem::take(&mut self.moments).into_iter().chain(there).collect();
        all.sort_by_key(|(at, _)| *at);
        self.begins = 0;
        for (at, moment) in all {
            self.note(at, moment);
        }
    }
}

/// The run of this process, if one is recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// The process that the run began in. A process that was forked off has a copy of the run, which
    /// is not its own.
    process: AtomicU32,
    recording: Mutex<Option<Recording>>,
}

impl Recorder {
    /// Begins a run, in place of one that never ended.
    pub(crate) fn begin(&self, facts: RunFacts) {
        *self.recording() = Some(Recording::new(facts));
        self.process.store(process::id(), Ordering::Release);
    }

    /// Whether a run that began in this process is recorded: asked before the lock, which a fork may
    /// have left locked for ever.
    pub(crate) fn is_recording(&self, process: u32) -> bool {
        let began_in = self.process.load(Ordering::Acquire);
        began_in != NO_PROCESS && began_in == process
    }

    /// Notes a moment of a run; of whichever there is where the host does not say.
    pub(crate) fn note(&self, run_id: Option<&str>, at: Instant, moment: Moment) {
        let mut recording = self.recording();
        let Some(recording) = recording.as_mut() else { return };
        if run_id.is_none_or(|id| id.is_empty() || id == recording.facts.run_id) {
            recording.note(at, moment);
        }
    }

    /// Ends a run; `None` when it is not the one that is recorded.
    pub(crate) fn end(&self, run_id: &str) -> Option<Recording> {
        if !self.is_recording(process::id()) {
            return None;
        }
        let ended = self.recording().take_if(|recording| recording.facts.run_id == run_id)?;
        self.process.store(NO_PROCESS, Ordering::Release);
        Some(ended)
    }

    fn recording(&self) -> MutexGuard<'_, Option<Recording>> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(run_id: &str) -> RunFacts {
        RunFacts { run_id: run_id.to_owned(), ..RunFacts::default() }
    }

    fn began(node: &str) -> Moment {
        Moment::NodeBegan { node: node.to_owned(), namespace: None, tags: Vec::new() }
    }

    fn ended(node: &str) -> Moment {
        Moment::NodeEnded { node: node.to_owned(), error: None }
    }

    #[test]
    fn a_process_that_was_forked_off_records_nothing_and_ends_no_run() {
        let recorder = Recorder::default();
        assert!(!recorder.is_recording(process::id()));
        recorder.begin(facts("r"));
        assert!(recorder.is_recording(process::id()));
        recorder.process.store(process::id() + 1, Ordering::Release);
        assert!(!recorder.is_recording(process::id()));
        assert!(recorder.end("r").is_none());
    }

    #[test]
    fn moments_of_another_run_are_not_noted() {
        let recorder = Recorder::default();
        recorder.begin(facts("first"));
        recorder.begin(facts("second"));
        recorder.note(Some("first"), Instant::now(), began("a"));
        recorder.note(Some("second"), Instant::now(), began("b"));
        recorder.note(None, Instant::now(), ended("b"));
        assert!(recorder.end("first").is_none());
        assert_eq!(recorder.end("second").unwrap().moments.len(), 2);
        assert!(!recorder.is_recording(process::id()));
    }

    #[test]
    fn what_finds_no_room_is_counted_and_every_span_keeps_room_for_its_end() {
        let mut recording = Recording::new(facts("r"));
        let at = Instant::now();
        for _ in 0..MAX_SPANS + 3 {
            recording.note(at, began("a"));
        }
        for _ in 0..MAX_SPANS + 3 {
            recording.note(at, ended("a"));
        }
        assert_eq!((recording.dropped, recording.moments.len()), (3, 2 * MAX_SPANS));
    }
}
