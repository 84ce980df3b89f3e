//! Benches of the package `tests`, and what criterion found.

use std::fs;

use serde_json::Value;
use tests::workspace;

use crate::{process::succeeds, target::target};

/// Runs one bench target.
pub fn run(bench: &str) -> Result<(), String> {
    let mut cargo = tests::cargo();
    cargo.args(["bench", "--quiet", "-p", "tests", "--bench", bench]).current_dir(workspace());
    succeeds(&mut cargo).map(drop)
}

/// The median of one bench, in nanoseconds.
pub fn median(bench: &str) -> Result<f64, String> {
    let file = target().join("criterion").join(bench).join("new/estimates.json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let estimates: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    estimates["median"]["point_estimate"].as_f64().ok_or_else(|| format!("{}: no median", file.display()))
}
