//! What a plugin may ask of its host.

use crate::{Error, Wire, abi::Value, signature::Describe, specs::PropertyValue};

crate::views! {
    /// The host, as a plugin sees it: identity, settings, log, notices, being started again, and usage events.
    pub view Host of HostSource {
        /// The program's name, as a user types it.
        fn name(&self) -> &str;
        /// The program's version.
        fn version(&self) -> &str;
        /// The language or platform that the host runs on, in lower case: `rust`, `python`.
        fn runtime_name(&self) -> &str;
        /// The version of that runtime.
        fn runtime_version(&self) -> &str;
        /// This plugin's setting `key` in the host's configuration, where it has one. Values that are not text come as JSON.
        fn setting(&self, key: &str) -> Option<&str>;
        /// Writes to the host's log; shown or not as the user asked for.
        fn log(&self, level: LogLevel, message: &str);
        /// Shows the user one notice, apart from the command's own output.
        fn notify(&self, message: &str);
        /// Starts the host program again, with `args` as its command and under the same plugins and settings, and returns
        /// without waiting for it.
        ///
        /// The new process is detached: a session of its own, no standard streams, `/` as its working directory, and it outlives
        /// this one. Fails when the host cannot start itself, for example because it is embedded in another program.
        fn relaunch(&self, args: Vec<&str>) -> Result<(), Error>;
        /// Raises a usage event, for a telemetry plugin to record with the consent that it asks for itself: ask for none of your own. Whether it
        /// was recorded; it is not when there is no such plugin, when the user has refused, or when something went wrong. Never fails.
        ///
        /// The name, and the names and values of the properties, are recorded and sent as given. **Whoever raises an event answers for
        /// what is in it**: no name, path, argument or anything else of a person or a project.
        ///
        /// `project_path` is the folder of the project that the event is about, if any; what it says of telemetry counts.
        ///
        /// May be called from within a hookimpl or a command. While plugins are still being loaded there may be no one to hear it yet.
        ///
        /// ```
        /// # fn installed(host: &plugin_api::Host) {
        /// host.usage_event("skill_installed", vec![("skill", "catalog".into()), ("retries", 2.into())], None);
        /// # }
        /// ```
        fn usage_event(&self, name: &str, properties: Vec<(&str, PropertyValue<'_>)>, project_path: Option<&str>) -> bool { false }
    }
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For whoever looks into the plugin's workings.
    Debug,
    /// For whoever wants to know what happens.
    Info,
    /// Something did not work that the user may want to see to.
    Warn,
}

impl<'a> Wire<'a> for LogLevel {
    fn describe(_: &mut Describe) -> String {
        "log_level".to_owned()
    }

    fn into_value(self) -> Value<'a> {
        Value::Int(match self {
            Self::Debug => 0,
            Self::Info => 1,
            Self::Warn => 2,
        })
    }

    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(match i64::from_value(value)? {
            ..=0 => Self::Debug,
            1 => Self::Info,
            2.. => Self::Warn,
        })
    }

    fn missing(_: Error) -> Self {
        Self::Debug
    }
}
