//! A run of the sender: from the queue to the sinks, destination by destination, batch by batch.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use reqwest::header::HeaderMap;
use small_files::FileError;

use super::{
    batch::{Batch, projects, take_withheld},
    books::Books,
    completion::CompletionDesk,
    consent::ConsentDesk,
    deadlines::Deadlines,
    lock, reaping,
    summary::{AskConsent, Complete, SenderEnding, SenderSummary},
    turn::Turn,
};
use crate::{
    destination::Destination,
    digest::Digest,
    env::Env,
    queue::Queue,
    receiver::Verdict,
    record::{Record, RecordName},
    sink::{HttpOptions, Sink},
};

/// Whether earlier failures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// They do not: a person asks.
    AtOnce,
    /// Not before the back-off has passed.
    WhenDue,
}

/// How often a sender that stays looks for further events.
const GLANCE: Duration = Duration::from_millis(100);

/// A sender of what is queued in a state folder.
#[derive(Debug)]
pub struct Sender<'a> {
    state: &'a Path,
    queue: Queue,
    agent: &'a str,
    env: &'a Env,
    deadlines: Deadlines,
    attempt: Attempt,
    linger: Duration,
    headers: Headers,
    clock: fn() -> SystemTime,
}

/// What is said with each request to one destination, and to no other.
#[derive(Debug, Default)]
struct Headers {
    of: Option<Digest>,
    own: HeaderMap,
    others: HeaderMap,
}

impl<'a> Sender<'a> {
    /// A sender of what is queued in the folder `state`, through the proxies that `env` names.
    #[must_use]
    pub fn new(state: &'a Path, agent: &'a str, env: &'a Env) -> Self {
        Self {
            state,
            queue: Queue::new(state),
            agent,
            env,
            deadlines: Deadlines::default(),
            attempt: Attempt::WhenDue,
            linger: Duration::ZERO,
            headers: Headers::default(),
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

    /// Has it stay for so long after the last event, to serve those of further commands.
    #[must_use]
    pub fn with_linger(mut self, linger: Duration) -> Self {
        self.linger = linger;
        self
    }

    /// Has this said with each request to `destination`: a key of one endpoint is not for another.
    #[must_use]
    pub fn with_headers(mut self, destination: Digest, headers: HeaderMap) -> Self {
        self.headers = Headers { of: Some(destination), own: headers, ..Headers::default() };
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

    /// Sends what is queued, asking for consent before each batch for each project in it,
    /// completing what commands had no time for, and telling `progress` after each what has been
    /// done and how many events are known to be left.
    ///
    /// The error is of a queue or a lock that cannot be got at; a failed delivery is a
    /// [`SenderEnding`].
    pub fn run(
        &self,
        ask: Arc<AskConsent>,
        complete: Arc<Complete>,
        progress: &dyn Fn(&SenderSummary, usize),
    ) -> Result<SenderSummary, FileError> {
        let mut run = Run {
            sender: self,
            consent: ConsentDesk::new(ask),
            completion: CompletionDesk::new(complete),
            progress,
            ends: Instant::now() + self.deadlines.run,
            books: Books::new(self.state, self.queue.clone(), self.clock),
            given_up: HashMap::new(),
        };
        let ran = run.run();
        if self.attempt == Attempt::WhenDue {
            reaping::note_end(self.state);
        }
        ran.map(|()| run.books.summary)
    }
}

impl Sender<'_> {
    fn sink(&self, destination: Destination) -> Sink<'_> {
        let is_own = self.headers.of == Some(destination.digest());
        let options = HttpOptions {
            agent: self.agent,
            env: self.env,
            connect_timeout: self.deadlines.connect,
            headers: if is_own { &self.headers.own } else { &self.headers.others },
        };
        Sink::new(destination, options, self.state)
    }
}

struct Run<'a> {
    sender: &'a Sender<'a>,
    consent: ConsentDesk,
    completion: CompletionDesk,
    progress: &'a dyn Fn(&SenderSummary, usize),
    ends: Instant,
    books: Books,
    /// Destinations that are not tried again in this run, and why.
    given_up: HashMap<Digest, SenderEnding>,
}

