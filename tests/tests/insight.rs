//! What a user sees of telemetry, and how it goes away: status, log, progress, notice, purge.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Child, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{
    Answer, Collector, Sandbox, artifacts,
    faults::{pass_minute, record},
    run,
    terminal::{self, Stream},
};
use wait_timeout::ChildExt;

/// Nothing listens on this port of the loopback interface.
const REFUSING: &str = "http://127.0.0.1:1/api/track";
/// Longest that a test waits for what is to come.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn status_tells_what_waits_what_became_of_the_last_and_when_the_next_attempt_is() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    let status = |sandbox: &Sandbox| stdout(&run(&mut sandbox.host_demo(&["telemetry", "status"])));
    let told = status(&sandbox);
    assert_eq!(line(&told, "endpoint"), "none: events stay on this machine");
    assert_eq!(line(&told, "identity"), "none yet");
    assert!(line(&told, "queued").starts_with("0 (in "), "{told}");
    assert!(!told.contains("\nlast") && !told.contains("\nnext"), "{told}");

    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    sandbox.set_endpoint(&collector.endpoint());
    let told = status(&sandbox);
    assert!(line(&told, "queued").ends_with("; 1 recorded to stay on this machine"), "{told}");
    assert!(!told.contains("\nnext"), "{told}");
    sandbox.without_sender(|| assert!(run(&mut sandbox.host_demo(&["info"])).status.success()));
    let told = status(&sandbox);
    assert_eq!(line(&told, "endpoint"), format!("{} (from the host's setting `endpoint`)", collector.endpoint()));
    assert!(line(&told, "queued").starts_with("2 (in "), "{told}");
    assert_eq!(line(&told, "next"), "with the next command, or now with `telemetry flush`");

    assert!(sandbox.run_with_sender(&["info"]).status.success());
    let told = status(&sandbox);
    assert!(line(&told, "last").starts_with("2 sent "), "{told}");
    assert!(!told.contains("\nnext"), "{told}");

    sandbox.set_endpoint(REFUSING);
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    let told = status(&sandbox);
    assert!(line(&told, "last").starts_with("1 kept "), "{told}");
    assert!(line(&told, "last").contains(": cannot connect"), "{told}");

    let blocking = run(sandbox.host_demo(&["telemetry", "status"]).env("KEDRO_TELEMETRY_DELIVERY", "blocking"));
    let expected = "blocking, for 2s at most (from the environment variable KEDRO_TELEMETRY_DELIVERY)";
    assert_eq!(line(&stdout(&blocking), "delivery"), expected);
}

#[test]
fn status_shows_the_wait_that_the_endpoint_has_asked_for() {
    let sandbox = with_telemetry();
    let collector = Collector::answering(Answer::Status(503, "Retry-After: 7800\r\n".into()));
    sandbox.set_endpoint(&collector.endpoint());
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    let told = stdout(&run(&mut sandbox.host_demo(&["telemetry", "status"])));
    assert_eq!(line(&told, "next"), "in 2 hours, or now with `telemetry flush`");
}

#[test]
fn the_log_can_be_followed_from_recording_to_delivery() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    let mut follower = Follower::start(&sandbox);
    sandbox.without_sender(|| assert!(run(&mut sandbox.host_demo(&["info"])).status.success()));
    let queued = follower.next();
    assert_eq!((queued["outcome"].as_str(), queued["event"]["event"].as_str()), (Some("queued"), Some("CLI command")));

    assert!(run(&mut sandbox.host_demo(&["telemetry", "flush"])).status.success());
    let sent = follower.next();
    assert_eq!((sent["outcome"].as_str(), &sent["event"]), (Some("sent"), &queued["event"]));

    // Also when a log is set aside.
    let state = sandbox.path("state/kedro-telemetry/host-demo");
    fs::rename(state.join("log.ndjson"), state.join("log.1.ndjson")).unwrap();
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    let outcome = |line: Value| line["outcome"].as_str().unwrap().to_owned();
    let mut last = outcome(follower.next());
    if last == "queued" {
        last = outcome(follower.next());
    }
    assert_eq!(last, "sent");
}

