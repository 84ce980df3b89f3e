//! `cargo xtask receivers`: what the sender sends in each form, beside what the receiver's own library
//! sends for the same event.

use std::{
    io::Write as _,
    process::{Command, ExitCode, Stdio},
};

use serde_json::{Map, Value, json};
use tests::{Sandbox, artifacts, python::Environment, workspace};

use crate::target::target;

const COMPARE: &str = "xtask/src/receivers/compare.py";
/// The receivers' own libraries.
const PACKAGES: [&str; 5] = [
    "posthog==7.91.1",
    "segment-analytics-python==2.4.0",
    "amplitude-analytics==1.3.0",
    "mixpanel==5.4.1",
    "opentelemetry-exporter-otlp-proto-http==1.45.2",
];

/// Compares them.
pub fn run() -> ExitCode {
    let environment = match Environment::with(&target().join("receivers"), &PACKAGES, &[]) {
        Ok(environment) => environment,
        Err(error) => {
            println!("not run: no environment with {} from PyPI: {error}", PACKAGES.join(", "));
            return ExitCode::SUCCESS;
        }
    };
    match compare(&environment) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing differs that is not listed.
fn compare(environment: &Environment) -> Result<bool, String> {
    let sandbox = Sandbox::with(artifacts());
    sandbox.install(&artifacts().telemetry());
    sandbox.set_told();
    let host = sandbox.host_demo(&["info"]);
    let words: Vec<_> =
        [host.get_program()].into_iter().chain(host.get_args()).map(|word| word.to_string_lossy()).collect();
    let pairs = host.get_envs().filter_map(|(name, value)| Some((name.to_string_lossy().into_owned(), value?)));
    let env: Map<_, _> = pairs.map(|(name, value)| (name, Value::from(value.to_string_lossy()))).collect();
    let given = json!({ "run": words, "env": env, "config": sandbox.path("config/host-demo/config.toml") });
    let mut python = Command::new(environment.python());
    // Nothing of these libraries may go anywhere else.
    python.arg(workspace().join(COMPARE)).stdin(Stdio::piped()).env("HOME", sandbox.path("home")).env("NO_PROXY", "*");
    let failed = |error: std::io::Error| format!("python cannot be run: {error}");
    let mut child = python.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(given.to_string().as_bytes()).map_err(failed)?;
    }
    let status = child.wait().map_err(failed)?;
    sandbox.settle();
    Ok(status.success())
}
