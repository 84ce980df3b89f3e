//! The instructions of one operation, as the difference between doing it often and twice as often.

use std::{collections::BTreeMap, fs};

use tests::{Artifacts, Sandbox};

use super::{operations::Operation, profile::functions};
use crate::callgrind::under;

/// What an operation takes.
#[derive(Debug)]
pub struct Counted {
    /// Instructions, all in all.
    pub total: f64,
    /// Of each function without those that it calls, the most first.
    pub functions: Vec<(String, f64)>,
}

/// Counts an operation, with these variables set.
pub fn count(artifacts: &Artifacts, operation: &Operation, variables: &[&str]) -> Result<Counted, String> {
    let once = run(artifacts, operation, operation.times, variables)?;
    let mut twice = run(artifacts, operation, 2 * operation.times, variables)?;
    for (name, count) in once {
        *twice.entry(name).or_default() -= count;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below what a float holds")]
    let each = |count: i64| count as f64 / operation.times as f64;
    let total = each(twice.values().sum());
    let mut functions: Vec<_> = twice.into_iter().map(|(name, count)| (name, each(count))).collect();
    functions.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    Ok(Counted { total, functions })
}

fn run(
    artifacts: &Artifacts,
    operation: &Operation,
    times: usize,
    variables: &[&str],
) -> Result<BTreeMap<String, i64>, String> {
    let sandbox = Sandbox::with(artifacts);
    let mut command = operation.command(artifacts, &sandbox, times)?;
    command.envs(variables.iter().map(|variable| (variable, "1")));
    let file = sandbox.path("callgrind.out");
    let options = [format!("--callgrind-out-file={}", file.display()), "--toggle-collect=*counted::part*".to_owned()];
    let output = under(&command, &options)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`instructions {}` ended with {}: {said}", operation.name, output.status));
    }
    let text = fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    functions(&String::from_utf8_lossy(&text)).map_err(|problem| format!("{}: {problem}", file.display()))
}