#[test]
fn numbers_and_depths_that_nobody_writes_break_neither_log_nor_status() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    let state = sandbox.path("state/kedro-telemetry/host-demo");
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let of_project = fs::read_dir(state.join("queue/new")).unwrap().next().unwrap().unwrap().path();
    let project = of_project.file_name().unwrap().to_str().unwrap();
    for (index, value) in ["1e999", &deep].into_iter().enumerate() {
        let record = format!("{{\"form\":1,\"project\":null,\"event\":{{\"event\":\"x\",\"n\":{value}}}}}");
        let key = format!("28df3ee193734d9db5348fb9908981d{index}");
        let name = format!("{:020}-{key}-{}-{project}-local", 1_700_000_000_000_000_u64, record.len());
        fs::write(of_project.join(name), record).unwrap();
    }
    let line = |count: &str, event: &str| {
        format!("{{\"at\":\"2026-11-25T08:00:00.000000Z\",\"outcome\":\"dropped\",\"count\":{count}{event}}}\n")
    };
    let most = usize::MAX.to_string();
    let lines = [line("1", ",\"event\":{\"n\":1e999}"), line(&most, ""), line(&most, "")].concat();
    fs::write(state.join("log.ndjson"), lines).unwrap();

    let log = run(&mut sandbox.host_demo(&["telemetry", "log"]));
    assert_eq!(log.stderr, b"");
    let queued = stdout(&log).lines().filter(|line| line.contains("queued")).count();
    assert_eq!(queued, 3, "{}", stdout(&log));
    let status = run(&mut sandbox.host_demo(&["telemetry", "status"]));
    assert_eq!(status.stderr, b"");
    assert!(stdout(&status).contains(&format!("{most} dropped")), "{}", stdout(&status));
}

#[test]
fn following_the_log_ends_when_nobody_reads_it() {
    let sandbox = with_telemetry();
    let mut command = sandbox.host_demo(&["telemetry", "log", "--follow"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let status = child.wait_timeout(PATIENCE).unwrap();
    if status.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn output_is_coloured_on_a_terminal_and_nowhere_else() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    for args in [["telemetry", "status"], ["telemetry", "log"]] {
        let plain = run(&mut sandbox.host_demo(&args));
        assert!(!stdout(&plain).contains('\x1b'), "{args:?}");
        assert!(on_terminal(&sandbox, &args, Stream::Out, &[]).contains("\x1b["), "{args:?}");
        let unwanted = on_terminal(&sandbox, &args, Stream::Out, &[("NO_COLOR", "1")]);
        assert_eq!(unwanted.replace("\r\n", "\n"), stdout(&plain), "{args:?}");
        // JSON is for programs, wherever it is written to.
        let json = on_terminal(&sandbox, &["telemetry", "log", "--format", "json"], Stream::Out, &[]);
        assert!(!json.contains('\x1b'), "{json}");
    }
}

#[test]
fn flush_shows_its_progress_on_a_terminal_and_nowhere_else() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    record(&sandbox, &collector.endpoint(), std::time::SystemTime::now(), 1_500);
    let seen = on_terminal(&sandbox, &["telemetry", "flush"], Stream::Error, &[]);
    assert!(seen.contains("1000 sent, 500 to go"), "{seen:?}");
    assert!(seen.ends_with("\r\x1b[K"), "nothing is left of it: {seen:?}");

    let log = stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"])));
    assert_eq!(log.matches("  queued ").count(), 500);
    let paced = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    let paced = stdout(&paced);
    assert!(
        paced.starts_with("0 sent; the endpoint takes 1,000 events a minute: the rest stays queued, and more go in "),
        "{paced}"
    );

    pass_minute(&sandbox.path("state/kedro-telemetry/host-demo"));
    let plain = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    assert_eq!((stdout(&plain).as_str(), plain.stderr.as_slice()), ("500 sent\n", &[][..]));
}

#[test]
fn purge_deletes_what_waits_the_log_and_the_identity_and_keeps_the_choice() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    sandbox.set_endpoint("");
    for _ in 0..2 {
        assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    }
    let identity = collector.bodies()[0]["identity"].as_str().unwrap().to_owned();
    let pyproject = fs::read(sandbox.project().join("pyproject.toml")).unwrap();

    let purge = run(&mut sandbox.host_demo(&["telemetry", "purge"]));
    let told = stdout(&purge);
    assert!(purge.status.success());
    assert!(told.starts_with("deleted 2 queued events\ndeleted the log\n"), "{told}");
    assert!(told.contains(&identity) && !told.contains("Kedro's"), "{told}");
    assert!(told.ends_with("telemetry is still on; `telemetry off` refuses it\n"), "{told}");
    let left = sandbox.files();
    let below_state =
        left.iter().filter(|(path, content)| path.starts_with(sandbox.path("state")) && !content.is_empty());
    assert_eq!(below_state.count(), 0);
    assert!(!left.iter().any(|(_, content)| String::from_utf8_lossy(content).contains(&identity)));
    assert!(!sandbox.path("config/kedro/telemetry.toml").exists());
    assert_eq!(fs::read(sandbox.project().join("pyproject.toml")).unwrap(), pyproject);
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"]))), "no events yet\n");

    // Again, with nothing left to delete, and under a refusal, which stays.
    assert!(run(&mut sandbox.host_demo(&["telemetry", "off"])).status.success());
    let again = stdout(&run(&mut sandbox.host_demo(&["telemetry", "purge"])));
    assert!(again.starts_with("deleted 0 queued events\n") && again.contains("there was no identity"), "{again}");
    assert!(!again.contains("still on"), "{again}");
    let status = stdout(&run(&mut sandbox.host_demo(&["telemetry", "status"])));
    assert!(status.starts_with("telemetry  off"), "{status}");
}

