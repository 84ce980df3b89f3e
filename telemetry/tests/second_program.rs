//! A program with telemetry of its own, through the public face alone: its names, its files, its
//! events.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
    thread,
};

use serde_json::Value;

/// The example `jot`, built once.
static NOTES: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "usage-telemetry", "--example", "jot", "--message-format", "json"]);
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{built:?}");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let executable = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.unwrap()
});

/// A user's home.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn jot(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = Command::new(&*NOTES);
        command.args(args).env_clear().env("HOME", self.0.path()).envs(env.iter().copied());
        command.output().unwrap()
    }

    /// Every file with its path and text.
    fn files(&self) -> Vec<(PathBuf, String)> {
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
        add(self.0.path(), &mut files);
        files
    }
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Takes one request, and gives its head and body.
fn collector() -> (String, thread::JoinHandle<(String, String)>) {
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

#[test]
fn a_program_has_events_variables_and_files_of_its_own_and_nothing_of_another() {
    let home = Home::new();
    let (url, taken) = collector();
    let endpoint = [("JOT_TELEMETRY_ENDPOINT", url.as_str()), ("JOT_TELEMETRY_APP_ID", "77")];
    let first = home.jot(&["add", "buy", "tea"], &endpoint);
    assert_eq!(out(&first), "noted\n");
    let notice = String::from_utf8(first.stderr).unwrap();
    assert!(notice.starts_with("jot records anonymous usage events; `jot telemetry status` shows"), "{notice}");
    // There is time to refuse: what came with the notice leaves with the next command.
    assert_eq!(out(&home.jot(&["telemetry", "flush"], &endpoint)), "1 sent\n");

    let (head, body) = taken.join().unwrap();
    assert!(head.contains(&format!("user-agent: jot-telemetry/{}\r\n", env!("CARGO_PKG_VERSION"))), "{head}");
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&event["app_id"], &event["event"]), (&"77".into(), &"note_added".into()));
    let keys: Vec<_> = event["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "os", "is_ci", "number_of_words"]);
    assert_eq!(event["properties"]["number_of_words"], 2);

    let log = out(&home.jot(&["telemetry", "log"], &[]));
    assert!(log.ends_with("sent     note_added\n"), "{log}");

    let again = home.jot(&["add", "x"], &[]);
    assert_eq!(String::from_utf8(again.stderr).unwrap(), "", "the notice comes once");

    let mut seen = format!("{notice}{head}{body}{log}");
    for args in [&["telemetry", "status"][..], &["telemetry", "schema"], &["telemetry", "purge"]] {
        seen += &out(&home.jot(args, &endpoint));
    }
    let below = |path: &Path| {
        path.starts_with(home.0.path().join(".config/jot-telemetry"))
            || path.starts_with(home.0.path().join(".local/state/jot-telemetry"))
    };
    for (path, text) in home.files() {
        assert!(below(&path), "{}", path.display());
        seen += path.strip_prefix(home.0.path()).unwrap().to_str().unwrap();
        seen += &text;
    }
    assert!(!seen.to_lowercase().contains("kedro"), "{seen}");
}

#[test]
fn a_refusal_records_nothing_and_deletes_queued_events() {
    let home = Home::new();
    home.jot(&["add"], &[]);
    assert!(out(&home.jot(&["telemetry", "status"], &[])).contains("queued     1 "));
    let off = out(&home.jot(&["telemetry", "off"], &[]));
    assert!(off.starts_with("telemetry is off for this user"), "{off}");
    assert!(out(&home.jot(&["telemetry", "status"], &[])).contains("queued     0 "));

    for variable in ["JOT_NO_TELEMETRY", "DO_NOT_TRACK"] {
        let home = Home::new();
        home.jot(&["add"], &[(variable, "")]);
        assert_eq!(home.files(), [], "{variable}");
        let status = out(&home.jot(&["telemetry", "status"], &[(variable, "")]));
        assert!(
            status.starts_with(&format!("telemetry  off: the environment variable {variable} is set\n")),
            "{status}"
        );
    }
}

#[test]
fn where_projects_have_no_say_no_command_speaks_of_them() {
    let home = Home::new();
    let project = home.jot(&["telemetry", "on", "--project"], &[]);
    assert_eq!(project.status.code(), Some(2));
    let error = String::from_utf8(project.stderr).unwrap();
    assert_eq!(error, "error: invalid option '--project'; usage: telemetry on [--user | --all]\n");
    assert_eq!(home.jot(&["telemetry", "preview"], &[]).status.code(), Some(1));
    assert_eq!(home.files(), []);
}
