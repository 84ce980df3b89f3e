//! Where events go besides a collector in the background: into a file, and out before the command
//! ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Output,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use tests::{Collector, Sandbox, Trace, artifacts, run};

#[test]
fn events_go_into_a_file_one_a_line_as_they_would_be_sent() {
    let sandbox = with_telemetry();
    let file = sandbox.path("data/usage.ndjson");
    sandbox.set_endpoint(&format!("file://{}", file.display()));
    for args in [&["info"][..], &["catalog", "list"]] {
        let output = sandbox.run_with_sender(args);
        assert!(output.status.success());
    }
    let events = lines(&file);
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["properties"]["command"], "host-demo info");
    assert_eq!(events[1]["event"], "Kedro Project Statistics");
    let fields: Vec<&String> = events[0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["app_id", "event", "timestamp", "properties", "identity", "idempotency_key"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(outcomes(&sandbox), ["sent", "sent"]);
}

#[test]
fn senders_of_several_users_share_a_file() {
    const USERS: usize = 4;
    const EVENTS: usize = 3;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.ndjson");
    thread::scope(|scope| {
        for _ in 0..USERS {
            scope.spawn(|| {
                let sandbox = with_telemetry();
                sandbox.set_endpoint(&format!("file://{}", file.display()));
                (0..EVENTS).for_each(|_| assert!(sandbox.run_with_sender(&["info"]).status.success()));
            });
        }
    });
    let events = lines(&file);
    let different = |key: &str| events.iter().map(|event| event[key].as_str().unwrap()).collect::<BTreeSet<_>>().len();
    assert_eq!(
        (events.len(), different("idempotency_key"), different("identity")),
        (USERS * EVENTS, USERS * EVENTS, USERS)
    );
}

#[test]
fn a_file_that_cannot_be_written_keeps_the_events_and_says_why() {
    for (place, reason) in [
        ("nowhere/usage.ndjson", "No such file"),
        ("home", "it is not a regular file"),
        ("", "it is not a regular file"),
    ] {
        let sandbox = with_telemetry();
        let path = if place.is_empty() { "/dev/full".into() } else { sandbox.path(place) };
        sandbox.set_endpoint(&format!("file://{}", path.display()));
        let output = sandbox.run_with_sender(&["info"]);
        assert!(output.status.success());
        assert_eq!(outcomes(&sandbox), ["kept", "queued"]);
        let status = text(&run(&mut sandbox.host_demo(&["telemetry", "status"])));
        assert!(status.contains(&format!("the file endpoint cannot be written to: {reason}")), "{status}");
        assert!(!sandbox.path("nowhere").exists());
    }
}

#[test]
fn a_command_that_is_to_wait_for_delivery_has_delivered_when_it_ends_and_started_nothing() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    configure(&sandbox, &collector.endpoint(), "delivery = \"blocking\"\ntimeout = 10\n");
    for (index, args) in [&["info"][..], &["catalog", "list"]].into_iter().enumerate() {
        let output = run(&mut sandbox.host_demo(args));
        let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], args].concat()));
        assert_eq!((output.status, &output.stdout), (without.status, &without.stdout));
        assert_eq!(collector.bodies().len(), index + 1, "it has arrived");
    }
    assert_eq!(outcomes(&sandbox), ["sent", "sent"]);

    let Some(trace) = Trace::of(&sandbox, &sandbox.host_demo(&["catalog", "list"])) else { return };
    assert!(!trace.of_program().iter().any(tests::Call::starts_process));
    assert_eq!(collector.bodies().len(), 3);
}

#[test]
fn a_command_waits_for_an_endpoint_that_never_answers_no_longer_than_it_is_told() {
    let sandbox = with_telemetry();
    // Connections are taken by the system, and nobody reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    configure(&sandbox, &address(&silent), "delivery = \"blocking\"\ntimeout = 0.3\n");
    let output = run(&mut sandbox.host_demo(&["info"]));
    let without = run(&mut sandbox.host_demo(&["--no-plugins", "info"]));
    assert_eq!((output.status, &output.stdout), (without.status, &without.stdout));
    let outcomes = outcomes(&sandbox);
    assert_eq!(outcomes.last().map(String::as_str), Some("queued"));
    assert!(!outcomes.contains(&"sent".to_owned()));
}

#[test]
fn a_command_does_not_wait_for_an_endpoint_that_has_asked_for_patience() {
    let sandbox = with_telemetry();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    configure(&sandbox, &address(&busy), "timeout = 10\n");
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    thread::spawn(move || {
        for stream in busy.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream.unwrap();
            let _ = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).count();
            let _ = stream
                .write_all(b"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    for _ in 0..3 {
        let mut command = sandbox.host_demo(&["info"]);
        assert!(run(command.env("KEDRO_TELEMETRY_DELIVERY", "blocking")).status.success());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    assert_eq!(outcomes(&sandbox), ["kept", "queued", "queued", "queued"]);
}

#[test]
fn a_way_of_delivery_that_there_is_not_is_one_warning_and_loses_nothing() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    configure(&sandbox, &collector.endpoint(), "delivery = \"at once\"\n");
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    let output = sandbox.run_with_sender(&["catalog", "list"]);
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success());
    assert_eq!(warning.lines().count(), 1, "{warning}");
    assert!(warning.contains("delivery") && warning.contains("background and blocking"), "{warning}");
    assert_eq!((outcomes(&sandbox), collector.bodies().len()), (vec!["queued".to_owned()], 0));
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

/// Sends to `endpoint` under more `settings`.
fn configure(sandbox: &Sandbox, endpoint: &str, settings: &str) {
    sandbox.set_endpoint(endpoint);
    let file = sandbox.path("config/host-demo/config.toml");
    let config = fs::read_to_string(&file).unwrap() + settings;
    fs::write(file, config).unwrap();
}

fn address(listener: &TcpListener) -> String {
    format!("http://{}/api/track", listener.local_addr().unwrap())
}

fn lines(file: &Path) -> Vec<Value> {
    fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    let output = run(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]));
    text(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn outcomes(sandbox: &Sandbox) -> Vec<String> {
    log(sandbox).iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
