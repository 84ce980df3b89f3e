//! Starting this program again, detached, on a command of a plugin or of its own.

use std::{
    env, io,
    path::{self, Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The hidden option that says which plugin the detached process serves; with an empty name, the
/// program itself.
pub(crate) const OPTION: &str = "--detached";

/// How long a detached process lives at most. A plugin that wants less sees to it itself.
const LIFE: Duration = Duration::from_secs(30);

/// How to start again: under the same plugins and settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relaunch {
    /// Plugin directories that the command line named.
    pub(crate) plugin_dirs: Vec<PathBuf>,
    /// Configuration file that the command line named.
    pub(crate) config: Option<PathBuf>,
}

impl Relaunch {
    /// Starts this program on `args` for `plugin`, or for itself where that is empty, and does not
    /// wait for it.
    pub(crate) fn start(&self, plugin: &str, args: &[&str]) -> io::Result<()> {
        self.start_program(&env::current_exe()?, plugin, args)
    }

    /// The same for the program that is in the file `executable`.
    pub(crate) fn start_program(&self, executable: &Path, plugin: &str, args: &[&str]) -> io::Result<()> {
        let mut command = Command::new(path::absolute(executable)?);
        command.args([OPTION, plugin]);
        for dir in &self.plugin_dirs {
            command.arg("--plugin-dir").arg(path::absolute(dir)?);
        }
        if let Some(config) = &self.config {
            command.arg("--config").arg(path::absolute(config)?);
        }
        detached::start(command.args(args))
    }
}

/// Ends this process when it has been at work for too long, whatever it waits for.
pub(crate) fn end_in_time() {
    detached::end_after(LIFE);
}