#[test]
fn purge_leaves_what_else_is_in_kedros_file() {
    let sandbox = with_telemetry();
    let file = sandbox.path("config/kedro/telemetry.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let uuid = "uuid = \"28df3ee193734d9db5348fb9908981db\" # mine\n";
    fs::write(&file, format!("# kept\n[telemetry]\n{uuid}other = 1\n")).unwrap();
    assert!(run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "purge"])).status.success());
    assert_eq!(fs::read_to_string(&file).unwrap(), "# kept\n[telemetry]\nother = 1\n");

    let on_one_line = "telemetry = {uuid = \"28df3ee193734d9db5348fb9908981db\", other = 1}\n";
    fs::write(&file, on_one_line).unwrap();
    let purge = run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "purge"]));
    assert!(!purge.status.success());
    assert!(String::from_utf8(purge.stderr).unwrap().contains("repair or remove it"));
    assert_eq!(fs::read_to_string(&file).unwrap(), on_one_line);
}

#[test]
fn off_says_what_it_has_deleted_and_so_does_the_log() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    let off = stdout(&run(&mut sandbox.host_demo(&["telemetry", "off"])));
    assert!(off.ends_with("deleted 1 queued event\n"), "{off}");
    let log = stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"])));
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("dropped  1 event: refused by `telemetry off`"), "{log}");
}

#[test]
fn of_many_first_commands_at_once_one_gives_notice() {
    let sandbox = with_telemetry();
    let (said, heard) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..12 {
            let said = said.clone();
            let sandbox = &sandbox;
            scope.spawn(move || said.send(run(&mut sandbox.host_demo(&["info"])).stderr).unwrap());
        }
    });
    drop(said);
    let notices: Vec<_> = heard.iter().filter(|stderr| !stderr.is_empty()).collect();
    assert_eq!(notices.len(), 1, "{notices:?}");
}

#[test]
fn who_cannot_be_told_once_is_neither_nagged_nor_recorded() {
    let mut sandbox = with_telemetry();
    fs::set_permissions(sandbox.path("config"), Permissions::from_mode(0o555)).unwrap();
    sandbox.drop_privileges();
    for _ in 0..2 {
        let output = run(&mut sandbox.host_demo(&["info"]));
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]));
    }
    let log = run(&mut sandbox.host_demo(&["telemetry", "log"]));
    assert_eq!(stdout(&log), "no events yet\n");

    // Whoever consents knows.
    fs::write(sandbox.project().join(".telemetry"), "consent: true\n").unwrap();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"]))).lines().count(), 1);
}

/// `telemetry log --follow --format json`, line by line.
struct Follower {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Follower {
    fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.host_demo(&["telemetry", "log", "--follow", "--format", "json"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).unwrap()).unwrap()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `host-demo ARGS` writes to a terminal.
fn on_terminal(sandbox: &Sandbox, args: &[&str], stream: Stream, variables: &[(&str, &str)]) -> String {
    let mut command = sandbox.host_demo(args);
    command.envs(variables.iter().copied());
    terminal::on_terminal(command, stream)
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

/// The value in the line with this label.
fn line<'a>(status: &'a str, label: &str) -> &'a str {
    let line = status.lines().find(|line| line.starts_with(label));
    line.map(|line| line[label.len()..].trim_start()).unwrap_or_default()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
