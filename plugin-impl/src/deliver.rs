//! The sender: takes events from the queue to the endpoint, in a process of its own.
//!
//! * **One at a time.** A lock on a file, which the system gives up with the process however it ends. A command that has just recorded an
//!   event starts no sender while the lock is held; therefore a sender looks at the queue once more *after* it has let go of
//!   the lock. Whichever comes second sees what the other did: no event is left behind.
//! * **Nothing lost, nothing doubled.** A record is removed when the endpoint has accepted it (2xx), and not before. After a crash in
//!   between it is sent again, and recognised by its `idempotency_key`.
//! * **Nothing against the user's will.** Consent is asked for again just before each batch, for each project in it; what is refused is
//!   deleted.
//! * **Batches.** One event goes as it is, up to [`MAX_BATCH`] in Heap's bulk form; if that is too large for the endpoint (413), half
//!   as many.
//! * **Failure.** What can pass (no answer, 408, 429, 5xx, a redirect that is not followed) keeps the records and sets the
//!   back-off, see [`crate::backoff`]. What cannot (any other 4xx) drops them, and the log says so.
//! * **A file** in place of an endpoint: see [`crate::settings::Endpoint`].
//! * **A hostile endpoint.** Connecting, each request and the whole run have deadlines. The status decides; of a response's body nothing is
//!   read. A redirect is followed only with the body (307, 308), only to the same origin and five times at most.
//!
//! In the host's process nothing of this runs but [`is_sender_needed`], unless the user wants commands to wait for delivery.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{NoProxy, Proxy, StatusCode, Url};
use uuid::Uuid;

use crate::append::{self, Note};
use crate::backoff::{Backoff, BackoffFile};
use crate::env::Env;
use crate::event::{TELEMETRY_VERSION, bulk_body, single_body};
use crate::files::{self, FileError};
use crate::journal::{Entry, Journal, Outcome};
use crate::queue::{Queue, ReadError, Record, RecordName, remove_file};
use crate::settings::Endpoint;

/// The most events in one request: Heap's bound.
pub const MAX_BATCH: usize = 1000;
/// The most bytes of events in one request.
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
const MAX_REDIRECTS: usize = 5;
/// A command that looks whether the lock is held holds it for an instant, and there may be many at once.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// To connect, TLS included.
    pub connect: Duration,
    /// From the start of a request to its status.
    pub request: Duration,
    /// The whole run; no request outlives it.
    pub run: Duration,
}

impl Default for Deadlines {
    /// 5, 10 and 25 seconds.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(10), run: Duration::from_secs(25) }
    }
}

impl Deadlines {
    /// Of a command that waits for delivery this long and no longer. The last fifth is for remembering that it failed.
    #[must_use]
    pub fn within(cap: Duration) -> Self {
        let run = cap * 4 / 5;
        Self { connect: run, request: run, run }
    }
}

/// What to do with a record, asked for just before it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is consent.
    Send,
    /// There is none, for this reason: the record is deleted.
    Refuse(String),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left to send.
    Done,
    /// Another sender is at work.
    Elsewhere,
    /// Delivery failed before, and it is not yet time to try again.
    Waiting {
        /// When it is.
        until: SystemTime,
    },
    /// Delivery failed now; what is left stays queued.
    Failed {
        /// Why, in one line.
        reason: String,
        /// When to try again, if not at once.
        until: Option<SystemTime>,
    },
    /// The run's deadline came first; what is left stays queued.
    OutOfTime,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Events accepted by the endpoint.
    pub sent: usize,
    /// Events deleted because there is no consent any more.
    pub refused: usize,
    /// Events dropped otherwise: damaged, too old, too many, or rejected for good.
    pub dropped: usize,
    /// Requests made.
    pub requests: usize,
    /// How it ended.
    pub ending: Ending,
    /// What could not be written down (log, back-off), which stops no delivery.
    pub problem: Option<String>,
}

