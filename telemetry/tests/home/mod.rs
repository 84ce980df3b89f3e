//! A user's home, in which an example of this crate is run, and where its events go.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
    thread,
};

use serde_json::Value;

/// The examples that were asked for, each built once.
static BUILT: Mutex<Option<HashMap<&'static str, PathBuf>>> = Mutex::new(None);

fn example(name: &'static str) -> PathBuf {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.get_or_insert_default().entry(name).or_insert_with(|| build(name)).clone()
}

fn build(name: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "usage-telemetry", "--features", "clap,derive"]);
    cargo.args(["--example", name, "--message-format", "json"]);
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{built:?}");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let executable = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.unwrap()
}

/// A user's home.
pub struct Home {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Home {
    /// An empty one, of a user of this example.
    pub fn new(example_name: &'static str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), program: example(example_name) }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the example.
    pub fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(args).env_clear().env("HOME", self.path()).envs(env.iter().copied()).current_dir(self.path());
        command.output().unwrap()
    }

    /// Every file with its path and text.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        fn add(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    add(&path, files);
                } else {
                    let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
                    files.push((path, text));
                }
            }
        }
        let mut files = Vec::new();
        add(self.path(), &mut files);
        files
    }

    /// The lines of `telemetry log`.
    pub fn log(&self) -> Vec<Value> {
        let log = out(&self.run(&["telemetry", "log", "--format", "json"], &[]));
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The events that are queued, in order.
    pub fn queued(&self) -> Vec<Value> {
        let queued = self.log().into_iter().filter(|line| line["outcome"] == "queued");
        queued.map(|line| line["event"].clone()).collect()
    }
}

/// What a command printed that has succeeded.
pub fn out(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Takes one request, and gives its head and body.
pub fn collector() -> (String, thread::JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/track", listener.local_addr().unwrap());
    let taken = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
        }
        let length = head.to_lowercase().lines().find_map(|line| {
            let length = line.strip_prefix("content-length: ")?;
            length.trim().parse().ok()
        });
        let mut body = vec![0; length.unwrap()];
        reader.read_exact(&mut body).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        (head, String::from_utf8(body).unwrap())
    });
    (url, taken)
}
