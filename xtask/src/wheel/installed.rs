//! A wheel in a fresh environment of each Python that there is.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::python::Environment;

use crate::process::succeeds;

/// The versions that it is for, as far as they may be here.
const MINOR_VERSIONS: std::ops::RangeInclusive<u32> = 10..=20;
/// The module is loaded, and says the version that the package and its metadata say.
const IMPORT: &str = "import importlib.metadata as metadata, kedro_telemetry, kedro_telemetry._native as native
print(native.__version__, kedro_telemetry.__version__, metadata.version('kedro-telemetry'))
print(kedro_telemetry.__path__[0])";

/// Installs the wheel and runs what is in it, in environments below `dir`. Events go to `endpoint`
/// unless their user says otherwise.
pub fn check(wheel: &Path, version: &str, endpoint: Option<&str>, dir: &Path) -> Result<(), String> {
    let pythons = pythons();
    if pythons.is_empty() {
        println!("skipped: there is no Python 3.10 or later here, and the wheel was not run");
    }
    for (minor, python) in pythons {
        let venv = dir.join(format!("python3.{minor}"));
        runs(&python, &venv, wheel, version, endpoint).map_err(|why| format!("Python 3.{minor}: {why}"))?;
        println!("ok     installed and run with Python 3.{minor}");
    }
    Ok(())
}

fn runs(python: &Path, venv: &Path, wheel: &Path, version: &str, endpoint: Option<&str>) -> Result<(), String> {
    let environment = Environment::fresh(python, venv).map_err(|error| error.to_string())?;
    let wheel = wheel.to_string_lossy();
    environment.pip(&["install", "--no-deps", "--no-index", &wheel]).map_err(|error| error.to_string())?;
    let said = succeeds(isolated(&mut Command::new(environment.python()), venv)?.args(["-c", IMPORT]))?;
    let (versions, package) = said.trim_end().split_once('\n').unwrap_or_default();
    if versions != [version; 3].join(" ") {
        return Err(format!("module, package and metadata say the versions {versions}"));
    }
    let program = Path::new(package).join("kedro-plugin-host");
    let prints = |words: &[&str]| succeeds(isolated(&mut Command::new(&program), venv)?.args(words));
    let list = prints(&["plugin", "list", "--format", "json"])?;
    let list: serde_json::Value = serde_json::from_str(&list).map_err(|error| format!("{error} in {list}"))?;
    if !lists_the_plugin(&list, version) {
        return Err(format!("`plugin list` says {list}"));
    }
    let status = prints(&["telemetry", "status"])?;
    let line = endpoint.map_or("endpoint   none: ".to_owned(), |endpoint| format!("endpoint   {endpoint} "));
    let says = status.lines().any(|said| said.starts_with(&line));
    if says { Ok(()) } else { Err(format!("`telemetry status` does not say `{line}`: {status}")) }
}

/// The plugin has the wheel's version, which its events carry.
fn lists_the_plugin(list: &serde_json::Value, version: &str) -> bool {
    let plugins = list["plugins"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = plugins.iter().find(|plugin| plugin["name"] == "kedro-telemetry");
    found.is_some_and(|plugin| plugin["version"] == version && plugin["state"] == "enabled")
}

/// With a home of its own, and the telemetry refused.
pub fn isolated<'c>(command: &'c mut Command, venv: &Path) -> Result<&'c mut Command, String> {
    let home = venv.join("home");
    fs::create_dir_all(&home).map_err(|error| format!("cannot create {}: {error}", home.display()))?;
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env_remove(variable);
    }
    Ok(command
        .env("HOME", &home)
        .env("DO_NOT_TRACK", "1")
        .env_remove("PYTHONPATH")
        .env_remove("KEDRO_TELEMETRY_ENDPOINT")
        .current_dir(home))
}

/// Each Python that works, by its minor version: of those on the `PATH` and of pyenv's.
fn pythons() -> BTreeMap<u32, PathBuf> {
    let named = MINOR_VERSIONS.map(|minor| PathBuf::from(format!("python3.{minor}")));
    let candidates = [PathBuf::from("python3")].into_iter().chain(named).chain(of_pyenv());
    let mut found = BTreeMap::new();
    for python in candidates {
        if let Some(minor) = minor_version(&python).filter(|minor| MINOR_VERSIONS.contains(minor)) {
            found.entry(minor).or_insert(python);
        }
    }
    found
}

fn of_pyenv() -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".pyenv"));
    let versions = fs::read_dir(root.join("versions")).into_iter().flatten();
    versions.filter_map(|entry| Some(entry.ok()?.path().join("bin/python"))).collect()
}

fn minor_version(python: &Path) -> Option<u32> {
    let said = succeeds(Command::new(python).args(["-c", "import sys; print(*sys.version_info[:2])"])).ok()?;
    said.trim().strip_prefix("3 ")?.parse().ok()
}
