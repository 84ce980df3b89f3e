//! What a host offers to its plugins, and how each plugin sees it.

use std::sync::Arc;

use super::error::HookError;
use crate::{
    Error, Host, HostSource, LogLevel,
    specs::{PropertyValue, Usage},
};

/// What a host offers to all its plugins. Only the identity is required; the rest has the least a plugin can live with.
///
/// Each method is told which plugin asks. The methods are described at [`Host`].
pub trait HostServices: Send + Sync + 'static {
    /// The program's name, as a user types it.
    fn name(&self) -> &str;

    /// The program's version.
    fn version(&self) -> &str;

    /// The runtime's name: `rust`.
    fn runtime_name(&self) -> &str {
        "rust"
    }

    /// The runtime's version; empty unless the host says.
    fn runtime_version(&self) -> &str {
        ""
    }

    /// The setting `key` of `plugin`.
    fn setting(&self, plugin: &str, key: &str) -> Option<&str> {
        let _ = (plugin, key);
        None
    }

    /// Writes to the log.
    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        let _ = (plugin, level, message);
    }

    /// Shows the user one notice.
    fn notify(&self, plugin: &str, message: &str) {
        let _ = (plugin, message);
    }

    /// Starts the program again, with all that [`Host::relaunch`] promises to `plugin`. A host that cannot keep each of these promises
    /// leaves this method out: plugins are prepared for that, and nothing is lost.
    ///
    /// Called within a hook: it starts a process and returns. `host-demo` is an example of how, `host-demo/src/plugins/relaunch.rs`.
    ///
    /// # Errors
    /// When this host cannot, which is what it says unless it is told how.
    fn relaunch(&self, plugin: &str, args: &[&str]) -> Result<(), Error> {
        let _ = (plugin, args);
        Err(Error::new("this program cannot start itself again"))
    }

    /// Calls the hook [`UsageEvent`](crate::specs::UsageEvent) with an event that a plugin has raised, and says whether a hookimpl has
    /// recorded it; a host without that hook does nothing.
    ///
    /// The services are there before the hook is declared, and its caller holds on to them, so they get hold of the caller weakly:
    ///
    /// ```
    /// use std::sync::{Arc, OnceLock, Weak};
    /// use hookspec::{manager::{ErrorPolicy, HookCaller, HostServices, PluginManager}, specs::{Usage, UsageEvent}};
    ///
    /// struct Services { usage_event: Arc<OnceLock<Weak<HookCaller<UsageEvent>>>> }
    ///
    /// impl HostServices for Services {
    ///     fn name(&self) -> &str { "bakery" }
    ///     fn version(&self) -> &str { "1.0.0" }
    ///     fn usage_event(&self, event: &Usage) -> bool {
    ///         let hook = self.usage_event.get().and_then(Weak::upgrade);
    ///         hook.is_some_and(|hook| hook.call(event).is_ok_and(|answers| answers.contains(&true)))
    ///     }
    /// }
    ///
    /// let link = Arc::new(OnceLock::new());
    /// let manager = PluginManager::new(Services { usage_event: Arc::clone(&link) }, ErrorPolicy::Isolate);
    /// let usage_event = Arc::new(manager.declare(UsageEvent)?);
    /// link.set(Arc::downgrade(&usage_event)).expect("it was not set before");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn usage_event(&self, event: &Usage) -> bool {
        let _ = event;
        false
    }

    /// Hears of a hookimpl that failed where the manager goes on ([`ErrorPolicy::Isolate`](super::ErrorPolicy::Isolate)).
    fn hook_failed(&self, error: &HookError) {
        self.log(&error.plugin, LogLevel::Warn, &error.to_string());
    }
}

/// The services as one plugin sees them.
struct ForPlugin {
    services: Arc<dyn HostServices>,
    plugin: String,
}

pub(super) fn host_for(services: &Arc<dyn HostServices>, plugin: &str) -> Host {
    Host::new(ForPlugin { services: Arc::clone(services), plugin: plugin.to_owned() })
}

impl HostSource for ForPlugin {
    fn name(&self) -> &str {
        self.services.name()
    }

    fn version(&self) -> &str {
        self.services.version()
    }

    fn runtime_name(&self) -> &str {
        self.services.runtime_name()
    }

    fn runtime_version(&self) -> &str {
        self.services.runtime_version()
    }

    fn setting(&self, key: &str) -> Option<&str> {
        self.services.setting(&self.plugin, key)
    }

    fn log(&self, level: LogLevel, message: &str) {
        self.services.log(&self.plugin, level, message);
    }

    fn notify(&self, message: &str) {
        self.services.notify(&self.plugin, message);
    }

    fn relaunch(&self, args: Vec<&str>) -> Result<(), Error> {
        self.services.relaunch(&self.plugin, &args)
    }

    fn usage_event(&self, name: &str, properties: Vec<(&str, PropertyValue<'_>)>, project_path: Option<&str>) -> bool {
        self.services.usage_event(&Usage::of(&self.plugin, name, properties, project_path))
    }
}
