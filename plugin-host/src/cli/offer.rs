//! What a program that is run by [`App`](crate::App) offers to its plugins.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hookspec::{Error, LogLevel};

use crate::{
    cli::{relaunch::Relaunch, settings::Settings},
    error::HookError,
    message::say,
    program::Program,
    services::HostServices,
};

/// The services of this process.
pub(crate) struct Offer {
    pub(crate) program: Program,
    /// Settings of the plugins.
    pub(crate) settings: Arc<Settings>,
    /// How to start again; `None` in a process that was.
    pub(crate) relaunch: Option<Relaunch>,
    /// Whether to show what plugins log.
    pub(crate) is_verbose: bool,
    /// Whether plugins may call open hooks by now.
    pub(crate) allows_calls: Arc<AtomicBool>,
    /// Whether the user is told of hookimpls that fail.
    pub(crate) tells_failures: bool,
}

impl Offer {
    /// Of a program whose plugins have these settings.
    pub(crate) fn new(program: Program, settings: Arc<Settings>, relaunch: Option<Relaunch>) -> Self {
        Self { program, settings, relaunch, is_verbose: false, allows_calls: Arc::default(), tells_failures: true }
    }
}

impl HostServices for Offer {
    fn name(&self) -> &str {
        self.program.name()
    }

    fn version(&self) -> &str {
        self.program.version()
    }

    fn runtime_version(&self) -> &str {
        self.program.runtime_version()
    }

    fn setting(&self, plugin: &str, key: &str) -> Option<&str> {
        self.settings.get(plugin, key)
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        match level {
            LogLevel::Error | LogLevel::Warn => self.program.log(plugin, level, message),
            LogLevel::Debug | LogLevel::Info if self.is_verbose => say(&format!("{plugin}: {message}")),
            LogLevel::Trace | LogLevel::Debug | LogLevel::Info => {}
        }
    }

    fn logs(&self, plugin: &str, level: LogLevel) -> bool {
        self.program.logs(plugin, level) || (self.is_verbose && level >= LogLevel::Debug)
    }

    fn notify(&self, plugin: &str, message: &str) {
        self.program.notify(plugin, message);
    }

    fn relaunch(&self, plugin: &str, args: &[&str]) -> Result<(), Error> {
        let relaunch =
            self.relaunch.as_ref().ok_or_else(|| Error::new("this process was itself started by a plugin"))?;
        relaunch
            .start(plugin, args)
            .map_err(|error| Error::new(format_args!("cannot start this program again: {error}")))
    }

    fn allows_call(&self, _: &str, _: &str) -> bool {
        self.allows_calls.load(Ordering::Relaxed)
    }

    fn hook_failed(&self, error: &HookError) {
        if self.tells_failures {
            self.program.hook_failed(error);
        }
    }
}
