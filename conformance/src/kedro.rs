//! The real Kedro, run on cases: with the original, or with our package in its place.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{Collector, python::Environment, workspace};

use crate::{case::Case, child, user::environment};

const DEADLINE: Duration = Duration::from_secs(10 * 60);

/// What became of a case.
pub struct KedroRun {
    /// The command's exit code; negative for a signal.
    pub exit: i64,
    /// What Kedro told the original: `vocabulary` and, if it has built one, `catalog`.
    pub facts: Value,
    /// What was sent.
    pub bodies: Vec<Value>,
    /// The runtime's version.
    pub python_version: String,
}

/// A Kedro, and what runs cases in it.
pub struct Kedro {
    /// The script beside this file, without its ending; also the beginning of the cases' addresses.
    pub name: &'static str,
    /// Where it is installed.
    pub environment: Environment,
}

/// Cases, each with the number that tells its address.
pub type Numbered<'a> = [(usize, &'a Case)];

impl Kedro {
    /// Runs `cases`, those of both lanes at once. `place` says where a case's user has the home and
    /// the project; `wait` is called with the cases of a lane when they have run, and returns when all
    /// they send has arrived.
    pub fn run(
        &self,
        root: &Path,
        collector: &Collector,
        cases: &Numbered<'_>,
        place: impl Fn(&Case) -> (PathBuf, PathBuf) + Sync,
        wait: impl Fn(&Numbered<'_>) -> Result<(), String> + Sync,
    ) -> Result<Vec<KedroRun>, String> {
        let (first, second): (Vec<_>, Vec<_>) = cases.iter().partition(|(_, case)| case.lane == 0);
        let run = |cases: &Numbered<'_>| {
            let results = self.run_lane(root, collector, cases, &place)?;
            wait(cases)?;
            Ok::<_, String>(self.outcomes(collector, cases, &results))
        };
        let (first, second) = thread::scope(|scope| {
            let other = scope.spawn(|| run(&second));
            (run(&first), other.join().unwrap_or_else(|_| Err("a thread panicked".into())))
        });
        let mut outcomes: Vec<(usize, KedroRun)> = first?.into_iter().chain(second?).collect();
        outcomes.sort_by_key(|(id, _)| *id);
        if outcomes.len() != cases.len() {
            return Err(format!("{}.py has not run every case", self.name));
        }
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Runs cases one after the other, in one Python.
    fn run_lane(
        &self,
        root: &Path,
        collector: &Collector,
        cases: &Numbered<'_>,
        place: impl Fn(&Case) -> (PathBuf, PathBuf),
    ) -> Result<Value, String> {
        let Some((first, _)) = cases.first() else { return Ok(Value::Null) };
        let planned = |(id, case): &(usize, &Case)| {
            let log = root.join(format!("{}-{id}.log", self.name));
            planned(case, place(case), &collector.url(&self.address(*id)), &log)
        };
        let planned: Vec<Value> = cases.iter().map(planned).collect();
        let plan = root.join(format!("{}-{first}-plan.json", self.name));
        let results = root.join(format!("{}-{first}-results.json", self.name));
        let text = json!({"classes": workspace().join("kedro-project/classes/data"), "cases": planned}).to_string();
        fs::write(&plan, text).map_err(|error| format!("{}: {error}", plan.display()))?;
        let script = workspace().join(format!("conformance/src/{}.py", self.name));
        let mut command = Command::new(self.environment.python());
        command.arg("-B").arg(script).args([&plan, &results]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", root);
        child::run(&mut command, &format!("{}.py", self.name), DEADLINE)?;
        let text = fs::read(&results).map_err(|error| format!("{}: {error}", results.display()))?;
        serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", results.display()))
    }

    fn outcomes(&self, collector: &Collector, cases: &Numbered<'_>, results: &Value) -> Vec<(usize, KedroRun)> {
        let python_version = results["python_version"].as_str().unwrap_or_default();
        let outcome = |((id, _), result): (&(usize, &Case), &Value)| {
            let run = KedroRun {
                exit: result["exit"].as_i64().unwrap_or_default(),
                facts: result["facts"].clone(),
                bodies: collector.bodies_at(&self.address(*id)),
                python_version: python_version.to_owned(),
            };
            (*id, run)
        };
        cases.iter().zip(results["cases"].as_array().into_iter().flatten()).map(outcome).collect()
    }

    fn address(&self, id: usize) -> String {
        format!("/{}/{id}", self.name)
    }
}

fn planned(case: &Case, (home, folder): (PathBuf, PathBuf), endpoint: &str, log: &Path) -> Value {
    let mut variables = serde_json::Map::new();
    for (name, value) in environment(&home) {
        variables.insert(name.into(), value.to_string_lossy().into());
    }
    for (name, value) in [("PATH", "/nonexistent"), ("TZ", "UTC"), ("KEDRO_TELEMETRY_ENDPOINT", endpoint)] {
        variables.insert(name.into(), value.into());
    }
    for (name, value) in &case.variables {
        variables.insert(name.clone(), value.clone().into());
    }
    json!({
        "argv": case.argv.iter().map(|word| hex(word)).collect::<Vec<_>>(),
        "cwd": folder,
        "env": variables,
        "log": log,
        "script": case.script,
        "stand_ins": case.stand_ins,
    })
}

/// Two digits for each byte.
fn hex(word: &[u8]) -> String {
    word.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
