//! Pythons that have what is measured, each in a virtual environment of its own.

use std::{path::PathBuf, process::Command};

use crate::{os::VENV_PYTHON, process::succeeds, target::target};

/// The Python of the environment `name`, which has these packages, each with its version, and not
/// the package `without` that they ask for.
pub fn environment(name: &str, packages: &[&str], without: Option<&str>) -> Result<PathBuf, String> {
    let venv = target().join("bench").join(name);
    let python = venv.join(VENV_PYTHON);
    if !python.exists() {
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    succeeds(&mut pip)?;
    if let Some(package) = without {
        succeeds(Command::new(&python).args(["-m", "pip", "uninstall", "--quiet", "--yes", package]))?;
    }
    Ok(python)
}
