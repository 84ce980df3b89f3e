//! An HTTP server on loopback that misbehaves as told, and keeps account of what it was sent.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

use super::tls::{Authority, Conversation};

/// How long a server waits for the next byte before it looks whether it is to stop.
const GLANCE: Duration = Duration::from_millis(50);
/// What a flood announces, and sends if it is taken.
const FLOOD: u64 = 1 << 30;

/// What the server does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Reads it and answers with this status and these header lines, each ended by a line break.
    Answer(u16, String),
    /// Answers 413 to a request with more events than this, else 200.
    AtMost(usize),
    /// Reads it and never answers.
    Silence,
    /// Reads half of its body and resets the connection.
    Reset,
    /// Reads it, answers 200, promises a body and closes the connection.
    Drop,
    /// Answers 200 with a body of 1 GiB.
    Flood,
    /// Answers 200, one byte of it a second.
    Trickle,
}

impl Behaviour {
    /// Answers with this status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Answer(status, String::new())
    }

    /// Redirects to this address, body and all.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::Answer(307, format!("Location: {to}\r\n"))
    }
}

/// The server; it stops when dropped.
#[derive(Debug)]
pub struct Sink {
    address: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    authority: Option<Authority>,
}

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    /// No request is answered while this holds.
    is_held: bool,
    is_over: bool,
    account: Account,
}

/// What the server was sent.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Requests that arrived whole.
    pub requests: usize,
    /// The idempotency keys of events in them, and how often each came.
    pub received: BTreeMap<String, usize>,
    /// Those that were answered with 2xx, and how often.
    pub acknowledged: BTreeMap<String, usize>,
    /// Bytes of response bodies that were taken.
    pub taken: u64,
}

impl Account {
    /// Of a file that events are appended to, which may not be there yet.
    #[must_use]
    pub fn of_file(file: &Path) -> Self {
        let mut account = Self::default();
        for line in fs::read(file).unwrap_or_default().split(|byte| *byte == b'\n') {
            // A line that is not whole is what a killed sender has left.
            for key in keys(line).unwrap_or_default() {
                *account.acknowledged.entry(key).or_default() += 1;
            }
        }
        account
    }

    /// How many times an event came again after it had been acknowledged.
    #[must_use]
    pub fn again(&self) -> usize {
        self.acknowledged.values().map(|times| times - 1).sum()
    }
}

impl Sink {
    /// Starts one on a free port of 127.0.0.1.
    #[must_use]
    pub fn start(behaviour: Behaviour) -> Self {
        Self::at("127.0.0.1", behaviour, None)
    }

    /// The same at another address of the loopback interface, which is another host to HTTP.
    #[must_use]
    pub fn elsewhere(behaviour: Behaviour) -> Self {
        Self::at("127.0.0.2", behaviour, None)
    }

    /// The same over TLS, with this authority's certificate.
    #[must_use]
    pub fn secure(behaviour: Behaviour, authority: Authority) -> Self {
        Self::at("127.0.0.1", behaviour, Some(authority))
    }

    fn at(host: &str, behaviour: Behaviour, authority: Option<Authority>) -> Self {
        let listener = TcpListener::bind((host, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("it is bound").to_string();
        let state = State { behaviour, is_held: false, is_over: false, account: Account::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), authority });
        let thread = thread::spawn({
            let shared = Arc::clone(&shared);
            move || serve(&listener, &shared)
        });
        Self { address, shared, thread: Some(thread) }
    }

    /// Where to send.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let scheme = if self.shared.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/api/track", self.address)
    }

    /// Behaves otherwise from the next request on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.shared.lock().behaviour = behaviour;
    }

    /// Answers no request until [`Self::release`].
    pub fn hold(&self) {
        self.shared.lock().is_held = true;
    }

    /// Answers what was held.
    pub fn release(&self) {
        self.shared.lock().is_held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until so many requests have come whole.
    pub fn wait_for(&self, requests: usize) {
        let state = self.shared.lock();
        let enough = |state: &mut State| state.account.requests < requests;
        let (state, timeout) = self.shared.changed.wait_timeout_while(state, super::PATIENCE, enough).unwrap();
        assert!(!timeout.timed_out(), "{} of {requests} requests came", state.account.requests);
    }

    /// What it was sent so far.
    #[must_use]
    pub fn account(&self) -> Account {
        self.shared.lock().account.clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        // So that it looks whether it is over.
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// Waits for so long, but no longer than the server lives; whether it does.
    fn pause(&self, time: Duration) -> bool {
        let living = |state: &mut State| !state.is_over;
        !self.changed.wait_timeout_while(self.lock(), time, living).unwrap().0.is_over
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.is_over() {
                break;
            }
            let Ok(stream) = stream else { continue };
            // A client that goes away while it is served is what this is about.
            scope.spawn(move || converse(stream, shared));
        }
    });
}

