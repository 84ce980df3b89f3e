//! A server on loopback that keeps each body by the path it is posted to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use serde_json::Value;
use tiny_http::{Header, Response, Server};

type Bodies = HashMap<String, Vec<Value>>;

/// The server; stops when dropped.
pub struct Sink {
    server: Arc<Server>,
    bodies: Arc<Mutex<Bodies>>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts one on a free port.
    pub fn start() -> Result<Self, String> {
        let server = Server::http("127.0.0.1:0").map_err(|error| format!("no port on loopback: {error}"))?;
        let server = Arc::new(server);
        let bodies = Arc::new(Mutex::new(Bodies::new()));
        let thread = std::thread::spawn({
            let (server, bodies) = (Arc::clone(&server), Arc::clone(&bodies));
            move || {
                for mut request in server.incoming_requests() {
                    let mut text = String::new();
                    // What is no text is kept as an empty body, which equals nothing.
                    let _ = request.as_reader().read_to_string(&mut text);
                    let mut bodies = bodies.lock().unwrap_or_else(PoisonError::into_inner);
                    bodies.entry(request.url().to_owned()).or_default().push(parse(&text));
                    drop(bodies);
                    let response = Response::from_string("{}");
                    let json = Header::from_bytes("Content-Type", "application/json").ok();
                    // Whoever hangs up early has still delivered.
                    let _ = match json {
                        Some(json) => request.respond(response.with_header(json)),
                        None => request.respond(response),
                    };
                }
            }
        });
        Ok(Self { server, bodies, thread: Some(thread) })
    }

    /// The address of `path`, which starts with `/`.
    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.server_addr())
    }

    /// What was posted to `path` so far.
    pub fn bodies(&self, path: &str) -> Vec<Value> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned().unwrap_or_default()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Python writes bytes that are no text as lone surrogates, which JSON here has none of.
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
