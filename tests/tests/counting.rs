//! Pipelines of a project that are counted within a command only if that takes no time, and
//! otherwise where nobody waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fmt::Write, fs, process::Output};

use serde_json::Value;
use tests::{Collector, Sandbox, artifacts, run};

/// What is known of the sandbox's project.
const BAKERY: &str = r#"("__default__", Some(7)), ("baking", Some(2)), ("ingest", Some(3)), ("reporting", Some(2))"#;

#[test]
fn what_takes_no_time_is_counted_within_the_command() {
    let sandbox = with_counting();
    assert_eq!(told(&sandbox), format!("[{BAKERY}]"));
}

#[test]
fn what_would_hold_up_the_command_is_counted_when_a_plugin_asks() {
    let sandbox = with_counting();
    add_large_pipeline(&sandbox);
    assert_eq!(told(&sandbox), "deferred");

    let project = sandbox.project().to_str().unwrap().to_owned();
    let expected = r#"[("__default__", Some(37)), ("baking", Some(2)), ("ingest", Some(3)), ("large", Some(30)), ("reporting", Some(2))]"#;
    assert_eq!(answer(&sandbox, &project), expected);

    // In a process that the host has started again, which works elsewhere.
    let file = sandbox.path("answer");
    assert!(sandbox.run_with_sender(&["count", &project, "--later", file.to_str().unwrap()]).status.success());
    assert_eq!(fs::read_to_string(file).unwrap(), expected);
}

/// As the numbers of nodes go, events are what they would have been had the command waited.
#[test]
fn an_event_has_its_numbers_of_nodes_though_no_command_counted_them() {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    add_large_pipeline(&sandbox);
    let preview = run(&mut sandbox.host_demo(&["telemetry", "preview", "--", "catalog", "list"]));
    let preview: Value = serde_json::from_slice(&preview.stdout).unwrap();
    assert!(sandbox.run_with_sender(&["catalog", "list"]).status.success());
    let sent = &collector.bodies()[0]["properties"];
    assert_eq!((&sent["number_of_nodes"], &sent["number_of_pipelines"]), (&37.into(), &5.into()));
    let names = |properties: &Value| properties.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(sent), names(&preview["properties"]), "in the order in which they always are");
}

#[test]
fn what_only_running_the_project_would_tell_is_not_put_off() {
    let sandbox = with_counting();
    fs::write(sandbox.project().join("src/bakery/pipeline_registry.py"), "from elsewhere import register_pipelines\n")
        .unwrap();
    assert_eq!(told(&sandbox), "not known");
    assert_eq!(answer(&sandbox, sandbox.project().to_str().unwrap()), "not known");
}

#[test]
fn only_a_project_in_the_very_folder_is_counted() {
    let sandbox = with_counting();
    assert_eq!(answer(&sandbox, sandbox.project().to_str().unwrap()), format!("[{BAKERY}]"));
    let inside = sandbox.project().join("src");
    for folder in [inside.to_str().unwrap(), sandbox.path("home").to_str().unwrap(), "/not/there", ".", ""] {
        assert_eq!(answer(&sandbox, folder), "not known", "{folder}");
    }
}

fn with_counting() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("counting"));
    sandbox
}

/// What the plugin is told of the pipelines within a command.
fn told(sandbox: &Sandbox) -> String {
    let Output { status, stderr, .. } = run(&mut sandbox.host_demo(&["catalog", "list"]));
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{stderr}");
    stderr.trim().rsplit_once(": ").map_or(stderr.trim(), |(_, told)| told).to_owned()
}

/// What the host answers the plugin.
fn answer(sandbox: &Sandbox, project: &str) -> String {
    let Output { status, stdout, stderr } = run(&mut sandbox.host_demo(&["count", project]));
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

/// More nodes than are counted while a command waits.
fn add_large_pipeline(sandbox: &Sandbox) {
    let nodes = (0..30).fold(String::new(), |mut nodes, number| {
        writeln!(nodes, "        node(f, \"a{number}\", \"b{number}\", name=\"n{number}\"),").unwrap();
        nodes
    });
    let code = format!(
        "from kedro.pipeline import Pipeline, node\n\n\ndef f(value):\n    return value\n\n\ndef create_pipeline():\n    return Pipeline([\n{nodes}    ])\n"
    );
    let folder = sandbox.project().join("src/bakery/pipelines/large");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("__init__.py"), "from .pipeline import create_pipeline\n").unwrap();
    fs::write(folder.join("pipeline.py"), code).unwrap();
}
