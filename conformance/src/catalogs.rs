//! Every class of kedro-datasets has the type that the original counts.

use std::{process::Command, time::Duration};

use serde_json::Value;
use tests::{artifacts, workspace};

use crate::{bench::Bench, case::Case, child, projects, user};

const DEADLINE: Duration = Duration::from_secs(120);

/// The rows of the table that the newest releases have, as `generate.py --installed` prints them.
fn newest() -> String {
    let rows = kedro_dataset_classes::rows().filter(|row| row.last_release.is_none());
    rows.flat_map(|row| [row.import_path, "\t", row.class_path, "\n"]).collect()
}

/// What differs: between the table and what the installed packages give today, and between the
/// types that Kedro and `host-demo` report for the catalog of every class.
pub fn compare(bench: &Bench, cases: &[Case]) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    let script = workspace().join("kedro-project/classes/data/generate.py");
    let mut python = Command::new(bench.original.environment.python());
    python.arg("-B").arg(script).arg("--installed").env_clear().env("HOME", &bench.root);
    let today = child::run(&mut python, "generate.py", DEADLINE)?;
    if today != newest() {
        failures.push("dataset_classes.txt is not what generate.py prints for the newest releases".to_owned());
    }
    let case = cases.iter().find(|case| case.name.ends_with("every class")).ok_or("no catalog of every class")?;
    let mut host_demo = Command::new(artifacts().binary("host-demo"));
    host_demo.args(["--no-plugins", "catalog", "list", "--format", "json"]).current_dir(&case.folder);
    host_demo.env_clear().envs(user::environment(&case.home));
    let listed = child::run(&mut host_demo, "host-demo", DEADLINE)?;
    let listed: Value = serde_json::from_str(&listed).map_err(|error| format!("host-demo: {error}"))?;
    for path in projects::paths() {
        let class = kedro_dataset_classes::reported(path).ok_or("a class without a path")?;
        let datasets = listed["datasets"].as_array().into_iter().flatten();
        let ours = datasets.into_iter().find(|dataset| dataset["name"] == path).map(|dataset| &dataset["type"]);
        if ours.and_then(Value::as_str) != Some(class) {
            failures.push(format!("{path} | type | {class} | {ours:?}"));
        }
    }
    if projects::paths().count() == 0 {
        failures.push("the table of classes is empty".to_owned());
    }
    for failure in &failures {
        println!("{failure}");
    }
    Ok(failures)
}
