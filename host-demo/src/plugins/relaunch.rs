//! Starting this program again, detached, on a command of a plugin.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The hidden option that says which plugin the detached process serves.
pub const OPTION: &str = "--detached";

/// How to start again: under the same plugins and settings.
#[derive(Debug, Clone)]
pub struct Relaunch {
    /// Plugin directories that the command line named.
    pub plugin_dirs: Vec<PathBuf>,
    /// Configuration file that the command line named.
    pub config: Option<PathBuf>,
}

impl Relaunch {
    /// Starts this program on `args` for `plugin`, and does not wait for it.
    pub fn start(&self, plugin: &str, args: &[&str]) -> io::Result<()> {
        let mut command = Command::new(env::current_exe()?);
        command.args([OPTION, plugin]);
        for dir in &self.plugin_dirs {
            command.arg("--plugin-dir").arg(absolute(dir)?);
        }
        if let Some(config) = &self.config {
            command.arg("--config").arg(absolute(config)?);
        }
        command.args(args).current_dir(root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Its end is init's to notice, not ours: this process may be gone by then.
        command.spawn().map(drop)
    }
}

/// Leaves the session of the command that started this process, so that neither a key nor a closed terminal ends it.
///
/// Done here and not between fork and exec, which lets the system start the process the fast way.
pub fn detach() {
    #[cfg(unix)]
    {
        // Fails only for a process that leads a group, which has left already.
        let _ = rustix::process::setsid();
    }
}

fn absolute(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

/// No folder is kept from being removed or unmounted by a process that sits in it.
fn root() -> &'static Path {
    Path::new(if cfg!(windows) { "\\" } else { "/" })
}