/// Whether a sender should be started now that there is something to send: none is at work, and it is not waiting for its next attempt.
///
/// Cheap (five system calls at most) and without effect. A lock that cannot be looked at (but for its absence) means no.
#[must_use]
pub fn is_sender_needed(state: &Path, now: SystemTime) -> bool {
    let waits = BackoffFile::new(state).load();
    if waits.is_some_and(|backoff| backoff.wait_until(now).is_some()) {
        return false;
    }
    let path = lock_path(state);
    match fs::metadata(&path) {
        // Opening a pipe would wait for whoever writes into it.
        Ok(metadata) => metadata.is_file() && File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok()),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// Waits until no sender is at work, as none is while the file that is returned is open; tells `is_waiting` if that takes time. A sender
/// has deadlines, so this ends.
pub fn wait_for_sender(state: &Path, is_waiting: impl FnOnce()) -> Result<Option<File>, FileError> {
    let path = lock_path(state);
    match fs::metadata(&path) {
        Ok(metadata) if !metadata.is_file() => return Err(FileError::NotRegular { path }),
        Ok(_) => {}
        Err(error) if files::is_absent(&error) => return Ok(None),
        Err(error) => return Err(FileError::io("lock", &path)(error)),
    }
    let file = File::open(&path).map_err(FileError::io("lock", &path))?;
    if file.try_lock().is_err() {
        is_waiting();
        file.lock().map_err(FileError::io("lock", &path))?;
    }
    Ok(Some(file))
}

fn lock_path(state: &Path) -> PathBuf {
    state.join("sender.lock")
}

/// A sender for one endpoint.
#[derive(Debug)]
pub struct Sender<'a> {
    state: &'a Path,
    queue: Queue,
    journal: Journal,
    backoff: BackoffFile,
    note: Note,
    endpoint: &'a Endpoint,
    app_id: &'a str,
    env: &'a Env,
    deadlines: Deadlines,
    ignore_backoff: bool,
    clock: fn() -> SystemTime,
}

impl<'a> Sender<'a> {
    /// A sender of what is queued in `state` to `endpoint`, through the proxies that `env` names (`HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY`, `NO_PROXY`, also in lower case).
    #[must_use]
    pub fn new(state: &'a Path, endpoint: &'a Endpoint, app_id: &'a str, env: &'a Env) -> Self {
        Self {
            state,
            queue: Queue::new(state),
            journal: Journal::new(state),
            backoff: BackoffFile::new(state),
            note: Note::new(state),
            endpoint,
            app_id,
            env,
            deadlines: Deadlines::default(),
            ignore_backoff: false,
            clock: SystemTime::now,
        }
    }

    /// Takes another queue, as with other bounds.
    #[must_use]
    pub fn with_queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// Sets other deadlines.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Tries at once, whatever earlier failures say: for a person who asks.
    #[must_use]
    pub fn ignoring_backoff(mut self) -> Self {
        self.ignore_backoff = true;
        self
    }

    /// Takes the time from elsewhere.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    /// Sends what is queued, asking `verdict` before each batch about one record of each project in it.
    ///
    /// The error is of a queue or a lock that cannot be got at; a failed delivery is an [`Ending`].
    pub fn run(&self, verdict: &dyn Fn(&Record) -> Verdict) -> Result<Summary, FileError> {
        self.run_with_progress(verdict, &|_, _| {})
    }

    /// The same, telling `progress` after each batch what has been done and how many events are still known to wait.
    pub fn run_with_progress(
        &self,
        verdict: &dyn Fn(&Record) -> Verdict,
        progress: &dyn Fn(&Summary, usize),
    ) -> Result<Summary, FileError> {
        let mut run = Run {
            sender: self,
            verdict,
            progress,
            ends: Instant::now() + self.deadlines.run,
            client: None,
            max_batch: MAX_BATCH,
            unremovable: HashSet::new(),
            summary: Summary { sent: 0, refused: 0, dropped: 0, requests: 0, ending: Ending::Done, problem: None },
        };
        let outcome = run.run();
        // Dropping the client would wait for a name look-up that hangs, past every deadline; the process ends soon.
        std::mem::forget(run.client.take());
        outcome.map(|()| run.summary)
    }

