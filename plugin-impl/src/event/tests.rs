//! Events have the original's properties, and nothing else.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use usage_telemetry::internals;

use super::*;
use crate::mask::{KnownCommand, mask};

const HOST: HostFacts<'static> =
    HostFacts { name: "kedro", version: "1.7.0", runtime: "rust", runtime_version: "1.89.0" };
const USER: &str = "28df3ee193734d9db5348fb9908981db";
const PYTHON: HostFacts<'static> = HostFacts {
    name: "kedro",
    version: "1.7.0",
    runtime: "python",
    runtime_version: "3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]",
};

fn event(user: &str, project: &Project, host: &HostFacts<'_>, is_ci: bool) -> Event {
    let mut event = internals::event(COMMAND_EVENT, UNIX_EPOCH, user);
    describe(&mut event, project, host, is_ci);
    event
}

fn cli() -> KnownCommand {
    let options = vec!["--pipeline".into(), "--env".into(), "--params".into()];
    let run = KnownCommand { name: "run".into(), options, commands: vec![] };
    KnownCommand { commands: vec![run], ..KnownCommand::default() }
}

fn keys(event: &Event) -> Vec<&str> {
    event.properties().keys().map(String::as_str).collect()
}

/// The fourth event of a capture from kedro-telemetry 0.9.0: names, order and values.
#[test]
fn a_statistics_event_is_the_originals() {
    let project =
        Project { hashed_id: Some("489b".into()), tools: Some("None".into()), example_pipeline: Some("False".into()) };
    let mut event = event(USER, &project, &PYTHON, false);
    let args = ["run", "--pipeline=data_processing", "--env=base", "--params=a=1,b=secret"];
    set_command(&mut event, &PYTHON, &mask(&cli(), &args));
    let mut statistics = CatalogStatistics::new(Some(3), Some(2));
    for (name, class) in [
        ("companies", "kedro_datasets.pandas.csv_dataset.CSVDataset"),
        ("shuttles", "kedro_datasets.pandas.excel_dataset.ExcelDataset"),
        ("reviews", "kedro_datasets.pandas.csv_dataset.CSVDataset"),
        ("parameters", "kedro.io.memory_dataset.MemoryDataset"),
        ("params:a", "kedro.io.memory_dataset.MemoryDataset"),
    ] {
        statistics.add_dataset(name, class);
    }
    set_statistics(&mut event, &statistics);

    assert_eq!(event.name(), STATISTICS_EVENT);
    let expected = json!({
        "username": USER,
        "project_id": "489b",
        "project_version": "1.7.0",
        "telemetry_version": TELEMETRY_VERSION,
        "python_version": "3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]",
        "os": platform(),
        "is_ci_env": false,
        "tools": "None",
        "example_pipeline": "False",
        "command": "kedro run --pipeline ***** --env ***** --params *****",
        "main_command": "run",
        "number_of_datasets": 3,
        "number_of_nodes": 3,
        "number_of_pipelines": 2,
        "dataset_type_count.kedro_datasets.pandas.csv_dataset.CSVDataset": 2,
        "dataset_type_count.kedro_datasets.pandas.excel_dataset.ExcelDataset": 1,
    });
    assert_eq!(Value::Object(event.properties().clone()).to_string(), expected.to_string());
}

#[test]
fn a_command_outside_a_project_says_so() {
    let mut event = event("", &Project::default(), &HOST, true);
    set_command(&mut event, &HOST, &mask::<&str>(&cli(), &[]));
    assert_eq!(
        keys(&event),
        [
            "username",
            "project_id",
            "project_version",
            "telemetry_version",
            "rust_version",
            "os",
            "is_ci_env",
            "command",
            "main_command"
        ]
    );
    let body: Value = serde_json::from_str(&event.to_json()).unwrap();
    assert_eq!(body["event"], "CLI command");
    assert_eq!(body["identity"], "missing_user_identity");
    assert_eq!(body["properties"]["username"], "");
    assert_eq!(body["properties"]["project_id"], Value::Null);
    assert_eq!(body["properties"]["is_ci_env"], true);
    assert_eq!(body["properties"]["command"], "kedro");
}

