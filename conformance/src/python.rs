//! A Python that has the original, in a virtual environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::child;

/// What is compared with.
const PINNED: [&str; 3] = ["kedro==1.7.0", "kedro-telemetry==0.9.0", "kedro-datasets==9.6.0"];
const INSTALLATION: Duration = Duration::from_secs(15 * 60);

/// The interpreter of the environment in `venv`, which is made when it is not there or has other
/// versions.
pub fn interpreter(venv: &Path) -> Result<PathBuf, String> {
    let python = venv.join("bin/python");
    let stamp = venv.join("pinned");
    if fs::read_to_string(&stamp).is_ok_and(|pinned| pinned == PINNED.join("\n")) && python.exists() {
        return Ok(python);
    }
    println!("installing {}", PINNED.join(", "));
    child::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv), "python3 -m venv", INSTALLATION)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PINNED);
    child::run(&mut pip, "pip", INSTALLATION)?;
    fs::write(&stamp, PINNED.join("\n")).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}
