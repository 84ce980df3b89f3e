//! Kedro alone, with the original, and with our package: each in a virtual environment.

use std::{fs, path::PathBuf};

use tests::{
    Artifacts,
    python::{Environment, install_package},
};

use crate::target::target;

/// The peers.
pub const KEDRO: &str = "kedro==1.7.0";
/// See [`KEDRO`].
pub const TELEMETRY: &str = "kedro-telemetry==0.9.0";

/// The variable that tells the original where to send.
pub const ENDPOINT: &str = "BENCH_ENDPOINT";

/// The class of the project's files.
const DATASETS: &str = "kedro-datasets==9.6.0";
const DECLARED: &str = "HEAP_ENDPOINT = \"https://heapanalytics.com/api/track\"";

/// The three.
pub struct Environments {
    alone: Environment,
    original: Environment,
    ours: Environment,
}

impl Environments {
    /// Makes those that are not there, and puts the package as it is now into its own.
    pub fn ready(artifacts: &Artifacts) -> Result<Self, String> {
        let environment = |name: &str, pinned: &[&str], without: &[&str]| {
            let dir = target().join("bench").join(name);
            Environment::with(&dir, pinned, without).map_err(|error| error.to_string())
        };
        let without = ["kedro-telemetry"];
        let made = Self {
            alone: environment("kedro-alone", &[KEDRO, DATASETS], &without)?,
            original: environment("kedro-original", &[KEDRO, DATASETS, TELEMETRY], &[])?,
            ours: environment("kedro-ours", &[KEDRO, DATASETS], &without)?,
        };
        let site_packages = made.ours.site_packages().map_err(|error| error.to_string())?;
        install_package(artifacts, &site_packages).map_err(|error| error.to_string())?;
        made.redirect()?;
        Ok(made)
    }

    /// Any Python of the three.
    pub fn python(&self) -> PathBuf {
        self.alone.python()
    }

    /// `kedro` without telemetry.
    pub fn alone(&self) -> PathBuf {
        self.alone.program("kedro")
    }

    /// `kedro` with the original.
    pub fn original(&self) -> PathBuf {
        self.original.program("kedro")
    }

    /// `kedro` with our package.
    pub fn ours(&self) -> PathBuf {
        self.ours.program("kedro")
    }

    /// Has the original send to where [`ENDPOINT`] says, and nowhere else: one look at a variable in
    /// the place of a constant, which costs nothing.
    fn redirect(&self) -> Result<(), String> {
        let site_packages = self.original.site_packages().map_err(|error| error.to_string())?;
        let file = site_packages.join("kedro_telemetry/plugin.py");
        let shown = |error| format!("{}: {error}", file.display());
        let source = fs::read_to_string(&file).map_err(shown)?;
        let redirected = format!("HEAP_ENDPOINT = os.environ.get(\"{ENDPOINT}\", \"http://127.0.0.1:1/\")");
        if source.contains(&redirected) {
            return Ok(());
        }
        if !source.contains(DECLARED) {
            return Err(format!("{}: the endpoint is not where it was", file.display()));
        }
        fs::write(&file, source.replace(DECLARED, &redirected)).map_err(shown)
    }
}