#[test]
fn only_public_classes_are_named() {
    let mut statistics = CatalogStatistics::new(None, Some(0));
    for class in [
        "kedro.io.memory_dataset.MemoryDataset",
        "kedro_datasets_experimental.pypdf.pdf_dataset.PDFDataset",
        // A name in a private fork of a public library is private.
        "kedro_datasets_experimental.x.Y",
        "kedro_datasets.acme_secret.AcmeDataset",
        "kedro_datasets.pandas.csv_dataset.SecretDataset",
        "my_secret.Dataset",
        "kedro_datasets",
        "kedro_datasets.",
        "kedro_datasets./home/ada/secret",
        "kedro_datasets.x secret",
        "kedro_datasets..x",
        "kedro_datasets.1x",
        // A class that is not known is of no kind.
        "",
    ] {
        statistics.add_dataset("x", class);
    }
    statistics.add_dataset("x", &format!("kedro_datasets.{}", "x".repeat(300)));
    for class in ["pandera.pandas.DataFrameModel", "pydantic.BaseModel", "secret.Model", "pandera", "pandera_x.Y", ""] {
        statistics.add_validator(class);
    }
    let mut event = event(USER, &Project::default(), &HOST, false);
    set_statistics(&mut event, &statistics);
    let counts: Vec<_> = event.properties().iter().skip(7).map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(
        counts,
        [
            "number_of_datasets=14",
            "number_of_nodes=null",
            "number_of_pipelines=0",
            "dataset_type_count.kedro.io.memory_dataset.MemoryDataset=1",
            "dataset_type_count.kedro_datasets_experimental.pypdf.pdf_dataset.PDFDataset=1",
            "dataset_type_count.custom=11",
            "number_of_validated_datasets=6",
            "validator_type_count.pandera=2",
            "validator_type_count.pydantic=1",
            "validator_type_count.custom=3",
        ]
    );
}

#[test]
fn texts_are_bounded_and_the_runtime_is_a_word() {
    let tools = vec!["Documentation"; 200].join(", ");
    let project = Project { tools: Some(tools), ..Project::default() };
    let host = HostFacts { runtime: "my secret", ..HOST };
    let event = event(USER, &project, &host, false);
    assert_eq!(event.properties()["tools"].as_str().unwrap().chars().count(), 1024);
    assert!(!event.to_json().contains("secret"));
}

#[test]
fn what_a_person_wrote_into_pyproject_is_custom() {
    for (tools, example, expected) in [
        ("Linting, Custom Logging, PySpark", json!("True"), ("Linting, Custom Logging, PySpark", json!("True"))),
        ("Linting, our secret tool, another", json!(false), ("Linting, custom", json!(false))),
        ("secret", json!("secret"), ("custom", json!("custom"))),
        ("None", json!(7), ("None", json!("custom"))),
    ] {
        let project = Project { tools: Some(tools.into()), example_pipeline: Some(example), ..Project::default() };
        let event = event(USER, &project, &HOST, false);
        assert_eq!(
            (event.properties()["tools"].as_str().unwrap(), event.properties()["example_pipeline"].clone()),
            expected
        );
    }
}

#[test]
fn versions_keep_nothing_but_what_versions_are_made_of() {
    for (version, expected) in [
        ("3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]", None),
        ("3.12.4 | packaged by conda-forge | (main, Jun 17 2024, 10:23:07) [GCC 12.3.0]", None),
        ("3.12.12 (main, Oct 14 2025, 21:25:31) [Clang 20.1.4 ]", None),
        ("3.11.9 (tags/v3.11.9:de54cf5, Apr  2 2024, 10:12:12) [MSC v.1938 64 bit (AMD64)]", None),
        ("3.9.18 (main, Jan 24 2024, 00:00:00) \n[GCC 11.4.1 20231218 (Red Hat 11.4.1-3)]", None),
        ("3.13.0 experimental free-threading build (main, Oct  7 2024, 23:47:22) [Clang 18.1.8 ]", None),
        ("1.0.0rc1", None),
        ("1.7.0.dev0", None),
        ("1.89.0-nightly (29483883e 2025-08-04)", None),
        ("", None),
        (
            "3.13.0a1+ (heads/secret-project:1f0e4b2, May 1 2025)",
            Some("3.13.0a1+ (heads/*****-*****:1f0e4b2, May 1 2025)"),
        ),
        ("1.7.0+secret", Some("1.7.0+*****")),
        ("1.7.0 geheimé", Some("1.7.0 *****")),
        ("1secret7", Some("*****")),
        ("0123456789", Some("*****")),
    ] {
        let host = HostFacts { version, runtime_version: version, ..HOST };
        let event = event(USER, &Project::default(), &host, false);
        for name in ["project_version", "rust_version"] {
            assert_eq!(event.properties()[name], expected.unwrap_or(version));
        }
    }
}
