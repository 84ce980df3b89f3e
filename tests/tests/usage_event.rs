//! Usage events that other plugins raise: what the original's `send_telemetry_event` promises,
//! through a real plugin, host and collector.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Output,
};

use serde_json::{Value, json};
use tests::{Collector, Sandbox, artifacts, copy_dir, run};

/// `test_sends_event_with_merged_properties`.
#[test]
fn an_event_is_sent_with_its_properties_and_those_of_every_event() {
    let (sandbox, collector) = connected();
    let args =
        ["raise", "kedro_skills_install", "--project", "skill_id", "catalog-config", "success", "true", "count", "3"];
    let more = ["share", "0.5", "target_ides", "claude,cursor", "mixed", "1,true,it's,none", "nothing", "none"];
    let body = raised(&sandbox, &collector, &[&args[..], &more].concat());

    assert_eq!(body["event"], "kedro_skills_install");
    assert_eq!(body["identity"], body["properties"]["username"]);
    let own: Vec<_> = body["properties"].as_object().unwrap().iter().take(7).collect();
    let expected = json!({
        "skill_id": "catalog-config",
        "success": true,
        "count": 3,
        "share": 0.5,
        // What is no single value is what Python's `str` makes of it.
        "target_ides": "['claude', 'cursor']",
        "mixed": "[1, True, \"it's\", None]",
        "nothing": "None",
    });
    assert_eq!(own, expected.as_object().unwrap().iter().collect::<Vec<_>>());

    // The others are those of any event about this project.
    let command = sent(&sandbox, &collector, &["catalog", "list"]);
    for name in ["username", "project_id", "project_version", "telemetry_version", "rust_version", "os", "is_ci_env"] {
        assert_eq!(body["properties"][name], command["properties"][name], "{name}");
        assert!(body["properties"].as_object().unwrap().contains_key(name), "{name}");
    }
    assert_eq!(body["properties"]["tools"], "Linting, Data Structure");
    assert!(body["properties"]["command"].is_null());
}

#[test]
fn an_event_about_no_project_says_nothing_of_the_project_here() {
    let (sandbox, collector) = connected();
    let body = raised(&sandbox, &collector, &["raise", "skill"]);
    assert_eq!(body["properties"]["project_id"], Value::Null);
    assert!(body["properties"]["tools"].is_null());
}

/// `test_no_event_when_consent_denied` and `test_no_event_when_do_not_track_set`: every refusal,
/// also those that the original does not know.
#[test]
fn no_event_is_recorded_under_a_refusal_and_nothing_is_changed() {
    for refusal in ["DO_NOT_TRACK=1", "DO_NOT_TRACK=", "KEDRO_DISABLE_TELEMETRY=1", "GITHUB_REPOSITORY_OWNER=kedro-org"]
    {
        let (sandbox, collector) = connected();
        let (name, value) = refusal.split_once('=').unwrap();
        let before = sandbox.files();
        let output = run(sandbox.host_demo(&["raise", "kedro_skills_update", "skills_updated", "1"]).env(name, value));
        assert_eq!(stdout(&output), "not recorded\n", "{refusal}");
        assert!(sandbox.files() == before, "{refusal}");
        assert!(collector.bodies().is_empty());
    }
    for (file, content) in [
        ("project/.telemetry", "consent: false\n"),
        ("config/kedro-telemetry/host-demo/consent.toml", "consent = false\n"),
    ] {
        // Also for an event that is about no project, while a command works on one that refuses.
        for args in [&["raise", "e", "--project"][..], &["raise", "e"]] {
            let (sandbox, collector) = connected();
            fs::create_dir_all(sandbox.path(file).parent().unwrap()).unwrap();
            fs::write(sandbox.path(file), content).unwrap();
            let before = sandbox.files();
            assert_eq!(stdout(&run(&mut sandbox.host_demo(args))), "not recorded\n", "{file} {args:?}");
            assert!(sandbox.files() == before, "{file} {args:?}");
            assert!(collector.bodies().is_empty());
        }
    }
}

/// Whether it is raised before the command, or by it.
#[test]
fn no_event_is_recorded_in_a_command_whose_words_refuse() {
    for args in [&["raise", "e", "--telemetry", "no"][..], &["info", "--telemetry=no"]] {
        let (sandbox, collector) = connected();
        let before = sandbox.files();
        let output = run(&mut sandbox.host_demo(args));
        assert!(["not recorded\n", ""].contains(&stdout(&output).as_str()), "{args:?}: {}", stdout(&output));
        assert!(sandbox.files() == before, "{args:?}");
        assert!(collector.bodies().is_empty());
    }
}