/// One request of a connection.
fn converse(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(GLANCE))?;
    let mut stream = Conversation::begin(stream, shared.authority.as_ref())?;
    let mut reader = BufReader::new(Patient { stream: &mut stream, shared });
    let length = content_length(&mut reader)?;
    let behaviour = shared.lock().behaviour.clone();
    if behaviour == Behaviour::Reset {
        // What is left unread when a connection is closed makes the system reset it.
        return reader.read_exact(&mut vec![0; length / 2]);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    drop(reader);
    let keys = keys(&body)?;
    let status = match &behaviour {
        Behaviour::AtMost(most) if keys.len() > *most => 413,
        Behaviour::Answer(status, _) => *status,
        _ => 200,
    };
    receive(shared, &keys);
    match behaviour {
        Behaviour::Silence | Behaviour::Reset => {
            while !matches!(stream.read(&mut [0]), Ok(0)) && !shared.is_over() {}
            Ok(())
        }
        Behaviour::Answer(_, headers) => {
            acknowledge(shared, status, &keys);
            answer(&mut stream, status, &headers, 0)
        }
        Behaviour::AtMost(_) => {
            acknowledge(shared, status, &keys);
            answer(&mut stream, status, "", 0)
        }
        Behaviour::Drop => {
            acknowledge(shared, status, &keys);
            answer(&mut stream, status, "", 1000)
        }
        Behaviour::Flood => {
            acknowledge(shared, status, &keys);
            answer(&mut stream, status, "", FLOOD)?;
            flood(&mut stream, shared)
        }
        Behaviour::Trickle => trickle(&mut stream, shared),
    }
}

fn receive(shared: &Shared, keys: &[String]) {
    let mut state = shared.lock();
    state.account.requests += 1;
    for key in keys {
        *state.account.received.entry(key.clone()).or_default() += 1;
    }
    shared.changed.notify_all();
    let _free = shared.changed.wait_while(state, |state| state.is_held && !state.is_over).unwrap();
}

/// Counted before it is written: a client that reads it may look at once.
fn acknowledge(shared: &Shared, status: u16, keys: &[String]) {
    if !(200..300).contains(&status) {
        return;
    }
    let mut state = shared.lock();
    for key in keys {
        *state.account.acknowledged.entry(key.clone()).or_default() += 1;
    }
}

fn answer(stream: &mut Conversation, status: u16, headers: &str, length: u64) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.flush()
}

fn flood(stream: &mut Conversation, shared: &Shared) -> io::Result<()> {
    let part = vec![b'x'; 64 * 1024];
    for _ in 0..FLOOD / part.len() as u64 {
        stream.write_all(&part)?;
        let mut state = shared.lock();
        state.account.taken += part.len() as u64;
        if state.is_over {
            break;
        }
    }
    Ok(())
}

fn trickle(stream: &mut Conversation, shared: &Shared) -> io::Result<()> {
    for byte in b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n" {
        stream.write_all(&[*byte])?;
        if !shared.pause(Duration::from_secs(1)) {
            break;
        }
    }
    Ok(())
}

/// Reads on after each glance at whether the server is over.
struct Patient<'a> {
    stream: &'a mut Conversation,
    shared: &'a Shared,
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(buffer) {
                Err(error) if is_timeout(&error) && !self.shared.is_over() => {}
                read => return read,
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Reads the head of a request.
fn content_length(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return length.ok_or_else(|| io::ErrorKind::InvalidData.into());
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        }
    }
}

/// The idempotency keys of a body, single or bulk.
fn keys(body: &[u8]) -> io::Result<Vec<String>> {
    let body: Value = serde_json::from_slice(body)?;
    let events = body["events"].as_array().map_or(std::slice::from_ref(&body), Vec::as_slice);
    let keys = events.iter().filter_map(|event| event["idempotency_key"].as_str());
    Ok(keys.map(str::to_owned).collect())
}
