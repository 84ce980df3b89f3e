//! `docs/telemetry.md` says what is so, and so does `telemetry schema`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, process::Output};

use serde_json::Value;
use tests::{Sandbox, artifacts, run, workspace};

/// What differs from machine to machine and from event to event; stand-ins are in the document.
const STAND_INS: [&str; 5] = ["timestamp", "identity", "idempotency_key", "properties", "app_id"];
const STAND_IN_PROPERTIES: [&str; 4] = ["username", "project_id", "rust_version", "os"];

#[test]
fn the_example_in_the_document_is_what_the_command_sends() {
    let document = fs::read_to_string(workspace().join("docs/telemetry.md")).unwrap();
    let (_, rest) = document.split_once("```json\n").unwrap();
    let mut shown: Value = serde_json::from_str(rest.split_once("```").unwrap().0).unwrap();

    let sandbox = with_telemetry();
    let output = run(&mut sandbox.host_demo(&["telemetry", "preview", "--", "catalog", "list", "--env", "local"]));
    let mut sent: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&shown), names(&sent));
    assert_eq!(names(&shown["properties"]), names(&sent["properties"]));
    for body in [&mut shown, &mut sent] {
        body["properties"].as_object_mut().unwrap().retain(|name, _| !STAND_IN_PROPERTIES.contains(&name.as_str()));
    }
    assert_eq!(shown["properties"], sent["properties"]);
    let rest = |body: &Value| {
        let fields = body.as_object().unwrap().clone().into_iter();
        fields.filter(|(name, _)| !STAND_INS.contains(&name.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(rest(&shown), rest(&sent));
}

#[test]
fn the_schema_lists_every_field_of_the_document_for_people_and_for_programs() {
    let document = fs::read_to_string(workspace().join("docs/telemetry.md")).unwrap();
    let (_, rest) = document.split_once("<!-- schema: begin -->").unwrap();
    let table = rest.split_once("<!-- schema: end -->").unwrap().0;
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name);
    let rows: Vec<&str> = rows.collect();

    let sandbox = with_telemetry();
    let before = sandbox.files();
    let text = stdout(&run(&mut sandbox.host_demo(&["telemetry", "schema"])));
    for name in &rows {
        assert!(text.lines().any(|line| line.starts_with(&format!("  {name}: "))), "{name}\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");

    let json = stdout(&run(&mut sandbox.host_demo(&["telemetry", "schema", "--format", "json"])));
    let fields: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(fields.iter().map(|field| field["name"].as_str().unwrap()).collect::<Vec<_>>(), rows);
    for field in &fields {
        for key in ["group", "name", "type", "example", "why"] {
            assert!(field[key].as_str().is_some_and(|text| !text.is_empty()), "{field}");
        }
    }
    assert!(sandbox.files() == before, "looking at the schema changed a file");
    assert_eq!(run(&mut sandbox.host_demo(&["telemetry", "schema", "--format", "xml"])).status.code(), Some(2));
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
