//! Has cargo build a plugin.

use std::{
    env::{self, consts::DLL_EXTENSION},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::error::DevError;

/// What cargo says it has made; what else it says is passed over.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// Builds the crate in `dir` and gives its library; `None` when it does not build, which cargo has
/// told the user.
pub(super) fn build(dir: &Path) -> Result<Option<PathBuf>, DevError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let start = |error| DevError::Start { program: "cargo", error };
    let mut command = Command::new(cargo);
    command.args(["build", "--lib", "--message-format=json-render-diagnostics"]).current_dir(dir);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(start)?;
    let said = child.stdout.take().map(BufReader::new);
    let lines = said.into_iter().flat_map(BufRead::lines).map_while(Result::ok);
    let library = lines.filter_map(|line| library_of(&line, dir)).last();
    if !child.wait().map_err(start)?.success() {
        return Ok(None);
    }
    library.ok_or_else(|| DevError::NoLibrary(dir.to_owned())).map(Some)
}

/// The library of the crate in `dir`, if that is what this line is about.
fn library_of(line: &str, dir: &Path) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    let is_ours = message.manifest_path.parent().and_then(|path| path.canonicalize().ok()) == dir.canonicalize().ok();
    let is_library = |file: &PathBuf| file.extension().is_some_and(|extension| extension == DLL_EXTENSION);
    let is_meant = message.reason == "compiler-artifact" && is_ours;
    is_meant.then(|| message.filenames.into_iter().find(is_library)).flatten()
}
