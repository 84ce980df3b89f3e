//! A real HTTP server on loopback that keeps what it is sent.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use tiny_http::{Header, Response, Server};

/// Longest that a test waits for something that is to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keeps every JSON body that is posted to it.
pub struct Collector {
    server: Arc<Server>,
    inbox: Arc<Inbox>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Inbox {
    bodies: Mutex<Vec<Value>>,
    changed: Condvar,
}

impl Collector {
    /// Starts one on a free port of the loopback interface.
    #[must_use]
    pub fn start() -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port on loopback"));
        let inbox = Arc::new(Inbox::default());
        let thread = std::thread::spawn({
            let (server, inbox) = (Arc::clone(&server), Arc::clone(&inbox));
            move || {
                for mut request in server.incoming_requests() {
                    let body = serde_json::from_reader(request.as_reader()).unwrap_or(Value::Null);
                    inbox.bodies.lock().unwrap().push(body);
                    inbox.changed.notify_all();
                    let json = Header::from_bytes("Content-Type", "application/json").expect("a valid header");
                    // A client that hangs up early has still delivered.
                    let _ = request.respond(Response::from_string("{}").with_header(json));
                }
            }
        });
        Self { server, inbox, thread: Some(thread) }
    }

    /// Where to send.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}/api/track", self.server.server_addr())
    }

    /// The bodies so far.
    #[must_use]
    pub fn bodies(&self) -> Vec<Value> {
        self.inbox.bodies.lock().unwrap().clone()
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
        bodies.clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
