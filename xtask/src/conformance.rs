//! `cargo xtask conformance`: the comparison with the original, which is a program of its own.

use std::process::ExitCode;

use tests::workspace;

/// Runs it with these options.
pub fn run(options: &[&str]) -> ExitCode {
    let mut cargo = tests::cargo();
    cargo.args(["run", "--quiet", "--package", "conformance", "--"]).args(options).current_dir(workspace());
    match cargo.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: cannot start cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
