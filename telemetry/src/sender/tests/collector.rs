//! An HTTP collector on loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use serde_json::Value;

/// What the collector does with a request.
#[derive(Clone)]
pub enum Reply {
    Status(u16, &'static str),
    /// With this body.
    Says(u16, String),
    Redirect(u16, String),
    /// Closes the connection without an answer.
    Hangup,
    /// Holds the connection open without an answer until the collector goes.
    Silence,
    /// These bytes, whatever they are; and then nothing, with the connection closed.
    Raw(Vec<u8>),
    /// Says 200 and then one byte after the other, for as long as somebody reads.
    Trickle,
    /// Says 200 and then sends a body without end.
    Endless,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Received {
    /// The path and the headers, a line each, their names in small letters.
    pub head: Vec<String>,
    /// As it was before it was compressed.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

pub struct Collector {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Received>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    /// Answers the `n`th request with `reply(n)`.
    pub fn start(reply: impl Fn(usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (seen, stopped) = (Arc::clone(&requests), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                held.extend(answer(stream.unwrap(), &seen, &reply));
            }
        });
        Self { address, requests, stop, thread: Some(thread) }
    }

    pub fn ok() -> Self {
        Self::start(|_| Reply::Status(200, ""))
    }

    pub fn url(&self) -> String {
        self.url_of("/api/track")
    }

    /// The address of this path.
    pub fn url_of(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests received so far.
    pub fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap().clone()
    }

    /// The bodies received so far, as JSON.
    pub fn bodies(&self) -> Vec<Value> {
        self.requests().iter().map(Received::json).collect()
    }

    /// The idempotency keys received so far, in order, of single and bulk requests.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for body in &self.bodies() {
            let single = std::slice::from_ref(body);
            let events = body["events"].as_array().map_or(single, Vec::as_slice);
            keys.extend(events.iter().map(|event| event["idempotency_key"].as_str().unwrap().to_owned()));
        }
        keys
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A stream to hold open, if that is the reply.
fn answer(
    mut stream: TcpStream,
    requests: &Mutex<Vec<Received>>,
    reply: &impl Fn(usize) -> Reply,
) -> Option<TcpStream> {
    let received = received(&stream)?;
    let index = {
        let mut requests = requests.lock().unwrap();
        requests.push(received);
        requests.len() - 1
    };
    let head = match reply(index) {
        Reply::Status(status, headers) => {
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Says(status, body) => {
            format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        }
        Reply::Redirect(status, to) => {
            format!("HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Hangup => return None,
        Reply::Silence => return Some(stream),
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.shutdown(Shutdown::Write);
            return None;
        }
        Reply::Trickle => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            return None;
        }
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            return None;
        }
    };
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    None
}

fn received(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let line = line
            .split_once(": ")
            .map_or(line.to_owned(), |(name, value)| format!("{}: {value}", name.to_ascii_lowercase()));
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if head.iter().any(|line| line == "content-encoding: gzip") {
        let mut whole = Vec::new();
        flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut whole).ok()?;
        body = whole;
    }
    Some(Received { head, body })
}
