//! `cargo xtask kedro-suite`: Kedro's own tests with the original and with this package, and the
//! original's own tests with this package.

mod environment;
mod outcomes;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use tests::{copy_dir, workspace};

use self::{
    environment::{Package, Prepared},
    outcomes::Outcomes,
};
use crate::process::succeeds;

const USAGE: &str = "Usage: cargo xtask kedro-suite [--kedro DIR]

DIR has the source of Kedro 1.5.0 with its tests; without it, git fetches that.";

/// What Kedro's tests were last compared at: later sources were not to be had.
const KEDRO: &str = "1.5.0";
const KEDRO_SOURCE: &str = "https://github.com/kedro-org/kedro";

/// The original whose tests are run.
const ORIGINAL: &str = "kedro-telemetry==0.9.0";

/// Lets those tests look at what this package does.
const CONFTEST: &str = include_str!("kedro_suite/conftest.py");

/// The original's tests that cannot pass; `docs/kedro.md` says why.
const BESIDE_THE_POINT: [&str; 9] = [
    "test_returns_false_when_heap_rejects",
    "test_get_cli_structure_raw",
    "test_before_command_run",
    "test_before_command_run_connection_error",
    "test_before_command_run_heap_call_error",
    "test_malformed_string_falls_back_to_string_value",
    "test_returns_true_when_heap_accepts",
    "test_returns_false_on_non_200_response",
    "test_returns_false_on_request_exception",
];

/// Runs the task.
pub fn run(options: &[&str]) -> ExitCode {
    let source = match *options {
        [] => None,
        ["--kedro", dir] => Some(PathBuf::from(dir)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match compare(source) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
fn compare(source: Option<PathBuf>) -> Result<bool, String> {
    // What was installed by the last run would be tested, too.
    let dir = workspace().join("target/kedro-suite");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let source = source.map_or_else(|| clone(&dir), Ok)?;

    let with_original = Prepared::new(Package::Original, &dir, &source)?;
    let with_ours = Prepared::new(Package::Ours, &dir, &source)?;
    let mut is_same = true;
    for (name, of) in [("tests/framework", framework as fn(&_, &_) -> _), ("features", features)] {
        let (original, ours) = (of(&with_original, &source)?, of(&with_ours, &source)?);
        println!("{name} of Kedro {KEDRO}\n  original: {original}\n  ours:     {ours}");
        is_same &= original.print_differences(&ours);
    }

    let ours = own_tests(&with_ours, &dir)?;
    println!("the own tests of {ORIGINAL}\n  ours:     {ours}");
    let unexpected = ours.failed().filter(|id| !BESIDE_THE_POINT.iter().any(|name| id.ends_with(&format!("::{name}"))));
    Ok(unexpected.inspect(|id| println!("  failed: {id}")).count() == 0 && is_same)
}

fn clone(dir: &Path) -> Result<PathBuf, String> {
    let source = dir.join("source");
    let mut git = Command::new("git");
    succeeds(git.args(["clone", "--quiet", "--depth", "1", "--branch", KEDRO, KEDRO_SOURCE]).arg(&source))?;
    Ok(source)
}

fn framework(prepared: &Prepared, source: &Path) -> Result<Outcomes, String> {
    prepared.pytest(source, &["tests/framework", "--numprocesses", "2", "--dist", "loadfile"])
}

/// One scenario takes rich out of the environment, and is left out for that.
fn features(prepared: &Prepared, source: &Path) -> Result<Outcomes, String> {
    let report = prepared.report("features");
    let mut behave = prepared.python(source);
    behave.env("BEHAVE_LOCAL_ENV", "1").args(["-m", "behave", "features", "--name", "^(?!.*without rich).*$"]);
    prepared.log(behave.args(["--format", "json", "--outfile"]).arg(&report), "features")?;
    Outcomes::of_behave(&report)
}

fn own_tests(prepared: &Prepared, dir: &Path) -> Result<Outcomes, String> {
    let mut pip = prepared.python(dir);
    succeeds(pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "kedro-telemetry", ORIGINAL]))?;
    let name = ORIGINAL.replace('-', "_").replace("==", "-");
    succeeds(Command::new("tar").arg("xzf").arg(format!("{name}.tar.gz")).current_dir(dir))?;
    let tests = dir.join("own-tests");
    copy_dir(&dir.join(name).join("tests"), &tests);
    fs::write(tests.join("conftest.py"), CONFTEST).map_err(|error| error.to_string())?;
    prepared.pytest(&tests, &["."])
}