#[test]
fn a_refusal_of_the_project_that_the_event_is_about_counts() {
    let (sandbox, collector) = connected();
    copy_dir(&sandbox.project(), &sandbox.path("other"));
    fs::write(sandbox.path("other/.telemetry"), "consent: false\n").unwrap();
    let before = sandbox.files();
    let other = sandbox.path("other");
    // By its absolute path, and by one that only this process understands.
    for dir in [other.to_str().unwrap(), "../other"] {
        assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", "e", "--at", dir]))), "not recorded\n");
    }
    let pyproject = sandbox.path("other/pyproject.toml");
    assert_eq!(fs::read(&pyproject).unwrap(), before.iter().find(|(path, _)| *path == pyproject).unwrap().1);
    sandbox.settle();
    assert!(collector.bodies().iter().all(|body| body["event"] != "e"), "{:#?}", collector.bodies());
}

#[test]
fn a_refusal_deletes_events_that_wait() {
    let sandbox = with_plugins();
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", "first"]))), "recorded\n");
    assert!(waiting(&sandbox).contains(&"first".to_owned()));
    let refused = run(sandbox.host_demo(&["raise", "second"]).env("DO_NOT_TRACK", "1"));
    assert_eq!(stdout(&refused), "not recorded\n");
    assert_eq!(waiting(&sandbox), Vec::<String>::new());

    // And one that is withdrawn before the sender comes, for an event that is about no project but
    // was raised in one.
    let collector = Collector::start();
    sandbox.set_endpoint(&collector.endpoint());
    sandbox.without_sender(|| {
        assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", "third"]))), "recorded\n");
    });
    fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap();
    let mut elsewhere = sandbox.host_demo(&["telemetry", "flush"]);
    elsewhere.current_dir(sandbox.path("home"));
    assert!(stdout(&run(&mut elsewhere)).contains("deleted for lack of consent"));
    assert!(collector.bodies().is_empty(), "{:#?}", collector.bodies());
}

/// `test_missing_identity_placeholder`.
#[test]
fn without_an_identity_the_event_says_so() {
    let (sandbox, collector) = connected();
    fs::write(sandbox.path("config/kedro-telemetry/host-demo/identity.toml"), "no identity in here").unwrap();
    let body = raised(&sandbox, &collector, &["raise", "kedro_skills_uninstall", "skill_id", "x"]);
    assert_eq!(body["identity"], "missing_user_identity");
    assert_eq!(body["properties"]["username"], "");
}

/// `test_returns_false_when_heap_rejects`. The answer is whether the event was recorded; what the
/// endpoint makes of it is known later, and is in the log.
#[test]
fn an_event_that_the_endpoint_rejects_is_dropped_and_logged() {
    let sandbox = with_plugins();
    let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
    sandbox.set_endpoint(&format!("http://{}/api/track", endpoint.local_addr().unwrap()));
    let rejecting = std::thread::spawn(move || {
        let (mut stream, _) = endpoint.accept().unwrap();
        let mut length = 0;
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.take(length).read_to_end(&mut Vec::new()).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    });
    let output = sandbox.run_with_sender(&["raise", "kedro_skills_install", "skill_id", "x"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "recorded\n".to_owned()));
    rejecting.join().unwrap();
    sandbox.settle();
    let entry = log(&sandbox).into_iter().find(|entry| entry["event"]["event"] == "kedro_skills_install").unwrap();
    assert_eq!(entry["outcome"], "dropped");
}

/// `test_base_properties_cannot_be_overridden`.
#[test]
fn the_properties_of_every_event_cannot_be_overridden() {
    let (sandbox, collector) = connected();
    let names = [
        "username",
        "project_id",
        "project_version",
        "telemetry_version",
        "rust_version",
        "os",
        "is_ci_env",
        "tools",
        "example_pipeline",
    ];
    let spoofed = names.iter().flat_map(|name| [*name, "spoofed"]);
    let args: Vec<&str> = ["raise", "some_event", "--project"].into_iter().chain(spoofed).collect();
    let body = raised(&sandbox, &collector, &args);
    assert!(!body.to_string().contains("spoofed"), "{body}");
    assert_eq!(body["properties"].as_object().unwrap().len(), names.len());
}

/// `test_never_raises`.
#[test]
fn an_event_that_cannot_be_recorded_fails_nothing() {
    let sandbox = with_plugins();
    // The queue cannot be made where a file is.
    fs::create_dir_all(sandbox.path("state/kedro-telemetry")).unwrap();
    fs::write(sandbox.path("state/kedro-telemetry/host-demo"), "").unwrap();
    let output = run(&mut sandbox.host_demo(&["raise", "kedro_skills_install"]));
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "not recorded\n".to_owned()));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn an_event_without_a_name_is_not_recorded() {
    let sandbox = with_plugins();
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", ""]))), "not recorded\n");
    assert!(!waiting(&sandbox).contains(&String::new()));
}

