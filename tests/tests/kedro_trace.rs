//! The tracing plugin in a host that fires the hooks of a pipeline as Kedro does: a real library, a
//! real process, a collector on loopback.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::PathBuf,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tests::{Answer, Collector, Sandbox, artifacts, run};

/// The host with these settings, on a pipeline, or on the words of a plugin's command.
fn host(sandbox: &Sandbox, settings: &Value, script: &Value, words: &[&str]) -> Command {
    let scenario = json!({"library": artifacts().trace(), "settings": settings, "script": script});
    let file = sandbox.path("scenario.json");
    fs::write(&file, scenario.to_string()).unwrap();
    let mut command = sandbox.command(&artifacts().binary("pipeline-host"));
    command.arg(file).args(words).current_dir(sandbox.path("home"));
    command
}

/// A pipeline of two nodes: `training.split` makes of `cars` and a parameter what `fit` makes a
/// model of.
fn two_nodes() -> Value {
    json!({"nodes": [
        {
            "name": "split", "namespace": "training", "tags": ["daily", "fast"],
            "inputs": ["cars", "params:ratio"], "outputs": ["train"],
        },
        {"name": "fit", "inputs": ["train"], "outputs": ["model"]},
    ]})
}

/// The output of a command that is to end with that code.
#[track_caller]
fn printed(sandbox: &Sandbox, command: &Command, code: i32) -> (String, String) {
    let output = sandbox.run_to_the_end(command);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out, err)
}

/// Runs a pipeline and gives what was written of it to a file.
fn written(script: &Value) -> Value {
    let sandbox = Sandbox::new();
    let file = sandbox.path("home/runs.jsonl");
    let ended = printed(&sandbox, &host(&sandbox, &json!({"file": file}), script, &[]), 0);
    assert_eq!(ended, (String::new(), String::new()), "a command shows nothing of it");
    let text = fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).unwrap()
}

fn spans(request: &Value) -> &Vec<Value> {
    request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap()
}

fn span<'a>(request: &'a Value, name: &str) -> &'a Value {
    let mut found = spans(request).iter().filter(|span| span["name"] == name);
    let span = found.next().unwrap_or_else(|| panic!("no span `{name}` in {request:#}"));
    assert!(found.next().is_none(), "one span is named `{name}`");
    span
}

fn attribute<'a>(span: &'a Value, key: &str) -> &'a Value {
    let attributes = span["attributes"].as_array().unwrap();
    attributes.iter().find(|attribute| attribute["key"] == key).map_or(&Value::Null, |attribute| &attribute["value"])
}

fn time(span: &Value, key: &str) -> u128 {
    span[key].as_str().unwrap().parse().unwrap()
}

/// The name of the span that this one is part of.
fn parent<'a>(request: &'a Value, name: &str) -> Option<&'a str> {
    let id = span(request, name).get("parentSpanId")?;
    spans(request).iter().find(|span| span["spanId"] == *id).unwrap()["name"].as_str()
}

#[test]
fn a_run_is_a_tree_of_pipeline_nodes_loads_and_saves() {
    let request = written(&two_nodes());
    for (name, within) in [
        ("pipeline __default__", None),
        ("node training.split", Some("pipeline __default__")),
        ("load cars", Some("node training.split")),
        ("load params:ratio", Some("node training.split")),
        ("save train", Some("node training.split")),
        ("node fit", Some("pipeline __default__")),
        ("load train", Some("node fit")),
        ("save model", Some("node fit")),
    ] {
        assert_eq!(parent(&request, name), within, "{name}");
    }
    assert_eq!(spans(&request).len(), 8);
    let times = |name| {
        let span = span(&request, name);
        (time(span, "startTimeUnixNano"), time(span, "endTimeUnixNano"))
    };
    for span in spans(&request) {
        let name = span["name"].as_str().unwrap();
        let (start, end) = times(name);
        assert!(start <= end, "{name}");
        if let Some(parent) = parent(&request, name) {
            assert!(times(parent).0 <= start && end <= times(parent).1, "{name} is within {parent}");
        }
        assert_eq!((&span["kind"], &span["status"]), (&json!(1), &Value::Null), "{name}");
    }
    assert!(times("node training.split").1 <= times("node fit").0, "one node after the other");
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    assert!(times("pipeline __default__").0 > hour_ago.duration_since(UNIX_EPOCH).unwrap().as_nanos());
}

