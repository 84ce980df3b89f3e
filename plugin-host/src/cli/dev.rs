//! `plugin dev`: a plugin that is being written is built and run whenever its sources change.

mod build;
mod changes;
mod error;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use small_files::{FileError, Replacement, Visibility};
use terminal_text::one_line;

pub use self::error::DevError;
use self::{build::build, changes::Sources};
use crate::{
    cli::{directories::DEV_VARIABLE, trial::Trial},
    message::{say, shown, warn},
};

/// Builds the plugin in `dir`, and runs this program on `words` with it, again and again, until it
/// is interrupted or cannot go on.
pub(crate) fn watch(trial: &Trial, dir: &Path, words: &[OsString]) -> Result<(), DevError> {
    if !dir.join("Cargo.toml").is_file() {
        return Err(DevError::NoCrate(dir.to_owned()));
    }
    loop {
        // Before the build, so that what changes meanwhile is built next.
        let sources = Sources::of(dir);
        match build(dir)? {
            Some(library) => try_out(trial, &library, words)?,
            None => warn("the plugin does not build"),
        }
        say(&format!("waiting for changes in {}; Ctrl-C ends this", shown(dir)));
        sources.wait_for_change(dir);
    }
}

/// Runs this program with the library, if that works here.
fn try_out(trial: &Trial, library: &Path, words: &[OsString]) -> Result<(), DevError> {
    let library = put_aside(trial, library)?;
    let start = |error| DevError::Start { program: "this program", error };
    let report = trial.run(&library).map_err(start)?;
    if let Some(problem) = &report.problem {
        warn(&format!("the plugin does not work here: {}", one_line(problem)));
        return Ok(());
    }
    if words.is_empty() {
        say("the plugin works here; the words behind `--` are run with it");
        return Ok(());
    }
    let mut command = Command::new(env::current_exe().map_err(start)?);
    command.args(words).env(trial.program.variable(DEV_VARIABLE), library.parent().unwrap_or(&library));
    if let Some(config) = trial.config {
        command.arg("--config").arg(config);
    }
    let status = command.status().map_err(start)?;
    if !status.success() {
        warn(&format!("the command ended with {status}"));
    }
    Ok(())
}

/// Copies the library into a folder in which there is nothing else, beside it: cargo's may have
/// other plugins in it, and is written to by the next build.
fn put_aside(trial: &Trial, library: &Path) -> Result<PathBuf, DevError> {
    let folder = library.with_file_name(format!("plugin-dev-{}", trial.program.name()));
    small_files::public_folder(&folder)?;
    let failed = |error| FileError::io("read", library)(error);
    let copy = folder.join(library.file_name().unwrap_or_default());
    let content = std::fs::read(library).map_err(failed)?;
    Replacement::write(&copy, &content, Visibility::Everyone)?.commit()?;
    Ok(copy)
}
