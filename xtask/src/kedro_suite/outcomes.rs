//! What became of tests.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde_json::Value;

/// By the name of each test.
pub struct Outcomes(BTreeMap<String, String>);

impl Outcomes {
    /// From what pytest-json-report writes.
    pub fn of_pytest(report: &Path) -> Result<Self, String> {
        let report = read(report)?;
        Ok(Self(named(&report["tests"], "nodeid", "outcome").collect()))
    }

    /// From what behave's formatter `json` writes: its scenarios.
    pub fn of_behave(report: &Path) -> Result<Self, String> {
        let report = read(report)?;
        let features = report.as_array().into_iter().flatten();
        Ok(Self(features.flat_map(|feature| named(&feature["elements"], "name", "status")).collect()))
    }

    /// The tests that failed.
    pub fn failed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, outcome)| *outcome == "failed").map(|(name, _)| name.as_str())
    }

    /// Prints what `other` has otherwise; whether there is nothing.
    pub fn print_differences(&self, other: &Self) -> bool {
        let mut is_same = true;
        for name in self.0.keys().chain(other.0.keys().filter(|name| !self.0.contains_key(*name))) {
            let (here, there) = (self.outcome(name), other.outcome(name));
            if here != there {
                println!("  {here}, and with ours {there}: {name}");
                is_same = false;
            }
        }
        is_same
    }

    fn outcome(&self, name: &str) -> &str {
        self.0.get(name).map_or("absent", String::as_str)
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = BTreeMap::<&str, usize>::new();
        self.0.values().for_each(|outcome| *counts.entry(outcome).or_default() += 1);
        let counts: Vec<String> = counts.into_iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
        write!(f, "{} of {}", counts.join(", "), self.0.len())
    }
}

fn read(report: &Path) -> Result<Value, String> {
    let text = fs::read(report).map_err(|error| format!("{}: {error}", report.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", report.display()))
}

fn named<'a>(tests: &'a Value, name: &'a str, outcome: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    let text = |test: &Value, key: &str| test[key].as_str().unwrap_or_default().to_owned();
    let tests = tests.as_array().into_iter().flatten().filter(|test| test["type"] != "background");
    tests.map(move |test| (text(test, name), text(test, outcome)))
}