#[test]
fn ids_are_hexadecimal_and_names_and_tags_are_attributes() {
    let request = written(&two_nodes());
    let is_hex = |id: &Value, length| {
        let id = id.as_str().unwrap();
        id.len() == length
            && id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
            && id.contains(|c| c != '0')
    };
    let traces: BTreeSet<_> = spans(&request).iter().map(|span| span["traceId"].as_str().unwrap()).collect();
    let ids: BTreeSet<_> = spans(&request).iter().map(|span| span["spanId"].as_str().unwrap()).collect();
    assert_eq!((traces.len(), ids.len()), (1, 8));
    assert!(spans(&request).iter().all(|span| is_hex(&span["traceId"], 32) && is_hex(&span["spanId"], 16)));

    let text = |text: &str| json!({"stringValue": text});
    let resource = &request["resourceSpans"][0]["resource"];
    assert_eq!(attribute(resource, "service.name"), &text("kedro"));
    let run = span(&request, "pipeline __default__");
    assert_eq!(attribute(run, "kedro.run.id"), &text("2026-01-02T03.04.05.001Z"));
    assert_eq!(attribute(run, "kedro.pipeline.node_count"), &json!({"intValue": "2"}));
    assert_eq!(attribute(run, "kedro.runner"), &text("SequentialRunner"));
    let node = span(&request, "node training.split");
    assert_eq!(attribute(node, "kedro.node.name"), &text("training.split"));
    assert_eq!(attribute(node, "kedro.node.namespace"), &text("training"));
    assert_eq!(attribute(node, "kedro.node.tags"), &json!({"arrayValue": {"values": [text("daily"), text("fast")]}}));
    assert_eq!(attribute(span(&request, "load cars"), "kedro.dataset.name"), &text("cars"));
    let whole = request.to_string();
    for secret in ["secret", "/home/ada", "4711"] {
        assert!(!whole.contains(secret), "neither paths nor anything of the data: {secret}");
    }
}

#[test]
fn a_node_that_fails_says_what_kind_of_error_it_was() {
    let mut script = two_nodes();
    script["nodes"][1]["fails_with"] = json!("ValueError");
    let request = written(&script);
    for name in ["node fit", "pipeline __default__"] {
        let span = span(&request, name);
        assert_eq!(span["status"], json!({"code": 2}), "{name}");
        assert_eq!(attribute(span, "error.type"), &json!({"stringValue": "ValueError"}), "{name}");
    }
    for name in ["node training.split", "load train"] {
        assert_eq!(span(&request, name)["status"], Value::Null, "{name}");
    }
    assert_eq!(spans(&request).len(), 7, "nothing is saved");
}

#[test]
fn a_dataset_that_cannot_be_loaded_or_saved_is_where_the_run_ended() {
    for (node, dataset, name) in [(0, "params:ratio", "load params:ratio"), (1, "model", "save model")] {
        let mut script = two_nodes();
        script["nodes"][node]["broken_dataset"] = json!(dataset);
        let request = written(&script);
        let within = parent(&request, name).unwrap();
        for name in [name, within, "pipeline __default__"] {
            let span = span(&request, name);
            assert_eq!(span["status"], json!({"code": 2}), "{name}");
            assert_eq!(attribute(span, "error.type"), &json!({"stringValue": "DatasetError"}), "{name}");
        }
        assert_eq!(span(&request, "load cars")["status"], Value::Null);
    }
}

