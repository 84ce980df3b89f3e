//! Where an event's facts come from: the host, and the views of the hooks.

use std::{borrow::Cow, path::Path};

use hookspec::{
    Host, LogLevel as HostLogLevel,
    specs::{Catalog, CommandNode, CountPipelines, Countable, PropertyValue},
};
use usage_telemetry::{
    Error, LogLevel, Program,
    schema::{Properties, Scalar},
};

use crate::{
    event::{self, HostFacts},
    literal,
    mask::KnownCommand,
    statistics::{CatalogStatistics, DEFAULT_PIPELINE},
};

/// The host as telemetry's program.
pub(crate) struct HostAsProgram(pub(crate) Host);

impl Program for HostAsProgram {
    fn setting(&self, key: &str) -> Option<String> {
        self.0.setting(key).map(str::to_owned)
    }

    fn log(&self, level: LogLevel, message: &str) {
        let level = match level {
            LogLevel::Debug => HostLogLevel::Debug,
            LogLevel::Warn => HostLogLevel::Warn,
        };
        self.0.log(level, message);
    }

    fn notify(&self, message: &str) {
        self.0.notify(message);
    }

    fn complete(&self, project: &Path) -> Properties {
        let Some(path) = project.to_str() else { return Properties::default() };
        match self.0.call(CountPipelines, Countable::of(path)) {
            Ok(Some(pipelines)) => event::counted(&pipelines),
            // Whoever cannot be asked, or does not know, knows as little as before.
            Ok(None) | Err(_) => Properties::default(),
        }
    }

    fn start_again(&self, words: &[&str]) -> Result<(), Error> {
        self.0.relaunch(words.to_vec()).map_err(Error::new)
    }
}

/// What the host says of itself.
pub(crate) fn host_facts(host: &Host) -> HostFacts<'_> {
    HostFacts {
        name: host.name(),
        version: host.version(),
        runtime: host.runtime_name(),
        runtime_version: host.runtime_version(),
    }
}

/// The words that may be sent, copied from the host's view.
pub(crate) fn vocabulary(node: &CommandNode) -> KnownCommand {
    KnownCommand {
        name: node.name().to_owned(),
        options: node.options().into_iter().map(str::to_owned).collect(),
        commands: node.commands().iter().map(vocabulary).collect(),
    }
}

/// What is counted in a catalog.
pub(crate) fn statistics(catalog: &Catalog) -> CatalogStatistics {
    let pipelines = catalog.pipelines();
    let number = pipelines.as_ref().map(|pipelines| pipelines.len() as u64);
    let default = pipelines.iter().flatten().find(|(name, _)| *name == DEFAULT_PIPELINE);
    let mut statistics = CatalogStatistics::new(default.and_then(|(_, nodes)| *nodes), number);
    for (name, class_path) in catalog.datasets() {
        statistics.add_dataset(name, class_path);
    }
    for (_, class_path) in catalog.validators() {
        statistics.add_validator(class_path);
    }
    statistics
}

/// A property of somebody else's event. What is not a single value becomes the text that Python's
/// `str` makes of it, as in the original.
pub(crate) fn scalar(value: PropertyValue<'_>) -> Scalar<'_> {
    match value {
        PropertyValue::Bool(value) => Scalar::Bool(value),
        PropertyValue::Int(value) => Scalar::Int(value),
        PropertyValue::Float(value) => Scalar::Float(value),
        PropertyValue::Text(text) => Scalar::Text(text),
        other => Scalar::Text(Cow::Owned(python(&other))),
    }
}

fn python(value: &PropertyValue<'_>) -> String {
    match value {
        PropertyValue::None => "None".to_owned(),
        PropertyValue::Bool(true) => "True".to_owned(),
        PropertyValue::Bool(false) => "False".to_owned(),
        PropertyValue::Int(value) => value.to_string(),
        PropertyValue::Float(value) if value.is_nan() => "nan".to_owned(),
        PropertyValue::Float(value) => format!("{value:?}"),
        PropertyValue::Text(text) => literal::quoted(text),
        PropertyValue::List(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
    }
}
