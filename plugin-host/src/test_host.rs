//! A host for the tests of plugins.

use std::sync::{Arc, Mutex, PoisonError};

use hookspec::LogLevel;

use crate::services::HostServices;

/// The services of a host that keeps what plugins say, for their authors' tests.
///
/// ```
/// use hookspec::{Hooks, Host, LogLevel, Plugin, Result};
/// use hookspec_host::{ErrorPolicy, PluginManager, TestHost};
///
/// struct Baker;
///
/// impl Plugin for Baker {
///     fn new(host: Host) -> Result<Self> {
///         host.log(LogLevel::Info, "the oven is hot");
///         Ok(Self)
///     }
///
///     fn register(_: &mut Hooks<Self>) {}
/// }
///
/// let host = TestHost::default();
/// let manager = PluginManager::new(host.clone(), ErrorPolicy::Propagate);
/// manager.register::<Baker>("baker").unwrap();
/// assert_eq!(host.said(), ["baker: the oven is hot"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct TestHost(Arc<Mutex<Vec<String>>>);

impl TestHost {
    /// What plugins have logged and told the user until now, each line behind the plugin's name.
    pub fn said(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hear(&self, plugin: &str, message: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{plugin}: {message}"));
    }
}

impl HostServices for TestHost {
    fn name(&self) -> &str {
        "test-host"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn log(&self, plugin: &str, _: LogLevel, message: &str) {
        self.hear(plugin, message);
    }

    fn notify(&self, plugin: &str, message: &str) {
        self.hear(plugin, message);
    }
}
