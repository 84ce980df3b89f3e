//! `cargo xtask pages`: the pages of `telemetry view` and `telemetry report` in a real browser, and
//! their pictures for the documentation.

pub mod scene;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use serde_json::{Value, json};
use tests::{python::Environment, workspace};

use crate::{process::succeeds, target::target};

/// Looks at them, says what is wrong, and takes pictures.
const LOOK: &str = "xtask/src/pages/look.py";
const PICTURES: &str = "docs/pictures";
const PACKAGES: [&str; 2] = ["playwright", "pillow"];
/// As Debian and others call it.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Opens the pages; `--check` takes no pictures.
pub fn run(options: &[&str]) -> ExitCode {
    let pictures = match options {
        [] => Some(workspace().join(PICTURES)),
        ["--check"] => None,
        _ => {
            eprintln!("error: the only option of pages is --check");
            return ExitCode::from(2);
        }
    };
    match look(pictures.as_deref()) {
        Ok(said) => {
            print!("{said}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn look(pictures: Option<&Path>) -> Result<String, String> {
    let Some(browser) = browser() else {
        return Ok("not run: there is no chromium, chromium-browser or google-chrome\n".to_owned());
    };
    let environment = match Environment::with(&target().join("pages"), &PACKAGES, &[]) {
        Ok(environment) => environment,
        Err(error) => return Ok(format!("not run: no environment with playwright from PyPI: {error}\n")),
    };
    if let Some(folder) = pictures {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let root = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let pages = pages(root.path(), pictures)?;
    let mut look = Command::new(environment.python());
    look.arg(workspace().join(LOOK)).arg(browser).arg(pages.to_string()).env("HOME", root.path());
    let output = look.output().map_err(|error| format!("{LOOK}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(said + &String::from_utf8_lossy(&output.stderr)) }
}

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut found = BROWSERS.iter().flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    found.find(|program| program.is_file())
}

/// Makes the pages, for the script.
fn pages(root: &Path, pictures: Option<&Path>) -> Result<Value, String> {
    let jot = jot()?;
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()));
    let mut pages = Vec::new();
    for (name, events, evil, folder) in
        [("view", 300, false, pictures), ("evil view", 20, true, None), ("large view", 10_000, false, None)]
    {
        let home = root.join(name);
        let state = home.join(".local/state/jot-telemetry");
        fs::create_dir_all(&state).map_err(|error| format!("{}: {error}", state.display()))?;
        write(&state.join("log.ndjson"), &scene::log(events, evil))?;
        let page = home.join("page.html");
        let mut view = Command::new(&jot);
        view.args(["telemetry", "view", "--output"]).arg(&page).env_clear().env("HOME", &home);
        // Nothing is sent there: to look sends nothing.
        succeeds(view.env("JOT_TELEMETRY_ENDPOINT", "https://usage.example.org/api/track"))?;
        pages.push(json!({"file": page, "name": name, "pictures": folder}));
    }
    let collected = root.join("events.ndjson");
    write(&collected, &scene::collected(8_000))?;
    let page = root.join("report.html");
    let mut report = Command::new(&jot);
    report.args(["telemetry", "report", "--output"]).arg(&page).arg("events.ndjson").env_clear();
    succeeds(report.current_dir(root).env("HOME", root))?;
    pages.push(json!({"file": page, "name": "report", "pictures": pictures}));
    Ok(pages.into())
}

/// The example with telemetry of its own, built.
pub fn jot() -> Result<PathBuf, String> {
    let mut cargo = tests::cargo();
    cargo.args(["build", "--quiet", "--package", "usage-telemetry", "--example", "jot", "--target-dir"]).arg(target());
    succeeds(cargo.current_dir(workspace()))?;
    Ok(target().join("debug/examples/jot"))
}
