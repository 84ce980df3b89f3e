//! `cargo xtask privacy`: nothing private in a million generated events.
//!
//! Built in release mode, and a program of its own: `tests/src/bin/privacy.rs`.
#![allow(clippy::expect_used, reason = "a task that cannot go on stops")]

use std::process::ExitCode;

use crate::options::Options;

/// Runs the task; fails when anything is found.
pub fn run(options: &[&str]) -> ExitCode {
    let Some(options) = Options::parse(options) else {
        eprintln!("Usage: cargo xtask privacy [--cases N] [--seed N]");
        return ExitCode::from(2);
    };
    let mut cargo = tests::cargo();
    cargo.args(["run", "--quiet", "--release", "--package", "tests", "--bin", "privacy", "--"]);
    cargo.args([options.cases.to_string(), options.seed.to_string()]).current_dir(tests::workspace());
    let status = cargo.status().expect("cargo runs");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