    fn lock(&self, ends: Instant) -> Result<Option<File>, FileError> {
        let path = lock_path(self.state);
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(FileError::NotRegular { path });
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(FileError::io("lock", &path))?;
        let until = ends.min(Instant::now() + LOCK_PATIENCE);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::WouldBlock) if Instant::now() >= until => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(FileError::io("lock", &path)(error)),
            }
        }
    }

    fn client(&self) -> reqwest::Result<Client> {
        let mut builder = Client::builder()
            .connect_timeout(self.deadlines.connect)
            .redirect(Policy::custom(follow))
            .user_agent(format!("kedro-telemetry/{TELEMETRY_VERSION}"))
            // The proxies are those of `env`, not whatever the process has.
            .no_proxy();
        let mut needs_roots = self.endpoint.url().scheme() == "https";
        for (variable, make) in PROXIES {
            if let Some(address) = either_case(self.env, variable) {
                needs_roots = true;
                let exceptions = either_case(self.env, "NO_PROXY");
                let proxy = make(&with_scheme(address))?;
                let exceptions = NoProxy::from_string(&exceptions.unwrap_or_default());
                builder = builder.proxy(proxy.no_proxy(exceptions));
            }
        }
        // Reading all the certificates of the system takes longer than a request on the local network.
        builder.tls_built_in_root_certs(needs_roots).build()
    }
}

type MakeProxy = fn(&str) -> reqwest::Result<Proxy>;

/// The more special first: the first that fits is taken.
const PROXIES: [(&str, MakeProxy); 3] = [
    ("HTTPS_PROXY", |address| Proxy::https(address)),
    ("HTTP_PROXY", |address| Proxy::http(address)),
    ("ALL_PROXY", |address| Proxy::all(address)),
];

fn either_case(env: &Env, variable: &str) -> Option<String> {
    let lower = env.text(&variable.to_ascii_lowercase());
    lower.or_else(|| env.text(variable)).filter(|value| !value.is_empty())
}

/// `proxy.example:3128`, as many write it, names an HTTP proxy.
fn with_scheme(address: String) -> String {
    if address.contains("://") { address } else { format!("http://{address}") }
}

/// A redirect is followed if it repeats the request (others would ask without the body, and be answered) at the same origin.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let repeats = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let same_origin = |from: &Url| from.origin() == attempt.url().origin();
    let stays = attempt.previous().last().is_some_and(same_origin);
    if repeats && stays && attempt.previous().len() <= MAX_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

/// What the endpoint made of a request.
enum Answer {
    Accepted,
    TooLarge,
    Rejected(String),
    Later { reason: String, retry_after: Option<Duration> },
}

impl Answer {
    fn of(response: &Response, now: SystemTime) -> Self {
        let status = response.status();
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            // The proxy's refusal (407) says nothing of the events.
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED => Self::later(response, now),
            _ if status.is_success() => Self::Accepted,
            _ if status.is_client_error() => Self::Rejected(format!("the endpoint answered {status}")),
            _ => Self::later(response, now),
        }
    }

    fn later(response: &Response, now: SystemTime) -> Self {
        let header = response.headers().get(RETRY_AFTER);
        Self::Later {
            reason: format!("the endpoint answered {}", response.status()),
            retry_after: header.and_then(|value| retry_after(value.to_str().ok()?, now)),
        }
    }
}

/// `Retry-After`: seconds, or an HTTP date (RFC 9110, 10.2.3).
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// What reqwest says in several layers, in one line and without the address (it may hold a password).
fn root_cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let is_connect = error.is_connect();
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if is_connect { format!("cannot connect: {cause}") } else { cause.to_string() }
}

/// Uniform in 0…1, from the random bits of a UUID.
fn draw() -> f64 {
    let bits = u32::from_le_bytes(Uuid::new_v4().into_bytes()[..4].try_into().unwrap_or_default());
    f64::from(bits) / f64::from(u32::MAX)
}

/// A run of the sender.
struct Run<'a> {
    sender: &'a Sender<'a>,
    verdict: &'a dyn Fn(&Record) -> Verdict,
    progress: &'a dyn Fn(&Summary, usize),
    ends: Instant,
    client: Option<Client>,
    max_batch: usize,
    /// Records that could not be read or removed: not to be tried for ever.
    unremovable: HashSet<RecordName>,
    summary: Summary,
}