#[test]
fn nodes_in_threads_keep_what_is_theirs() {
    let node = |number: usize| {
        let inputs = [format!("in{number}"), "shared".to_owned()];
        json!({"name": format!("n{number}"), "inputs": inputs, "outputs": [format!("out{number}")]})
    };
    let nodes: Vec<_> = (0..32).map(node).collect();
    let request = written(&json!({"nodes": nodes, "in_threads": true}));
    assert_eq!(spans(&request).len(), 1 + 32 * 4);
    for number in 0..32 {
        for name in [format!("load in{number}"), format!("save out{number}")] {
            assert_eq!(parent(&request, &name), Some(format!("node n{number}").as_str()));
        }
    }
    let shared: Vec<_> = spans(&request).iter().filter(|span| span["name"] == "load shared").collect();
    let nodes: BTreeSet<_> = shared.iter().map(|span| span["parentSpanId"].as_str().unwrap()).collect();
    assert_eq!((shared.len(), nodes.len()), (32, 32));
}

#[test]
fn nothing_is_written_unless_the_settings_say_where() {
    for settings in [json!({}), json!({"file": "false", "endpoint": ""})] {
        let sandbox = Sandbox::new();
        let command = host(&sandbox, &settings, &two_nodes(), &[]);
        let before = sandbox.files();
        assert_eq!(printed(&sandbox, &command, 0), (String::new(), String::new()));
        assert!(sandbox.files() == before);
        let (out, _) = printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &["trace", "status"]), 0);
        assert!(out.starts_with("Writes nothing: set `file` or `endpoint`"), "{out}");
    }
}

#[test]
fn a_setting_that_cannot_be_used_costs_a_line_and_not_the_run() {
    for (settings, reason) in [
        (json!({"file": "runs"}), "`file` is not an absolute path"),
        (json!({"endpoint": "http://ada:s3cret@localhost/"}), "`endpoint` has a name or password in it"),
    ] {
        let sandbox = Sandbox::new();
        let (out, err) = printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &[]), 0);
        assert_eq!((out.as_str(), err.lines().count()), ("", 1), "{err}");
        assert!(err.contains(reason) && !err.contains("s3cret"), "{err}");
    }
    let sandbox = Sandbox::new();
    let settings = json!({"file": sandbox.path("nowhere/runs.jsonl")});
    let (_, err) = printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &[]), 0);
    assert!(err.starts_with("warning: this run is not traced: cannot open "), "{err}");
}

#[test]
fn a_file_gets_a_line_a_run_and_a_folder_a_file_a_run() {
    let sandbox = Sandbox::new();
    let mut script = two_nodes();
    script["times"] = json!(3);
    let file = sandbox.path("home/runs.jsonl");
    let folder = sandbox.path("home/traces");
    fs::create_dir(&folder).unwrap();
    let usual = sandbox.path("state/kedro-trace/kedro/runs");
    for setting in [json!(file), json!(folder), json!("true")] {
        printed(&sandbox, &host(&sandbox, &json!({"file": setting}), &script, &[]), 0);
    }
    let runs = |texts: Vec<String>| {
        let run_id = |text: &String| {
            let request: Value = serde_json::from_str(text).unwrap();
            attribute(span(&request, "pipeline __default__"), "kedro.run.id")["stringValue"].to_string()
        };
        texts.iter().map(run_id).collect::<BTreeSet<_>>().len()
    };
    let lines = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(runs(lines), 3);
    for folder in [folder, usual] {
        let paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(runs(paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()), 3);
        assert!(paths[0].file_name().unwrap().to_string_lossy().starts_with("2026-01-02T03.04.05.00"));
    }
}

