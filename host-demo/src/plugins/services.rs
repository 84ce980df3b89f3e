//! What this host offers to its plugins.

use std::{
    io::{self, Write},
    sync::{Arc, OnceLock, Weak},
};

use hookspec::{
    Error, LogLevel,
    manager::{HookCaller, HookError, HostServices},
    specs::{Usage, UsageEvent},
};

use super::{relaunch::Relaunch, settings::Settings};
use crate::table::one_line;

/// Who hears usage events, once anybody may. Weak: the hook's caller holds on to the services.
pub type UsageEvents = Arc<OnceLock<Weak<HookCaller<UsageEvent>>>>;

/// The services of this process.
#[derive(Debug)]
pub struct Services {
    /// Settings of the plugins.
    pub settings: Settings,
    /// How to start again; `None` in a process that was.
    pub relaunch: Option<Relaunch>,
    /// Whether to show what plugins log.
    pub verbose: bool,
    /// Who hears the usage events that plugins raise.
    pub usage_events: UsageEvents,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        env!("CARGO_PKG_NAME")
    }

    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn runtime_version(&self) -> &str {
        env!("HOST_DEMO_RUSTC_VERSION")
    }

    fn setting(&self, plugin: &str, key: &str) -> Option<&str> {
        self.settings.get(plugin, key)
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        match level {
            LogLevel::Warn => warn(&format!("{plugin}: {message}")),
            LogLevel::Debug | LogLevel::Info if self.verbose => say(&format!("{plugin}: {message}")),
            LogLevel::Debug | LogLevel::Info => {}
        }
    }

    fn notify(&self, plugin: &str, message: &str) {
        say(&format!("note from {plugin}: {message}"));
    }

    fn relaunch(&self, plugin: &str, args: &[&str]) -> Result<(), Error> {
        let relaunch =
            self.relaunch.as_ref().ok_or_else(|| Error::new("this process was itself started by a plugin"))?;
        relaunch
            .start(plugin, args)
            .map_err(|error| Error::new(format_args!("cannot start this program again: {error}")))
    }

    fn usage_event(&self, event: &Usage) -> bool {
        let hook = self.usage_events.get().and_then(Weak::upgrade);
        hook.is_some_and(|hook| hook.call(event).is_ok_and(|answers| answers.contains(&true)))
    }

    fn hook_failed(&self, error: &HookError) {
        warn(&error.to_string());
    }
}

/// Warns, in one line.
pub fn warn(message: &str) {
    say(&format!("warning: {message}"));
}

fn say(message: &str) {
    // A closed standard error must not fail the command.
    let _ = writeln!(io::stderr(), "{}", one_line(message));
}
