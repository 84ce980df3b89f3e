//! Where a platform's programs run.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::build::Build;

/// A user's machine of some platform, as this one plays it.
pub struct Place {
    /// What runs a program of the platform, with its arguments; nothing where this machine does.
    pub runner: Vec<OsString>,
    /// All of the environment.
    pub env: Vec<(OsString, OsString)>,
    pub host: PathBuf,
    pub plugin: PathBuf,
    /// How the name of a library ends.
    pub suffix: &'static str,
    /// A folder of this run's own.
    pub root: PathBuf,
    /// Where the host's configuration is.
    pub config: PathBuf,
    /// How the platform's programs are told a path of this machine.
    pub shown: fn(&Path) -> String,
}

impl Place {
    /// A new user of a Linux, with what `build` makes.
    pub fn linux(build: &Build, root: &Path) -> Self {
        let folder = |name: &str| root.join(name).into_os_string();
        let env = [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", folder("home")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_CACHE_HOME", folder("cache")),
        ];
        Self {
            runner: Vec::new(),
            env: env.map(|(name, value)| (name.into(), value)).into(),
            host: build.output().join("host-demo"),
            plugin: build.output().join("libkedro_telemetry.so"),
            suffix: ".so",
            root: root.to_owned(),
            config: root.join("config/host-demo"),
            shown: |path| path.display().to_string(),
        }
    }

    /// The host, on these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.run(&self.host);
        command.args(words);
        command
    }

    /// Any program of the platform.
    pub fn run(&self, program: &Path) -> Command {
        let mut all = self.runner.iter().map(OsString::as_os_str).chain([program.as_os_str()]);
        let mut command = Command::new(all.next().unwrap_or_default());
        command.args(all).env_clear().envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    pub fn path(&self, path: &Path) -> String {
        (self.shown)(path)
    }
}
