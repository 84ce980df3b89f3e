//! What a host offers to its plugins, and how each plugin sees it.

use std::{
    io::{self, Write},
    sync::{Arc, Weak},
};

use hookspec::{
    Error, Host, HostSource, LogLevel, Opaque,
    abi::{Object, Signature, Value},
};
use terminal_text::one_line;

use crate::error::HookError;

/// What a host offers to all its plugins. Only the identity is required; the rest has the least a
/// plugin can live with.
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

    /// Writes to the log what the part `target` of `plugin` says: a module, as in the crates `log` and
    /// `tracing`.
    fn log_of(&self, plugin: &str, level: LogLevel, target: &str, message: &str) {
        // A module of the plugin's own says by itself whose it is.
        match target.split("::").next() {
            Some(own) if own == plugin.replace('-', "_") => self.log(plugin, level, message),
            _ => self.log(plugin, level, &format!("{target}: {message}")),
        }
    }

    /// Whether what `plugin` logs at this level is kept or shown; asked when it is loaded. Unless
    /// the host says otherwise it is.
    fn logs(&self, plugin: &str, level: LogLevel) -> bool {
        let _ = (plugin, level);
        true
    }

    /// Shows the user one notice: on standard error, unless the host has a better place. Where
    /// notices are not shown, users do not know what plugins do in their name.
    fn notify(&self, plugin: &str, message: &str) {
        // There may be nobody to tell.
        let _ = writeln!(io::stderr(), "{}", one_line(&format!("note from {plugin}: {message}")));
    }

    /// Starts the program again, with all that [`Host::relaunch`] promises to `plugin`. A host that
    /// cannot keep each of these promises leaves this method out: plugins are prepared for that,
    /// and nothing is lost.
    ///
    /// Called within a hook: it starts a process and returns. `hookspec_host::run` does it, for
    /// programs that let it run them.
    ///
    /// # Errors
    /// When this host cannot, which is what it says unless it is told how.
    fn relaunch(&self, plugin: &str, args: &[&str]) -> Result<(), Error> {
        let _ = (plugin, args);
        Err(Error::new("this program cannot start itself again"))
    }

    /// Whether `plugin` may now call the hook `hook`, which is declared open to plugins, by
    /// [`Host::call`]. Unless the host says otherwise it may.
    fn allows_call(&self, plugin: &str, hook: &str) -> bool {
        let _ = (plugin, hook);
        true
    }

    /// Hears of a hookimpl that failed where the manager goes on
    /// ([`ErrorPolicy::Isolate`](crate::ErrorPolicy::Isolate)).
    fn hook_failed(&self, error: &HookError) {
        self.log(&error.plugin, LogLevel::Warn, &format!("{error:#}"));
    }
}

/// Calls of hooks that plugins make.
pub(crate) trait OpenCalls: Send + Sync + 'static {
    fn call_open(&self, plugin: &str, hook: &str, signature: &Signature, args: Object)
    -> Result<Value<'static>, Error>;
}

/// The services as one plugin sees them. The plugin keeps it, so it does not keep the plugins.
struct ForPlugin {
    services: Arc<dyn HostServices>,
    calls: Weak<dyn OpenCalls>,
    plugin: String,
}

/// The host as `plugin` sees it.
pub(crate) fn host_for(services: &Arc<dyn HostServices>, calls: Weak<dyn OpenCalls>, plugin: &str) -> Host {
    Host::new(ForPlugin { services: Arc::clone(services), calls, plugin: plugin.to_owned() })
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

    fn log_of(&self, level: LogLevel, target: &str, message: &str) -> bool {
        self.services.log_of(&self.plugin, level, target, message);
        true
    }

    fn logs(&self, level: LogLevel) -> bool {
        self.services.logs(&self.plugin, level)
    }

    fn notify(&self, message: &str) {
        self.services.notify(&self.plugin, message);
    }

    fn relaunch(&self, args: Vec<&str>) -> Result<(), Error> {
        self.services.relaunch(&self.plugin, &args)
    }

    fn plugin(&self) -> &str {
        &self.plugin
    }

    fn call_open(&self, hook: &str, signature: Signature, args: Opaque<'_>) -> Result<Opaque<'_>, Error> {
        let Value::Object(args) = args.0 else {
            return Err(Error::new(format_args!("hook `{hook}` is called with something that is not its argument")));
        };
        let calls = self.calls.upgrade().ok_or_else(|| Error::new("the plugins of this program are gone"))?;
        calls.call_open(&self.plugin, hook, &signature, args).map(Opaque)
    }
}
