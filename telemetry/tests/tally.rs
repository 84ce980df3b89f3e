//! The program of twenty lines, as its users meet it.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::fs;

use serde_json::{Value, json};

use self::home::{Home, collector, out};

#[test]
fn it_takes_twenty_lines() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tally.rs")).unwrap();
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let lines = text.lines().filter(is_code).count();
    assert_eq!(lines, 20, "lines that are neither empty nor comments");
}

#[test]
fn each_command_records_its_event_and_nothing_that_was_typed() {
    let home = Home::new("tally");
    let first = home.run(&["add", "buy", "tea"], &[]);
    assert_eq!(out(&first), "");
    let notice = String::from_utf8(first.stderr).unwrap();
    assert!(notice.starts_with("tally records anonymous usage events"), "{notice}");
    assert_eq!(out(&home.run(&["list"], &[])), "");
    let events = home.queued();
    let told: Vec<_> = events.iter().map(|event| (&event["event"], &event["properties"]["words"])).collect();
    assert_eq!(told, [(&json!("note_added"), &json!(2)), (&json!("notes_listed"), &Value::Null)]);
    assert!(home.files().iter().all(|(_, text)| !text.contains("buy") && !text.contains("tea")));
}

#[test]
fn its_events_leave_with_the_next_command_by_a_process_of_its_own() {
    let home = Home::new("tally");
    let (url, taken) = collector();
    let endpoint = [("TALLY_TELEMETRY_ENDPOINT", url.as_str())];
    assert_eq!(out(&home.run(&["telemetry", "on"], &endpoint)).lines().count(), 1);
    home.run(&["add", "tea"], &endpoint);
    let (_, body) = taken.join().unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&event["event"], &event["properties"]["words"]), (&"note_added".into(), &1.into()));
}

#[test]
fn telemetry_is_among_its_commands_and_its_schema_is_that_of_its_types() {
    let home = Home::new("tally");
    let help = out(&home.run(&["--help"], &[]));
    assert!(help.contains("\n  telemetry  See, refuse and send the usage events of this machine\n"), "{help}");
    assert!(out(&home.run(&["telemetry", "--help"], &[])).contains("Usage: tally telemetry <COMMAND>"));
    let schema = out(&home.run(&["telemetry", "schema"], &[]));
    let shown = "Of `note_added`: A note was added.\n  words: integer\n      e.g. 3\n      How long notes are.\n";
    assert!(schema.contains(shown), "{schema}");
    let events = "Events\n  note_added    A note was added.\n  notes_listed  The notes were listed.\n";
    assert!(schema.starts_with(events), "{schema}");
}

#[test]
fn a_mistake_is_told_by_clap_and_records_nothing() {
    let home = Home::new("tally");
    let mistake = home.run(&["ad"], &[]);
    assert_eq!(mistake.status.code(), Some(2));
    assert!(String::from_utf8(mistake.stderr).unwrap().starts_with("error: unrecognized subcommand 'ad'"));
    assert_eq!(home.files(), []);
    let unknown = home.run(&["telemetry", "of"], &[]);
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn under_a_refusal_nothing_is_written() {
    for variable in ["TALLY_NO_TELEMETRY", "DO_NOT_TRACK"] {
        let home = Home::new("tally");
        assert_eq!(out(&home.run(&["add"], &[(variable, "")])), "");
        assert_eq!(home.files(), []);
    }
}
