//! `cargo xtask survey --check`: projects of many kinds, and those that Kedro itself makes.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use tests::python::Environment;

use crate::target::target;

const KEDRO: &str = "kedro==1.7.0";
/// What projects load that Kedro itself does without.
const MORE: &str = "pyyaml";

/// Writes the projects.
const KINDS: &str = include_str!("kinds.py");

/// Reads projects with a Python in folders; gives how many numbers were wrong.
type Survey = fn(&str, &[&str]) -> Result<usize, String>;

/// Fails where a number is wrong.
pub fn check(survey: Survey) -> ExitCode {
    let dir = target().join("survey").join("kedro");
    let environment = match Environment::with(&dir, &[KEDRO, MORE], &["kedro-telemetry"]) {
        Ok(environment) => environment,
        Err(error) => {
            println!("survey: {KEDRO} cannot be had, so that nothing is compared with it: {error}");
            return ExitCode::SUCCESS;
        }
    };
    match compared(&environment, survey) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(wrong) => {
            eprintln!("error: {wrong} numbers are wrong");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compared(environment: &Environment, survey: Survey) -> Result<usize, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let script = folder.path().join("kinds.py");
    fs::write(&script, KINDS).map_err(|error| format!("cannot write {}: {error}", script.display()))?;
    let projects = folder.path().join("projects");
    run(Command::new(environment.python()).arg("-B").arg(&script).arg(&projects))?;
    made_by_kedro(environment, &projects)?;
    let python = environment.python();
    let words = [python.to_string_lossy(), projects.to_string_lossy()];
    survey(&words[0], &[&words[1]])
}

/// A project of Kedro's own template, with a pipeline of it.
fn made_by_kedro(environment: &Environment, projects: &Path) -> Result<(), String> {
    let kedro = || {
        let mut command = Command::new(environment.program("kedro"));
        command.env("DO_NOT_TRACK", "1").env("HOME", projects);
        command
    };
    let options = ["--name=Template", "--tools=none", "--example=n", "--telemetry=no"];
    run(kedro().current_dir(projects).arg("new").args(options))?;
    run(kedro().current_dir(projects.join("template")).args(["pipeline", "create", "brewing"]))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} fails: {}", said.lines().last().unwrap_or_default()))
}
