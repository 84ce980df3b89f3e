//! A wheel in place of the original, and the original in place of it. Needs Python's package index.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::python::Environment;

use super::installed::isolated;
use crate::process::succeeds;

const KEDRO: &str = "kedro==1.7.0";
const ORIGINAL: &str = "kedro-telemetry==0.9.0";

/// Goes there and back, in an environment below `dir`.
pub fn check(wheel: &Path, version: &str, dir: &Path) -> Result<(), String> {
    let venv = dir.join("replaced");
    let environment = Environment::fresh(Path::new("python3"), &venv).map_err(|error| error.to_string())?;
    if let Err(why) = environment.pip(&["install", KEDRO, ORIGINAL]) {
        println!("skipped: PyPI has not given {KEDRO} and {ORIGINAL}, which the wheel replaces ({why})");
        return Ok(());
    }
    let before = files(&environment, &venv)?;
    let pip = |args: &[&str]| environment.pip(args).map_err(|error| error.to_string());
    pip(&["install", "--no-index", &wheel.to_string_lossy()])?;
    pip(&["check"])?;
    is_ours(&environment, &venv, &before, version)?;
    pip(&["uninstall", "--yes", "kedro-telemetry"])?;
    let left = files(&environment, &venv)?;
    if let Some(path) = left.keys().next() {
        return Err(format!("pip leaves {} behind", path.display()));
    }
    pip(&["install", ORIGINAL])?;
    if files(&environment, &venv)? != before {
        return Err(format!("{ORIGINAL} is not what it was before"));
    }
    println!("ok     in place of {ORIGINAL} with {KEDRO}, and back");
    Ok(())
}

fn is_ours(
    environment: &Environment,
    venv: &Path,
    before: &BTreeMap<PathBuf, Vec<u8>>,
    version: &str,
) -> Result<(), String> {
    let after = files(environment, venv)?;
    if let Some(path) = after.iter().find_map(|(path, content)| (before.get(path)? == content).then_some(path)) {
        // What pip itself writes may be the same.
        if !path.ends_with("INSTALLER") && !path.ends_with("REQUESTED") {
            return Err(format!("{} is still the original's", path.display()));
        }
    }
    let said = succeeds(isolated(&mut Command::new(environment.program("kedro")), venv)?.arg("info"))?;
    let line = format!("kedro_telemetry: {version} (entry points:cli_hooks,global,hooks)");
    if said.lines().any(|said| said.trim() == line) {
        Ok(())
    } else {
        Err(format!("`kedro info` does not say {line}: {said}"))
    }
}

/// Everything that is installed under the package's name, but what Python makes of it.
fn files(environment: &Environment, venv: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let packages = environment.site_packages().map_err(|error| error.to_string())?;
    let mut found = BTreeMap::new();
    for folder in [packages, venv.join("bin")] {
        let entries = fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().replace('-', "_");
            if name.starts_with("kedro_telemetry") {
                collect(&entry.path(), &mut found)?;
            }
        }
    }
    Ok(found)
}

fn collect(path: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<(), String> {
    let failed = |error| format!("cannot read {}: {error}", path.display());
    if path.ends_with("__pycache__") {
        return Ok(());
    }
    if !path.is_dir() {
        found.insert(path.to_owned(), fs::read(path).map_err(failed)?);
        return Ok(());
    }
    fs::read_dir(path).map_err(failed)?.filter_map(Result::ok).try_for_each(|entry| collect(&entry.path(), found))
}
