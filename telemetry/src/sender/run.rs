//! A run of the sender: from the queue to the sink, batch by batch.

use std::{
    collections::VecDeque,
    path::Path,
    time::{Instant, SystemTime},
};

use small_files::FileError;

use super::{
    batch::{Batch, MAX_BATCH, take_refused},
    books::Books,
    deadlines::Deadlines,
    lock,
    summary::{SenderEnding, SenderSummary, SenderVerdict},
};
use crate::{
    endpoint::Endpoint,
    env::Env,
    queue::Queue,
    record::{Record, RecordName},
    sink::{HttpOptions, Sink, SinkAnswer},
};

/// Whether earlier failures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// They do not: a person asks.
    AtOnce,
    /// Not before the back-off has passed.
    WhenDue,
}

/// A sender for one endpoint.
#[derive(Debug)]
pub struct Sender<'a> {
    state: &'a Path,
    queue: Queue,
    endpoint: &'a Endpoint,
    app_id: &'a str,
    agent: &'a str,
    env: &'a Env,
    deadlines: Deadlines,
    attempt: Attempt,
    clock: fn() -> SystemTime,
}

impl<'a> Sender<'a> {
    /// A sender of what is queued in the folder `state` to `endpoint`, through the proxies that
    /// `env` names.
    #[must_use]
    pub fn new(state: &'a Path, endpoint: &'a Endpoint, app_id: &'a str, agent: &'a str, env: &'a Env) -> Self {
        Self {
            state,
            queue: Queue::new(state),
            endpoint,
            app_id,
            agent,
            env,
            deadlines: Deadlines::default(),
            attempt: Attempt::WhenDue,
            clock: SystemTime::now,
        }
    }

    /// Sets other deadlines.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Sets whether earlier failures count.
    #[must_use]
    pub fn with_attempt(mut self, attempt: Attempt) -> Self {
        self.attempt = attempt;
        self
    }

    /// Takes another queue, as with other bounds.
    #[cfg(test)]
    pub fn with_queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// Takes the time from elsewhere.
    #[cfg(test)]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    /// Sends what is queued, asking `verdict` before each batch about one record of each project in
    /// it, and telling `progress` after each what has been done and how many events are known to be
    /// left.
    ///
    /// The error is of a queue or a lock that cannot be got at; a failed delivery is a
    /// [`SenderEnding`].
    pub fn run(
        &self,
        verdict: &dyn Fn(&Record) -> SenderVerdict,
        progress: &dyn Fn(&SenderSummary, usize),
    ) -> Result<SenderSummary, FileError> {
        let options = HttpOptions {
            app_id: self.app_id,
            agent: self.agent,
            env: self.env,
            connect_timeout: self.deadlines.connect,
        };
        let mut run = Run {
            sender: self,
            verdict,
            progress,
            ends: Instant::now() + self.deadlines.run,
            sink: Sink::new(self.endpoint, options, self.state),
            max_batch: MAX_BATCH,
            books: Books::new(self.state, self.queue.clone(), self.clock),
        };
        run.run()?;
        Ok(run.books.summary)
    }
}

struct Run<'a> {
    sender: &'a Sender<'a>,
    verdict: &'a dyn Fn(&Record) -> SenderVerdict,
    progress: &'a dyn Fn(&SenderSummary, usize),
    ends: Instant,
    sink: Sink<'a>,
    max_batch: usize,
    books: Books,
}

impl Run<'_> {
    fn run(&mut self) -> Result<(), FileError> {
        // Without a state folder there is no queue, and no reason to make one.
        if self.books.queued()?.is_empty() {
            return Ok(());
        }
        loop {
            let Some(lock) = lock::acquire(self.sender.state, self.ends)? else {
                self.books.summary.ending = SenderEnding::Elsewhere;
                return Ok(());
            };
            self.books.summary.ending = self.drain()?;
            drop(lock);
            // See the head of `sender`: an event may have come after the last look.
            if self.books.summary.ending != SenderEnding::Done || self.books.queued()?.is_empty() {
                return Ok(());
            }
        }
    }

    fn drain(&mut self) -> Result<SenderEnding, FileError> {
        let until = self.books.waits_until().filter(|_| self.sender.attempt == Attempt::WhenDue);
        if let Some(until) = until {
            return Ok(SenderEnding::Waiting { until });
        }
        self.books.tidy()?;
        loop {
            let mut names = self.books.queued()?;
            if names.is_empty() {
                self.books.finish();
                return Ok(SenderEnding::Done);
            }
            while !names.is_empty() {
                if let Some(ending) = self.step(&mut names) {
                    return Ok(ending);
                }
            }
        }
    }

    /// One batch; an ending when the run is over with it.
    fn step(&mut self, names: &mut VecDeque<RecordName>) -> Option<SenderEnding> {
        if Instant::now() >= self.ends {
            return Some(SenderEnding::OutOfTime);
        }
        let batch = self.next_batch(names);
        if batch.is_empty() {
            return None;
        }
        let ending = self.send(&batch, names);
        if ending.is_none() {
            (self.progress)(&self.books.summary, names.len());
        }
        ending
    }

    /// The next records that may be sent; of the others the books say what becomes of them.
    fn next_batch(&mut self, names: &mut VecDeque<RecordName>) -> Vec<Record> {
        let mut batch = Batch::next(&self.books.queue, names, self.max_batch);
        for (name, reason) in &batch.damaged {
            self.books.damaged(name, reason);
        }
        for name in batch.unreadable {
            self.books.unreadable(name);
        }
        let refused = take_refused(&mut batch.records, self.verdict);
        self.books.refused(&refused);
        batch.records
    }

    fn send(&mut self, batch: &[Record], names: &mut VecDeque<RecordName>) -> Option<SenderEnding> {
        self.books.summary.requests += 1;
        let left = self.ends.saturating_duration_since(Instant::now());
        let timeout = left.min(self.sender.deadlines.request);
        match self.sink.send(batch, timeout, self.books.now()) {
            SinkAnswer::Accepted => self.books.sent(batch),
            SinkAnswer::TooLarge if batch.len() > 1 => {
                self.max_batch = batch.len() / 2;
                for record in batch.iter().rev() {
                    names.push_front(record.name.clone());
                }
            }
            SinkAnswer::TooLarge => self.books.rejected(batch, "too large for the endpoint"),
            SinkAnswer::Rejected(reason) => self.books.rejected(batch, &reason),
            SinkAnswer::Later { reason, retry_after } => {
                return Some(self.books.kept(batch.len(), reason, retry_after));
            }
        }
        None
    }
}
