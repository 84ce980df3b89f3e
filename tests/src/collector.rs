//! A real HTTP server on loopback that keeps what it is sent.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use tiny_http::{Header, Request, Response, Server};

/// Longest that a test waits for something that is to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// When a collector answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// As soon as it has the request.
    AtOnce,
    /// So long after it has the request.
    After(Duration),
    /// Never: it reads the request, and that is all.
    Never,
}

/// Keeps every JSON body that is posted to it, by the path it is posted to. Stops when dropped.
pub struct Collector {
    server: Arc<Server>,
    inbox: Arc<Inbox>,
    thread: Option<JoinHandle<()>>,
}

/// Where telemetry posts, unless a test wants several places.
const PATH: &str = "/api/track";

#[derive(Default)]
struct Inbox {
    /// Each with its path, in the order of their arrival.
    bodies: Mutex<Vec<(String, Value)>>,
    changed: Condvar,
}

impl Inbox {
    fn keep(&self, request: &mut Request) {
        let mut text = Vec::new();
        // What does not arrive whole is kept as an empty body, which equals nothing.
        let _ = request.as_reader().read_to_end(&mut text);
        let body = parse(&String::from_utf8_lossy(&text));
        self.bodies.lock().unwrap().push((request.url().to_owned(), body));
        self.changed.notify_all();
    }
}

impl Collector {
    /// Starts one on a free port of the loopback interface, which answers at once.
    #[must_use]
    pub fn start() -> Self {
        Self::replying(Reply::AtOnce)
    }

    /// Starts one on a free port of the loopback interface.
    #[must_use]
    pub fn replying(reply: Reply) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port on loopback"));
        let inbox = Arc::new(Inbox::default());
        let thread = std::thread::spawn({
            let (server, inbox) = (Arc::clone(&server), Arc::clone(&inbox));
            move || serve(&server, &inbox, reply)
        });
        Self { server, inbox, thread: Some(thread) }
    }

    /// Where to send.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.address(PATH)
    }

    /// The address of `path`, which starts with `/`.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.server_addr())
    }

    /// The bodies so far, wherever they were posted to.
    #[must_use]
    pub fn bodies(&self) -> Vec<Value> {
        bodies_of(&self.inbox.bodies.lock().unwrap())
    }

    /// The bodies that were posted to `path` so far.
    #[must_use]
    pub fn bodies_at(&self, path: &str) -> Vec<Value> {
        let bodies = self.inbox.bodies.lock().unwrap();
        bodies.iter().filter(|(at, _)| at == path).map(|(_, body)| body.clone()).collect()
    }

    /// Waits until `count` bodies have arrived, and gives all there are.
    #[must_use]
    pub fn wait_for(&self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        let mut bodies = self.inbox.bodies.lock().unwrap();
        while bodies.len() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} requests arrived: {bodies:#?}", bodies.len());
            bodies = self.inbox.changed.wait_timeout(bodies, left).unwrap().0;
        }
        bodies_of(&bodies)
    }
}

fn bodies_of(bodies: &[(String, Value)]) -> Vec<Value> {
    bodies.iter().map(|(_, body)| body.clone()).collect()
}

fn serve(server: &Server, inbox: &Arc<Inbox>, reply: Reply) {
    // Kept until the end, so that nobody sees a connection that is closed.
    let mut unanswered = Vec::new();
    for mut request in server.incoming_requests() {
        match reply {
            Reply::AtOnce => {
                inbox.keep(&mut request);
                respond(request);
            }
            Reply::After(delay) => {
                let inbox = Arc::clone(inbox);
                std::thread::spawn(move || {
                    inbox.keep(&mut request);
                    std::thread::sleep(delay);
                    respond(request);
                });
            }
            Reply::Never => {
                inbox.keep(&mut request);
                unanswered.push(request);
            }
        }
    }
}

fn respond(request: Request) {
    let json = Header::from_bytes("Content-Type", "application/json").expect("a valid header");
    // A client that hangs up early has still delivered.
    let _ = request.respond(Response::from_string("{}").with_header(json));
}

/// Python writes bytes that are not text as lone surrogates, which JSON here has none of.
fn parse(text: &str) -> Value {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(r"\udc") {
        whole.push_str(before);
        whole.push_str(r"\ufffd");
        rest = after.get(2..).unwrap_or_default();
    }
    whole.push_str(rest);
    serde_json::from_str(&whole).unwrap_or(Value::Null)
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
