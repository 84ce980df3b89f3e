//! An environment with Kedro, what its tests need, and one of both packages, whose events go
//! nowhere.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use tests::{
    artifacts,
    python::{Environment, install_package},
};

use super::{ORIGINAL, outcomes::Outcomes};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/api/track";

/// What the original sends to.
const HEAP: &str = "https://heapanalytics.com/api/track";

/// Beside Kedro's own list; Kedro 1.5.0 does not show its errors with a later click.
const NEEDED: [&str; 4] = ["click==8.3.3", "httpx", "kedro-datasets[pandas-csvdataset]", "pytest-json-report"];

/// One of the packages that are called `kedro-telemetry`.
#[derive(Clone, Copy)]
pub enum Package {
    /// The one in Python.
    Original,
    /// The one from here.
    Ours,
}

/// An environment, ready for tests.
pub struct Prepared {
    dir: PathBuf,
    environment: Environment,
}

impl Prepared {
    /// Makes it in a folder of its own in `dir`, with Kedro from `source`.
    pub fn new(package: Package, dir: &Path, source: &Path) -> Result<Self, String> {
        let dir = dir.join(match package {
            Package::Original => "original",
            Package::Ours => "ours",
        });
        let kedro = format!("{}[test]", source.display());
        let pinned = [&["--editable", &kedro, ORIGINAL], &NEEDED[..]].concat();
        let environment = Environment::with(&dir, &pinned, &[]).map_err(|error| error.to_string())?;
        let site_packages = environment.site_packages().map_err(|error| error.to_string())?;
        let done = match package {
            Package::Original => redirect(&site_packages.join("kedro_telemetry/plugin.py")),
            Package::Ours => install_package(artifacts(), &site_packages).map_err(|error| error.to_string()),
        };
        done.map(|()| Self { dir, environment })
    }

    /// Its Python in that folder, with a home of its own.
    pub fn python(&self, folder: &Path) -> Command {
        let home = self.dir.join("home");
        let mut python = Command::new(self.environment.python());
        python.current_dir(folder).env("HOME", &home).env("KEDRO_TELEMETRY_ENDPOINT", NOWHERE);
        for (variable, name) in [("CONFIG", "config"), ("STATE", "state"), ("DATA", "data"), ("CACHE", "cache")] {
            python.env(format!("XDG_{variable}_HOME"), home.join(name));
        }
        for refusing in ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY", "CI", "GITHUB_REPOSITORY_OWNER"] {
            python.env_remove(refusing);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.dir.join("bin")).chain(std::env::split_paths(&path));
        python.env("PATH", std::env::join_paths(folders).unwrap_or(path.clone()));
        python
    }

    /// Runs tests in `folder`.
    pub fn pytest(&self, folder: &Path, args: &[&str]) -> Result<Outcomes, String> {
        let report = self.report("pytest");
        let mut pytest = self.python(folder);
        pytest.args(["-m", "pytest", "-W", "ignore", "-o", "addopts=", "--tb=native", "--json-report"]).args(args);
        self.log(pytest.arg("--json-report-file").arg(&report), "pytest")?;
        Outcomes::of_pytest(&report)
    }

    /// Where results go.
    pub fn report(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("json")
    }

    /// Runs a program to its end, whatever that is; what it says goes into a file.
    pub fn log(&self, command: &mut Command, name: impl AsRef<OsStr>) -> Result<(), String> {
        let path = self.dir.join(name.as_ref()).with_extension("log");
        let mut run = || {
            fs::create_dir_all(self.dir.join("home"))?;
            let log = File::create(&path)?;
            command.stdout(log.try_clone()?).stderr(log).status()
        };
        run().map(drop).map_err(|error: std::io::Error| format!("{}: {error}", path.display()))
    }
}

fn redirect(module: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", module.display());
    let text = fs::read_to_string(module).map_err(failed)?;
    if !text.contains(HEAP) {
        return Err(format!("{}: its endpoint is not the known one; no test is run with it", module.display()));
    }
    fs::write(module, text.replace(HEAP, NOWHERE)).map_err(failed)
}