impl Run<'_> {
    fn run(&mut self) -> Result<(), FileError> {
        // Without a state folder there is no queue, and no reason to make one.
        if self.books.queued()?.is_empty() {
            return Ok(());
        }
        let mut lingering = None;
        loop {
            let Some(lock) = lock::acquire(self.sender.state, self.ends)? else {
                self.books.summary.ending = SenderEnding::Elsewhere;
                return Ok(());
            };
            if self.sender.attempt == Attempt::WhenDue {
                reaping::note_start(self.sender.state);
            }
            let drained = self.drain();
            if !self.sender.linger.is_zero() && lingering.is_none() {
                // Before the other is given up, so that there is no gap between the two.
                lingering = lock::linger(self.sender.state);
            }
            drop(lock);
            drained?;
            // See the head of `sender`: an event may have come after the last look.
            if self.has_work()? || lingering.is_some() && self.is_needed_within(self.sender.linger)? {
                continue;
            }
            // And while it was seen that this sender stays.
            if lingering.take().is_none() || !self.has_work()? {
                return Ok(());
            }
        }
    }

    /// Whether events have come for a destination that may be tried.
    fn has_work(&self) -> Result<bool, FileError> {
        if Instant::now() >= self.ends {
            return Ok(false);
        }
        Ok(self.books.queued()?.keys().any(|destination| !self.given_up.contains_key(destination)))
    }

    /// The same, waited for; not under a refusal, nor while a failure is to be waited out.
    fn is_needed_within(&self, patience: Duration) -> Result<bool, FileError> {
        let until = self.ends.min(Instant::now() + patience);
        while Instant::now() < until && self.given_up.is_empty() && self.consent.allows_any() {
            thread::sleep(GLANCE);
            if self.has_work()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn drain(&mut self) -> Result<(), FileError> {
        self.books.recover()?;
        self.books.tidy()?;
        let mut was_idle = HashSet::new();
        loop {
            let mut queued = self.books.queued()?;
            queued.retain(|destination, _| !self.given_up.contains_key(destination));
            let Some((destination, names)) = queued.pop_first() else { break };
            let first = names.front().cloned();
            if let Some(ending) = self.serve(destination, names) {
                self.given_up.insert(destination, ending);
            } else if !was_idle.insert((destination, first)) {
                // Nothing has changed: what is left cannot be got out of the queue.
                self.given_up.insert(destination, SenderEnding::Done);
            }
        }
        self.books.summary.ending = self.ending();
        if self.given_up.is_empty() {
            self.books.finish();
        }
        Ok(())
    }

    /// How the run has ended so far: a failure tells more than a wait.
    fn ending(&self) -> SenderEnding {
        let rank = |ending: &&SenderEnding| match ending {
            SenderEnding::Failed { .. } => 0,
            SenderEnding::OutOfTime => 1,
            SenderEnding::Waiting { .. } | SenderEnding::Paced { .. } => 2,
            SenderEnding::Elsewhere | SenderEnding::Done => 3,
        };
        self.given_up.values().min_by_key(rank).cloned().unwrap_or(SenderEnding::Done)
    }

    /// Sends what is queued for one destination; an ending when that is over before its time.
    fn serve(&mut self, destination: Digest, names: VecDeque<RecordName>) -> Option<SenderEnding> {
        let until = self.books.waits_until(destination).filter(|_| self.sender.attempt == Attempt::WhenDue);
        if let Some(until) = until {
            return Some(SenderEnding::Waiting { until });
        }
        let mut turn = Turn::new(names);
        let mut sink = None;
        while !turn.names.is_empty() {
            if Instant::now() >= self.ends {
                return Some(SenderEnding::OutOfTime);
            }
            let mut batch = self.next_batch(&mut turn.names, turn.most);
            let Some(to) = batch.first().and_then(|record| record.destination.clone()) else { continue };
            let (left, until) = self.books.pace(&to);
            if left == 0 {
                return Some(self.books.pause(destination, until));
            }
            turn.cut(&mut batch, left);
            if let Err(error) = self.claim(&to, &mut batch) {
                let reason = error.to_string();
                return Some(SenderEnding::Failed { reason, until: None });
            }
            if batch.is_empty() {
                continue;
            }
            let (to, sink) = sink.get_or_insert_with(|| (to.clone(), self.sender.sink(to)));
            let answer = self.request(sink, &batch);
            let ending = turn.answered(&mut self.books, to, &batch, answer);
            if ending.is_some() {
                return ending;
            }
            (self.progress)(&self.books.summary, turn.names.len());
        }
        let (to, _) = sink?;
        turn.end(&mut self.books, &to)
    }

    /// Takes these out of the queue, once it is certain that it can be told what becomes of them.
    fn claim(&mut self, to: &Destination, batch: &mut Vec<Record>) -> Result<(), FileError> {
        self.books.reserve_log(batch)?;
        self.books.take(batch)?;
        let spent = self.books.spend(to, batch.len());
        if spent.is_err() {
            self.books.give_back(batch.iter().map(|record| &record.name));
        }
        spent
    }

    fn request(&mut self, sink: &mut Sink<'_>, batch: &[Record]) -> Verdict {
        self.books.summary.requests += 1;
        let left = self.ends.saturating_duration_since(Instant::now());
        sink.send(batch, left.min(self.sender.deadlines.request), self.books.now())
    }

    /// The next records that may be sent; of the others the books say what becomes of them.
    fn next_batch(&mut self, names: &mut VecDeque<RecordName>, most: usize) -> Vec<Record> {
        let mut batch = Batch::next(&self.books.queue, names, most);
        self.books.damaged(std::mem::take(&mut batch.damaged));
        self.drop_too_large(std::mem::take(&mut batch.too_large));
        let verdicts = self.consent.ask(projects(&batch.records), self.ends);
        let withheld = take_withheld(&mut batch.records, &verdicts);
        self.books.refused(withheld.refused);
        for name in batch.unreadable.into_iter().chain(withheld.undecided) {
            self.books.put_aside(name);
        }
        self.completion.complete(&mut batch.records, self.ends);
        batch.records
    }

    /// What no request can carry goes, and its destination is told by its format.
    fn drop_too_large(&mut self, mut records: Vec<Record>) {
        let taken = self.books.reserve_log(&records).and_then(|()| self.books.take(&mut records));
        match taken {
            Ok(()) => self.books.rejected(&records, "larger than an event that the endpoint takes"),
            Err(_) => records.into_iter().for_each(|record| self.books.put_aside(record.name)),
        }
    }
}
