//! What is made, and the host that is in it.

use std::path::{Path, PathBuf};

use tests::Sandbox;

use crate::process::succeeds;

/// What is made.
pub struct Release {
    pub folder: PathBuf,
    /// The archive's file name.
    pub archive: String,
    /// The `.json` of the plugin's package.
    pub package: PathBuf,
    /// The public key of the signatures.
    pub key: String,
}

/// Runs the host as a user who has nothing else.
pub fn host_run(sandbox: &Sandbox, host: &Path, args: &[&str]) -> Result<String, String> {
    let mut command = sandbox.command(host);
    succeeds(command.args(args).env("DO_NOT_TRACK", "1").current_dir(sandbox.path("home")))
}
