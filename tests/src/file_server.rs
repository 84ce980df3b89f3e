//! A server of static files on loopback, as an index of plugins needs no other, and one that
//! misbehaves when it is told to.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// What is answered in the place of a file.
#[derive(Debug, Clone)]
pub enum Reply {
    /// This status, without a body.
    Status(u16),
    /// That it is elsewhere.
    Redirect(String),
    /// Other bytes.
    Bytes(Vec<u8>),
    /// The file's length, and half of it.
    Half,
    /// Bytes without an end, and no length.
    Flood,
}

/// Serves a folder until it is dropped.
#[derive(Debug)]
pub struct FileServer {
    address: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl FileServer {
    /// Serves `folder` on a free port of 127.0.0.1.
    #[must_use]
    pub fn start(folder: PathBuf) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on loopback");
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            folder,
            replies: Mutex::default(),
            asked: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let thread = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().flatten() {
                    if shared.is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let shared = Arc::clone(&shared);
                    // One that goes away in the midst of an answer has a reason.
                    thread::spawn(move || drop(serve(stream, &shared)));
                }
            }
        });
        Self { address, shared, thread: Some(thread) }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers so when it is asked for `path`, which starts with `/`.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.shared.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// Answers with files again.
    pub fn behave(&self) {
        self.shared.replies.lock().unwrap().clear();
    }

    /// What it was asked for since this was last called.
    #[must_use]
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.asked.lock().unwrap())
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(&self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    shared.asked.lock().unwrap().push(path.clone());
    let file = fs::read(shared.folder.join(path.trim_start_matches('/')));
    let reply = shared.replies.lock().unwrap().get(&path).cloned();
    match (reply, file) {
        (Some(Reply::Status(status)), _) => head_of(&mut stream, status, "Content-Length: 0\r\n"),
        (Some(Reply::Redirect(to)), _) => {
            head_of(&mut stream, 302, &format!("Location: {to}\r\nContent-Length: 0\r\n"))
        }
        (Some(Reply::Bytes(bytes)), _) | (None, Ok(bytes)) => {
            head_of(&mut stream, 200, &format!("Content-Length: {}\r\n", bytes.len()))?;
            stream.write_all(&bytes)
        }
        (Some(Reply::Half), Ok(bytes)) => {
            head_of(&mut stream, 200, &format!("Content-Length: {}\r\n", bytes.len()))?;
            stream.write_all(&bytes[..bytes.len() / 2])
        }
        (Some(Reply::Flood), _) => {
            head_of(&mut stream, 200, "")?;
            loop {
                stream.write_all(&[b' '; 1 << 12])?;
            }
        }
        (_, Err(_)) => head_of(&mut stream, 404, "Content-Length: 0\r\n"),
    }
}

fn head_of(stream: &mut TcpStream, status: u16, lines: &str) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} So\r\n{lines}Connection: close\r\n\r\n")
}
