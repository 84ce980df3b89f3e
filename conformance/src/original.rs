//! The original, run on cases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{Collector, workspace};

use crate::{case::Case, child};

const DEADLINE: Duration = Duration::from_secs(10 * 60);

/// What became of a case under the original.
pub struct OriginalRun {
    /// The command's exit code; negative for a signal.
    pub exit: i64,
    /// What Kedro told the plugin: `vocabulary` and, if it has built one, `catalog`.
    pub facts: Value,
    /// What was sent.
    pub bodies: Vec<Value>,
    /// The runtime's version.
    pub python_version: String,
}

/// Runs `cases` one after the other in `python`; `id` tells their addresses apart.
pub fn run(
    python: &Path,
    dir: &Path,
    collector: &Collector,
    cases: &[(usize, &Case)],
) -> Result<Vec<OriginalRun>, String> {
    let Some((name, _)) = cases.first() else { return Ok(Vec::new()) };
    let planned: Vec<Value> = cases.iter().map(|(id, case)| planned(*id, case, dir, collector)).collect();
    let plan = dir.join(format!("plan-{name}.json"));
    let results = dir.join(format!("results-{name}.json"));
    let text = json!({"classes": workspace().join("kedro-project/classes/data"), "cases": planned}).to_string();
    fs::write(&plan, text).map_err(|error| format!("{}: {error}", plan.display()))?;
    let script = workspace().join("conformance/src/original.py");
    let mut command = Command::new(python);
    command.arg("-B").arg(script).args([&plan, &results]);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", dir);
    child::run(&mut command, "the original", DEADLINE)?;
    let text = fs::read(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    let results: Value = serde_json::from_slice(&text).map_err(|error| format!("the original's results: {error}"))?;
    let python_version = results["python_version"].as_str().unwrap_or_default();
    let outcome = |((id, _), result): (&(usize, &Case), &Value)| OriginalRun {
        exit: result["exit"].as_i64().unwrap_or_default(),
        facts: result["facts"].clone(),
        bodies: collector.bodies_at(&path(*id)),
        python_version: python_version.to_owned(),
    };
    Ok(cases.iter().zip(results["cases"].as_array().into_iter().flatten()).map(outcome).collect())
}

fn path(id: usize) -> String {
    format!("/theirs/{id}")
}

fn planned(id: usize, case: &Case, dir: &Path, collector: &Collector) -> Value {
    let mut variables = serde_json::Map::new();
    for (name, value) in environment(&case.home) {
        variables.insert(name.into(), value.to_string_lossy().into());
    }
    variables.insert("PATH".into(), "/nonexistent".into());
    variables.insert("TZ".into(), "UTC".into());
    for (name, value) in &case.variables {
        variables.insert(name.clone(), value.clone().into());
    }
    json!({
        "argv": case.argv.iter().map(|word| hex(word)).collect::<Vec<_>>(),
        "cwd": case.folder,
        "env": variables,
        "endpoint": collector.url(&path(id)),
        "log": dir.join(format!("theirs-{id}.log")),
        "stand_ins": case.stand_ins,
    })
}

/// Two digits for each byte.
fn hex(word: &[u8]) -> String {
    word.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Where the user `home` keeps everything.
pub fn environment(home: &Path) -> [(&'static str, PathBuf); 5] {
    [
        ("HOME", home.to_owned()),
        ("XDG_CONFIG_HOME", home.join("config")),
        ("XDG_STATE_HOME", home.join("state")),
        ("XDG_DATA_HOME", home.join("data")),
        ("XDG_CACHE_HOME", home.join("cache")),
    ]
}
