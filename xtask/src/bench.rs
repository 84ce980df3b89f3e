//! `cargo xtask bench`: the project's figures, each as a ratio to its peer in the same run.

#[cfg(target_os = "linux")]
mod delivery;
#[cfg(target_os = "linux")]
mod footprint;
mod recording;
#[cfg(target_os = "linux")]
mod waiting;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use serde_json::Value;
use tests::workspace;

/// The peer that hook calls are measured against.
const PLUGGY: &str = "pluggy==1.7.0";
const SIZES: [usize; 4] = [0, 1, 10, 100];

/// A bench: its name and what gives its table.
type Bench = (&'static str, fn() -> Result<String, String>);

const BENCHES: &[Bench] = &[
    ("hook-calls", hook_calls),
    ("startup", startup),
    ("recording", recording::table),
    #[cfg(target_os = "linux")]
    ("waiting", waiting::table),
    #[cfg(target_os = "linux")]
    ("delivery", delivery::table),
    #[cfg(target_os = "linux")]
    ("footprint", footprint::table),
];

/// Runs the benches, or those named, and prints each table; fails when something that one needs is missing.
pub fn run(names: &[&str]) -> ExitCode {
    if names.iter().any(|name| BENCHES.iter().all(|(known, _)| known != name)) {
        let known: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("Usage: cargo xtask bench [{}]…", known.join("|"));
        return ExitCode::from(2);
    }
    for (_, table) in BENCHES.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        match table() {
            Ok(table) => println!("{table}\n"),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Cost of one hook call in nanoseconds, by the number of hookimpls: ours, and pluggy's.
fn hook_calls() -> Result<String, String> {
    let target = target_dir();
    let python = pluggy(&target.join("bench/venv"))?;
    cargo_bench("hook_call")?;
    let peer = pluggy_figures(&python)?;
    let bare = figure(&target, "hook_call/bare_pointer")?;
    let mut lines = vec![
        format!("hook call, median ns (bare extern \"C\" call through a pointer: {bare:.1})"),
        format!("hookimpls  no answer  answers  {PLUGGY}  pluggy / no answer  pluggy / answers"),
    ];
    for (size, peer) in SIZES.into_iter().zip(peer) {
        let none = figure(&target, &format!("hook_call/no_answer/{size}"))?;
        let some = figure(&target, &format!("hook_call/answers/{size}"))?;
        let (by_none, by_some) = (peer / none, peer / some);
        lines.push(format!("{size:>9}  {none:>9.1}  {some:>7.1}  {peer:>13.0}  {by_none:>18.0}  {by_some:>16.0}"));
    }
    Ok(lines.join("\n"))
}

/// What plugins add to `host-demo info` from start to end, in milliseconds.
fn startup() -> Result<String, String> {
    let target = target_dir();
    cargo_bench("startup")?;
    let base = figure(&target, "startup/no_plugins")? / 1e6;
    let mut lines = vec![
        format!("host-demo info, median ms (without plugins: {base:.2})"),
        "plugins               total  added  added for each".to_owned(),
    ];
    let noops = [1, 10, 100].map(|count: u32| (format!("noop_plugins/{count}"), count));
    let telemetry = ["refused", "local", "sending"].map(|case| (format!("telemetry/{case}"), 1));
    for (case, count) in noops.into_iter().chain(telemetry) {
        let total = figure(&target, &format!("startup/{case}"))? / 1e6;
        let (added, each) = (total - base, (total - base) / f64::from(count));
        lines.push(format!("{case:<20}  {total:>5.2}  {added:>5.2}  {each:>14.2}"));
    }
    Ok(lines.join("\n"))
}

fn target_dir() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    exe.ancestors().nth(2).map_or_else(|| workspace().join("target"), Path::to_owned)
}

/// A Python that has pluggy, in a virtual environment of its own.
fn pluggy(venv: &Path) -> Result<PathBuf, String> {
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(venv), "python3 with venv")?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", PLUGGY]), "pip")?;
    Ok(python)
}

fn cargo_bench(name: &str) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["bench", "--quiet", "-p", "tests", "--bench", name]).current_dir(workspace());
    succeed(&mut cargo, "cargo bench")
}

fn succeed(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// The median that criterion has found, in nanoseconds.
fn figure(target: &Path, bench: &str) -> Result<f64, String> {
    let file = target.join("criterion").join(bench).join("new/estimates.json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let estimates: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    estimates["median"]["point_estimate"].as_f64().ok_or_else(|| format!("{}: no median", file.display()))
}

/// pluggy's cost of the same calls, in nanoseconds: the median of 25 series.
fn pluggy_figures(python: &Path) -> Result<Vec<f64>, String> {
    let script = workspace().join("xtask/src/bench_pluggy.py");
    let output = Command::new(python).arg(script).output().map_err(|error| format!("python: {error}"))?;
    let figures: Vec<f64> =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("pluggy's figures: {error}"))?;
    if figures.len() == SIZES.len() { Ok(figures) } else { Err("pluggy's figures are incomplete".to_owned()) }
}