impl Run<'_> {
    fn run(&mut self) -> Result<(), FileError> {
        // Without a state folder there is no queue, and no reason to make one.
        if self.waiting()?.is_empty() {
            return Ok(());
        }
        loop {
            let Some(lock) = self.sender.lock(self.ends)? else {
                self.summary.ending = Ending::Elsewhere;
                return Ok(());
            };
            self.summary.ending = self.drain()?;
            drop(lock);
            // See the head of this module: an event may have come after the last look.
            if self.summary.ending != Ending::Done || self.waiting()?.is_empty() {
                return Ok(());
            }
        }
    }

    fn now(&self) -> SystemTime {
        (self.sender.clock)()
    }

    fn waiting(&self) -> Result<VecDeque<RecordName>, FileError> {
        let records = self.sender.queue.list()?.records.into_iter();
        Ok(records.filter(|name| !self.unremovable.contains(name)).collect())
    }

    fn drain(&mut self) -> Result<Ending, FileError> {
        let backoff = self.sender.backoff.load();
        let until = backoff.and_then(|backoff| backoff.wait_until(self.now()));
        if let Some(until) = until.filter(|_| !self.sender.ignore_backoff) {
            return Ok(Ending::Waiting { until });
        }
        self.tidy()?;
        loop {
            let mut names = self.waiting()?;
            if names.is_empty() {
                if self.unremovable.is_empty() {
                    self.note(self.sender.note.forget());
                }
                return Ok(Ending::Done);
            }
            while !names.is_empty() {
                if Instant::now() >= self.ends {
                    return Ok(Ending::OutOfTime);
                }
                let batch = self.next_batch(&mut names);
                let batch = self.consented(batch);
                if batch.is_empty() {
                    continue;
                }
                if let Some(ending) = self.send(&batch, &mut names) {
                    return Ok(ending);
                }
                (self.progress)(&self.summary, names.len());
            }
        }
    }

    /// Keeps the queue's bounds and removes what is no record.
    fn tidy(&mut self) -> Result<(), FileError> {
        let now = self.now();
        let queue = &self.sender.queue;
        let strays = queue.remove_strays(now);
        let mut entries = queue.trim(now)?.entries(now);
        let foreign = queue.list()?.foreign;
        // A folder among the records is none of ours.
        let removed = foreign.iter().filter(|path| matches!(remove_file(path), Ok(true))).count();
        entries.extend((removed > 0).then(|| Entry::summary(now, Outcome::Dropped, "not a record", removed)));
        self.summary.dropped += entries.iter().map(|entry| entry.count).sum::<usize>();
        self.append(&entries);
        self.note(strays);
        Ok(())
    }

    fn append(&mut self, entries: &[Entry]) {
        self.note(self.sender.journal.append(entries));
    }

    fn note(&mut self, result: Result<(), FileError>) {
        if let Err(error) = result {
            self.summary.problem.get_or_insert(error.to_string());
        }
    }

    /// The next records, as many as go into one request; those that cannot be read are left out.
    fn next_batch(&mut self, names: &mut VecDeque<RecordName>) -> Vec<Record> {
        let mut batch: Vec<Record> = Vec::new();
        let mut bytes = 0;
        while batch.len() < self.max_batch {
            let Some(name) = names.pop_front() else { break };
            let record = match self.sender.queue.read(&name) {
                Ok(record) => record,
                Err(ReadError::Gone) => continue,
                Err(ReadError::Damaged(reason)) => {
                    self.drop_damaged(&name, &reason);
                    continue;
                }
                Err(ReadError::File(_)) => {
                    self.unremovable.insert(name);
                    continue;
                }
            };
            let size = record.event.get().len();
            if !batch.is_empty() && bytes + size > MAX_BATCH_BYTES {
                names.push_front(name);
                break;
            }
            bytes += size;
            batch.push(record);
        }
        batch
    }

    /// The records that may be sent; the others are deleted, and no word of theirs is kept.
    fn consented(&mut self, batch: Vec<Record>) -> Vec<Record> {
        let mut verdicts: HashMap<Option<PathBuf>, Verdict> = HashMap::new();
        let mut refused: Vec<(RecordName, String)> = Vec::new();
        let mut consented = Vec::with_capacity(batch.len());
        for record in batch {
            let verdict = match verdicts.get(&record.project) {
                Some(verdict) => verdict,
                None => verdicts.entry(record.project.clone()).or_insert((self.verdict)(&record)),
            };
            match verdict {
                Verdict::Send => consented.push(record),
                Verdict::Refuse(reason) => refused.push((record.name, reason.clone())),
            }
        }
        self.refuse(&refused);
        consented
    }

    fn refuse(&mut self, refused: &[(RecordName, String)]) {
        let now = self.now();
        let entries: Vec<_> = refused
            .chunk_by(|(_, one), (_, other)| one == other)
            .map(|alike| Entry::summary(now, Outcome::Dropped, &alike[0].1, alike.len()))
            .collect();
        self.append(&entries);
        self.remove(refused.iter().map(|(name, _)| name));
        self.summary.refused += refused.len();
    }

    fn drop_damaged(&mut self, name: &RecordName, reason: &str) {
        let reason = format!("damaged: {reason}");
        let entry = Entry::summary(self.now(), Outcome::Dropped, &reason, 1);
        self.append(&[entry]);
        self.remove([name]);
        self.summary.dropped += 1;
    }

    /// Sends a batch; an ending when the run is over with it.
    fn send(&mut self, batch: &[Record], names: &mut VecDeque<RecordName>) -> Option<Ending> {
        let answer = match self.sender.endpoint.file() {
            Some(file) => self.write(file, batch),
            None => self.post(batch),
        };
        match answer {
            Answer::Accepted => {
                // The log first: a sender that is killed here sends them again, and nothing leaves this machine without a word.
                self.log(batch, Outcome::Sent, None);
                self.remove(batch.iter().map(|record| &record.name));
                self.summary.sent += batch.len();
                self.note(self.sender.backoff.clear());
                None
            }
            Answer::TooLarge if batch.len() > 1 => {
                self.max_batch = batch.len() / 2;
                for record in batch.iter().rev() {
                    names.push_front(record.name.clone());
                }
                None
            }
            Answer::TooLarge => {
                self.reject(batch, "too large for the endpoint");
                None
            }
            Answer::Rejected(reason) => {
                self.reject(batch, &reason);
                None
            }
            Answer::Later { reason, retry_after } => Some(self.put_off(batch.len(), reason, retry_after)),
        }
    }

    fn write(&mut self, file: &Path, batch: &[Record]) -> Answer {
        let line = |record: &Record| single_body(self.sender.app_id, record.event.get());
        let lines: Vec<_> = batch.iter().map(|record| (record.name.key(), line(record))).collect();
        self.summary.requests += 1;
        match append::append(file, &self.sender.note, &lines) {
            Ok(()) => Answer::Accepted,
            Err(error) => Answer::Later { reason: error.to_string(), retry_after: None },
        }
    }

    fn post(&mut self, batch: &[Record]) -> Answer {
        match self.try_post(batch) {
            Ok(response) => Answer::of(&response, self.now()),
            Err(error) => Answer::Later { reason: root_cause(error), retry_after: None },
        }
    }

    fn try_post(&mut self, batch: &[Record]) -> reqwest::Result<Response> {
        let client = match &self.client {
            Some(client) => client,
            None => self.client.insert(self.sender.client()?),
        };
        let app_id = self.sender.app_id;
        let body = match batch {
            [record] => single_body(app_id, record.event.get()),
            records => bulk_body(app_id, records.iter().map(|record| record.event.get())),
        };
        let left = self.ends.saturating_duration_since(Instant::now());
        self.summary.requests += 1;
        client
            .post(self.sender.endpoint.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .timeout(left.min(self.sender.deadlines.request))
            .body(body)
            .send()
    }

    fn reject(&mut self, batch: &[Record], reason: &str) {
        // The log first: a sender that is killed here drops them again, and never without a word.
        self.log(batch, Outcome::Dropped, Some(reason));
        self.remove(batch.iter().map(|record| &record.name));
        self.summary.dropped += batch.len();
    }

    fn put_off(&mut self, count: usize, reason: String, retry_after: Option<Duration>) -> Ending {
        let now = self.now();
        let file = &self.sender.backoff;
        let backoff = Backoff::after(file.load(), now, retry_after, draw());
        self.note(file.store(backoff));
        let entry = Entry::summary(now, Outcome::Kept, &reason, count);
        self.append(&[entry]);
        Ending::Failed { reason, until: backoff.wait_until(now) }
    }

    fn remove<'n>(&mut self, names: impl IntoIterator<Item = &'n RecordName>) {
        for name in names {
            if self.sender.queue.remove(name).is_err() {
                self.unremovable.insert(name.clone());
            }
        }
    }

    fn log(&mut self, records: &[Record], outcome: Outcome, reason: Option<&str>) {
        let now = self.now();
        let entries: Vec<_> = records.iter().map(|record| Entry::event(now, outcome, reason, &record.event)).collect();
        self.append(&entries);
    }
}
