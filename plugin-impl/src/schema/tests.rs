//! What is sent is what the schema says, no more; and the document says the same.

use std::{env, fs, path::Path, time::UNIX_EPOCH};

use serde_json::Value;
use usage_telemetry::{
    Event,
    internals::{self, bulk_body, single_body},
    schema::{Scalar, markdown},
};

use super::*;
use crate::{
    event::{self, COMMAND_EVENT, HostFacts},
    mask::{KnownCommand, mask},
    project::Project,
    public::dataset_classes,
    statistics::CatalogStatistics,
};

const HOST: HostFacts<'static> =
    HostFacts { name: "kedro", version: "1.7.0", runtime: "rust", runtime_version: "1.89.0" };
const BEGIN: &str = "<!-- schema: begin -->\n";
const END: &str = "<!-- schema: end -->\n";

/// One event of each kind, with everything that such an event can have.
fn events() -> [Event; 2] {
    let project = Project {
        hashed_id: Some("489b".into()),
        tools: Some("Linting".into()),
        example_pipeline: Some("True".into()),
    };
    let event = |user| {
        let mut event = internals::event(COMMAND_EVENT, UNIX_EPOCH, user);
        event::describe(&mut event, &project, &HOST, false);
        event
    };
    let mut command = event("28df3ee193734d9db5348fb9908981db");
    let args = ["run"];
    event::set_command(&mut command, &HOST, &mask(&KnownCommand::default(), &args));
    let mut statistics = CatalogStatistics::new(Some(3), Some(2));
    for class in dataset_classes().chain(["custom.X"]) {
        statistics.add_dataset("x", class);
    }
    statistics.add_validator("pandera.X");
    statistics.add_validator("x.X");
    event::set_statistics(&mut command, &statistics);
    let mut raised = event("");
    event::set_raised(&mut raised, "skill_installed", [("skill_id", Scalar::Text("x".into()))]);
    [command, raised]
}

fn is_in(groups: &[FieldGroup], name: &str, value: &Value) -> bool {
    let rows = ROWS.iter().filter(|row| groups.contains(&row.group));
    rows.filter(|row| row.covers(name)).any(|row| {
        row.kind.split([' ', ',']).any(|kind| match kind {
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            _ => false,
        })
    })
}

#[test]
fn every_field_of_every_body_is_in_the_schema_and_of_its_type() {
    let own = [FieldGroup::EVERY, COMMAND_GROUP, STATISTICS_GROUP];
    for (event, groups) in events().iter().zip([&own[..], &[FieldGroup::EVERY, RAISED_GROUP]]) {
        let body: Value = serde_json::from_str(&single_body("1", &event.to_json())).unwrap();
        for (name, value) in body.as_object().unwrap() {
            assert!(is_in(&[FieldGroup::ENVELOPE], name, value), "{name}: {value}");
        }
        for (name, value) in body["properties"].as_object().unwrap() {
            assert!(is_in(groups, name, value), "{name}: {value}");
        }
    }
    let json = events().map(|event| event.to_json());
    let bulk: Value = serde_json::from_str(&bulk_body("1", json.iter().map(String::as_str))).unwrap();
    for (name, value) in bulk.as_object().unwrap() {
        assert!(is_in(&[FieldGroup::ENVELOPE], name, value), "{name}: {value}");
    }
}

#[test]
fn every_field_of_the_schema_is_sent_by_some_event() {
    let mut names: Vec<String> = vec!["app_id".into(), "events".into()];
    for event in events() {
        let json: Value = serde_json::from_str(&event.to_json()).unwrap();
        names.extend(json.as_object().unwrap().keys().cloned());
        names.extend(event.properties().keys().cloned());
    }
    for row in ROWS {
        assert!(names.iter().any(|name| row.covers(name)), "{}", row.name);
        assert!(!row.why.is_empty() && !row.example.is_empty(), "{}", row.name);
    }
}

#[test]
fn a_name_is_of_a_family_by_what_stands_around_the_brackets() {
    let row = |name: &str| ROWS.iter().find(|row| row.name == name).unwrap();
    assert!(row("<runtime>_version").covers("rust_version"));
    assert!(!row("<runtime>_version").covers("rust"));
    assert!(!row("dataset_type_count.<class>").covers("dataset_type"));
    assert!(row("os").covers("os") && !row("os").covers("os_"));
}

/// Written anew by `SCHEMA_UPDATE=1 cargo test -p kedro-telemetry --lib schema`.
#[test]
fn the_document_has_the_table_of_the_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/telemetry.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let expected = format!("\n{}\n", markdown(ROWS));
    if env::var_os("SCHEMA_UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(table, expected, "write it anew by `SCHEMA_UPDATE=1 cargo test -p kedro-telemetry --lib schema`");
}

/// Whoever receives events relies on them; `EVENTS_UPDATE=1` in front of the test's command records
/// what is new.
#[test]
fn events_only_grow() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/events.json");
    crate::profile::profile("kedro").json_schema().check(file).unwrap_or_else(|error| panic!("{error}"));
}

/// They are no part of what the original sends.
#[test]
fn no_fact_is_told_that_the_original_does_not_tell() {
    let schema = crate::profile::profile("kedro").schema();
    assert_eq!(schema.len(), ROWS.len());
    for name in ["outcome", "duration", "arch", "agent", "decided_by", "one_in"] {
        assert!(schema.iter().all(|row| row.name != name), "{name}");
    }
}
