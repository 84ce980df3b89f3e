//! The sdist, and wheels built from it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tests::workspace;

use super::{
    platform::Platform,
    tools::{self, Tools},
};
use crate::{process::succeeds, standard_library};

/// Calls the package's own backend: the function, the folder for the result, and its settings.
const CALL: &str = "import json, sys, kedro_wheel
print(getattr(kedro_wheel, sys.argv[1])(sys.argv[2], json.loads(sys.argv[3])))";

/// The sdist, also unpacked.
pub struct Source {
    archive: PathBuf,
    dir: PathBuf,
}

impl Source {
    /// Packs the sdist into `out`, and unpacks it below `dir`.
    pub fn pack(tools: &Tools, dir: &Path, out: &Path) -> Result<Self, String> {
        let bridge = workspace().join("kedro-bridge");
        let mut python = tools.python()?;
        python.env_remove("CARGO_TARGET_DIR");
        python.current_dir(&bridge).env("PYTHONPATH", bridge.join("backend"));
        let archive = out.join(call(&mut python, "build_sdist", out, &serde_json::json!({}))?);
        let unpacked = dir.join("source");
        if unpacked.exists() {
            fs::remove_dir_all(&unpacked).map_err(|error| format!("cannot empty {}: {error}", unpacked.display()))?;
        }
        fs::create_dir_all(&unpacked).map_err(|error| format!("cannot create {}: {error}", unpacked.display()))?;
        // With the times that the files have here, so that cargo builds what has changed and no more.
        succeeds(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&unpacked))?;
        let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { archive, dir: unpacked.join(name.trim_end_matches(".tar.gz")) })
    }

    /// The packed file.
    pub fn archive(&self) -> &Path {
        &self.archive
    }
}

/// Packs the wheel of the platform into `out`.
pub fn wheel(
    tools: &Tools,
    source: &Source,
    platform: &Platform,
    endpoint: Option<&str>,
    out: &Path,
) -> Result<PathBuf, String> {
    let mut python = tools.python()?;
    python.current_dir(&source.dir).env("PYTHONPATH", source.dir.join("kedro-bridge/backend"));
    python.env_remove("KEDRO_TELEMETRY_BUILT_IN_ENDPOINT");
    python.envs(endpoint.map(|endpoint| ("KEDRO_TELEMETRY_BUILT_IN_ENDPOINT", endpoint)));
    let (mut rustflags, mut cargo_args) = (String::new(), "");
    if let Some(library) = tools::library(platform.triple)? {
        standard_library::allow(&mut python, &library);
        rustflags = format!("--remap-path-prefix={}=/rustc/library", library.display());
        cargo_args = "-Zbuild-std=std,panic_unwind,panic_abort";
    }
    let settings = serde_json::json!({
        "target": platform.triple,
        "zig": "1",
        "compatibility": platform.compatibility,
        "rustflags": rustflags,
        "cargo-args": cargo_args,
    });
    Ok(out.join(call(&mut python, "build_wheel", out, &settings)?))
}

/// What a function of the backend gave: a file's name. What its tools tell goes to the terminal.
fn call(python: &mut Command, function: &str, out: &Path, settings: &serde_json::Value) -> Result<String, String> {
    let out = out.canonicalize().map_err(|error| format!("cannot use {}: {error}", out.display()))?;
    python.args(["-c", CALL, function]).arg(out).arg(settings.to_string()).stderr(Stdio::inherit());
    let output = python.output().map_err(|error| format!("python: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.lines().next_back() {
        Some(name) if output.status.success() => Ok(name.to_owned()),
        _ => Err(format!("{function} ended with {}", output.status)),
    }
}