#[test]
fn names_and_values_are_cut_where_heap_takes_no_more() {
    let (sandbox, collector) = connected();
    let long = "ä".repeat(1500);
    let body = raised(&sandbox, &collector, &["raise", &long, &long, &long, "list", &format!("{long},x")]);
    let cut = "ä".repeat(1024);
    assert_eq!(body["event"], cut);
    assert_eq!(body["properties"][&cut], cut);
    assert_eq!(body["properties"]["list"].as_str().unwrap().chars().count(), 1024);
    assert!(body["identity"].as_str().unwrap().len() <= 255);
}

/// A command line of Windows has no room for it.
#[cfg(unix)]
#[test]
fn an_event_larger_than_the_queue_takes_is_not_recorded() {
    let sandbox = with_plugins();
    let value = "x".repeat(1000);
    let names: Vec<String> = (0..80).map(|number| format!("property_{number}")).collect();
    let properties = names.iter().flat_map(|name| [name.as_str(), value.as_str()]);
    let args: Vec<&str> = ["raise", "large"].into_iter().chain(properties).collect();
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&args))), "not recorded\n");
}

#[test]
fn without_a_telemetry_plugin_an_event_goes_nowhere() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("raising"));
    let before = sandbox.files();
    let output = run(&mut sandbox.host_demo(&["raise", "kedro_skills_install"]));
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "not recorded\n".to_owned()));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(sandbox.files() == before);
}

/// Where the project cannot be read, its refusal could be missed.
#[test]
fn in_a_project_that_cannot_be_read_no_event_is_recorded() {
    let sandbox = with_plugins();
    fs::write(sandbox.project().join("pyproject.toml"), "[tool.kedro]\npackage_name = \n").unwrap();
    let before = sandbox.files();
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", "e"]))), "not recorded\n");
    assert!(sandbox.files() == before);
}

#[test]
fn an_event_may_be_raised_within_a_hook_and_the_command_is_recorded_too() {
    let sandbox = with_plugins();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    assert_eq!(waiting(&sandbox), ["CLI command", "info_asked_for"]);
}

#[test]
fn the_log_shows_events_of_others_as_they_are_sent() {
    let sandbox = with_plugins();
    assert_eq!(stdout(&run(&mut sandbox.host_demo(&["raise", "two\nlines", "what", "ever"]))), "recorded\n");
    let text = stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"])));
    assert!(text.lines().any(|line| line.ends_with("queued   two\\nlines")), "{text}");
    let entry = log(&sandbox).into_iter().find(|entry| entry["event"]["event"] == "two\nlines").unwrap();
    assert_eq!(entry["event"]["properties"]["what"], "ever");
}

fn with_plugins() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox.install(&artifacts().fixture("raising"));
    sandbox.set_told_without_terminal();
    sandbox
}

fn connected() -> (Sandbox, Collector) {
    let (sandbox, collector) = (with_plugins(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    (sandbox, collector)
}

/// Raises an event that is recorded, and gives it as it arrives.
fn raised(sandbox: &Sandbox, collector: &Collector, args: &[&str]) -> Value {
    let output = sandbox.run_with_sender(args);
    assert_eq!(stdout(&output), "recorded\n", "{}", String::from_utf8_lossy(&output.stderr));
    arrived(sandbox, collector).into_iter().find(|event| event["event"] != "CLI command").unwrap()
}

/// Runs a command and gives the last event that arrives.
fn sent(sandbox: &Sandbox, collector: &Collector, args: &[&str]) -> Value {
    assert!(sandbox.run_with_sender(args).status.success());
    arrived(sandbox, collector).pop().unwrap()
}

/// Every event that has arrived once there is no sender and nothing waits.
fn arrived(sandbox: &Sandbox, collector: &Collector) -> Vec<Value> {
    sandbox.settle();
    let _ = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    let bodies = collector.bodies();
    let single = |body: &Value| vec![body.clone()];
    bodies.iter().flat_map(|body| body["events"].as_array().cloned().unwrap_or_else(|| single(body))).collect()
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    let output = run(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The names of the events that wait, oldest first.
fn waiting(sandbox: &Sandbox) -> Vec<String> {
    let waiting = log(sandbox).into_iter().filter(|entry| entry["outcome"] == "queued");
    waiting.map(|entry| entry["event"]["event"].as_str().unwrap().to_owned()).collect()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
