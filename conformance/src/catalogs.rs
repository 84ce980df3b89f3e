//! Every class of kedro-datasets has the type that the original counts.

use std::{process::Command, time::Duration};

use serde_json::Value;
use tests::{artifacts, workspace};

use super::{Bench, case::Case, child, original, projects};

const DEADLINE: Duration = Duration::from_secs(120);

/// The table that `host-demo` knows them by: what the newest releases have, an import path and the
/// class behind it in each line.
pub fn table() -> String {
    let mut table = String::new();
    for row in kedro_dataset_classes::rows().filter(|row| row.last_release.is_none()) {
        table.extend([row.import_path, "\t", row.class_path, "\n"]);
    }
    table
}

/// What differs: between the table and what the installed packages give today, and between the
/// types that Kedro and `host-demo` report for the catalog of every class.
pub fn compare(bench: &Bench, cases: &[Case], table: &str) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    let script = workspace().join("kedro-project/classes/data/generate.py");
    let mut python = Command::new(&bench.python);
    python.arg("-B").arg(script).arg("--installed").env_clear().env("HOME", &bench.root);
    let today = child::run(&mut python, "generate.py", DEADLINE)?;
    if today != table {
        failures.push("the table of classes is not what generate.py prints for the newest releases".to_owned());
    }
    let case = cases.iter().find(|case| case.name.ends_with("every class")).ok_or("no catalog of every class")?;
    let mut host_demo = Command::new(artifacts().binary("host-demo"));
    host_demo.args(["--no-plugins", "catalog", "list", "--format", "json"]).current_dir(&case.folder);
    host_demo.env_clear().envs(original::environment(&case.home));
    let listed = child::run(&mut host_demo, "host-demo", DEADLINE)?;
    let listed: Value = serde_json::from_str(&listed).map_err(|error| format!("host-demo: {error}"))?;
    let theirs: Vec<(&str, &str)> = table.lines().filter_map(|line| line.split_once('\t')).collect();
    for (path, class) in theirs {
        let datasets = listed["datasets"].as_array().into_iter().flatten();
        let ours = datasets.into_iter().find(|dataset| dataset["name"] == path).map(|dataset| &dataset["type"]);
        if ours.and_then(Value::as_str) != Some(class) {
            failures.push(format!("{path} | type | {class} | {ours:?}"));
        }
    }
    if projects::paths(table).count() == 0 {
        failures.push("the table of classes is empty".to_owned());
    }
    for failure in &failures {
        println!("{failure}");
    }
    Ok(failures)
}