#[test]
fn an_endpoint_gets_one_request_at_the_path_of_the_protocol() {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    let settings = json!({"endpoint": collector.url("/otlp"), "headers": r#"{"X-Api-Key": "k3y"}"#});
    printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &[]), 0);
    let bodies = collector.bodies_at("/otlp/v1/traces");
    assert_eq!((bodies.len(), collector.account().requests), (1, 1));
    assert_eq!(parent(&bodies[0], "save model"), Some("node fit"));
    let headers = collector.headers().remove(0);
    for header in ["content-type: application/json", "x-api-key: k3y"] {
        assert!(headers.iter().any(|line| line == header), "{header} in {headers:?}");
    }
    let (out, _) = printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &["trace", "status"]), 0);
    assert!(out.contains("headers   x-api-key (values not shown)\n"), "{out}");
    assert!(out.ends_with("waiting   nothing\n") && !out.contains("k3y"), "{out}");
}

#[test]
fn a_dead_endpoint_leaves_the_run_to_be_sent_and_the_command_as_it_is() {
    let sandbox = Sandbox::new();
    // A port that nobody listens on any more.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = json!({"endpoint": format!("http://{address}")});
    assert_eq!(printed(&sandbox, &host(&sandbox, &dead, &two_nodes(), &[]), 0), (String::new(), String::new()));
    let (out, _) = printed(&sandbox, &host(&sandbox, &dead, &two_nodes(), &["trace", "status"]), 0);
    assert!(out.contains("waiting   1 run, the oldest for "), "{out}");
    let (out, err) = printed(&sandbox, &host(&sandbox, &dead, &two_nodes(), &["trace", "send"]), 1);
    assert_eq!(out, "");
    assert!(err.starts_with("Kept 1 run for another time: cannot connect: "), "{err}");

    // Sent by hand, once it is there.
    let collector = Collector::start();
    let alive = json!({"endpoint": collector.url("")});
    let send = || printed(&sandbox, &host(&sandbox, &alive, &two_nodes(), &["trace", "send"]), 0).0;
    assert_eq!(send(), "Sent 1 run\n");
    assert_eq!(send(), "Nothing waits to be sent\n");
    assert_eq!(collector.bodies_at("/v1/traces").len(), 1);
}

#[test]
fn what_the_endpoint_may_take_later_stays_and_what_it_never_takes_goes() {
    for (status, stays) in
        [(429, true), (502, true), (503, true), (504, true), (400, false), (413, false), (500, false)]
    {
        let (sandbox, collector) = (Sandbox::new(), Collector::answering(Answer::status(status)));
        let settings = json!({"endpoint": collector.url("")});
        printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &[]), 0);
        assert_eq!(collector.account().requests, 1, "{status}");
        let waiting = fs::read_dir(sandbox.path("state/kedro-trace/kedro/spool")).unwrap().count();
        assert_eq!(waiting, usize::from(stays), "{status}");
    }
}

#[test]
fn a_redirect_is_not_followed_with_what_is_signed_in_with() {
    let (sandbox, elsewhere) = (Sandbox::new(), Collector::elsewhere(Answer::status(200)));
    let collector = Collector::answering(Answer::redirect(&elsewhere.url("/v1/traces")));
    let settings = json!({"endpoint": collector.url(""), "headers": r#"{"X-Api-Key": "k3y"}"#});
    printed(&sandbox, &host(&sandbox, &settings, &two_nodes(), &[]), 0);
    assert_eq!((collector.account().requests, elsewhere.account().requests), (1, 0));
}

#[test]
fn commands_at_once_send_each_run_once() {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    let mut script = two_nodes();
    script["times"] = json!(6);
    let settings = json!({"endpoint": collector.url("")});
    printed(&sandbox, &host(&sandbox, &settings, &script, &[]), 0);
    let runs: BTreeSet<_> = collector
        .bodies()
        .iter()
        .map(|body| attribute(span(body, "pipeline __default__"), "kedro.run.id").to_string())
        .collect();
    assert_eq!((runs.len(), collector.account().requests), (6, 6));
}

#[test]
fn the_plugin_is_whole_in_a_host_without_pipelines() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().trace());
    let output = run(&mut sandbox.host_demo(&["trace", "status"]));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out.starts_with("Writes nothing"), "{out}");
}
