//! What this host offers to its plugins.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hookspec::{Error, LogLevel};
use hookspec_host::{EmbeddedPlugins, HookError, HostServices, output::warn};
use pyo3::prelude::*;

/// The services of this process.
pub struct Services {
    /// Kedro's version.
    pub version: String,
    /// Python's, as `sys.version` has it.
    pub runtime_version: String,
    /// Where settings are from.
    pub plugins: Arc<EmbeddedPlugins>,
    /// The native program that is started for work in the background.
    pub program: PathBuf,
    /// A Python function that writes a line to the debug log.
    pub log: Py<PyAny>,
    /// Whether plugins may call open hooks by now.
    pub allows_calls: Arc<AtomicBool>,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        "kedro"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn runtime_name(&self) -> &str {
        "python"
    }

    fn runtime_version(&self) -> &str {
        &self.runtime_version
    }

    fn setting(&self, plugin: &str, key: &str) -> Option<&str> {
        self.plugins.setting(plugin, key)
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        if level >= LogLevel::Warn {
            return warn(&format!("{plugin}: {message}"));
        }
        // There may be no interpreter any more, and no log.
        let _ = Python::try_attach(|py| self.log.call1(py, (format!("{plugin}: {message}"),)).map(drop));
    }

    fn relaunch(&self, plugin: &str, args: &[&str]) -> Result<(), Error> {
        let started = self.plugins.relaunch(&self.program, plugin, args);
        started.map_err(|error| Error::new(format_args!("cannot start {}: {error}", self.program.display())))
    }

    fn allows_call(&self, _: &str, _: &str) -> bool {
        self.allows_calls.load(Ordering::Relaxed)
    }

    fn hook_failed(&self, error: &HookError) {
        warn(&format!("{error:#}"));
    }
}
