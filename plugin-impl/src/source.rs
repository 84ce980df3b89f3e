//! Where an event's facts come from: the host, and the views of the hooks.

use std::{borrow::Cow, collections::BTreeSet, path::Path};

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

/// Commands within commands, and commands in all: a host's tree may have no end. What lies beyond
/// is not known, and so masked.
const MAX_DEPTH: usize = 16;
const MAX_COMMANDS: usize = 4096;

/// The words of a command line that may be sent, copied from the host's view. What is not on the
/// line is not asked about any further: a tree may have hundreds of commands.
pub(crate) fn vocabulary(node: &CommandNode, args: &[impl AsRef<str>]) -> KnownCommand {
    let args = args.iter().map(AsRef::as_ref);
    let words = args.flat_map(|arg| [Some(arg), arg.split_once('=').map(|(option, _)| option)]).flatten().collect();
    let mut left = MAX_COMMANDS;
    known(node, MAX_DEPTH, &words, &mut left)
}

fn known(node: &CommandNode, depth: usize, words: &BTreeSet<&str>, left: &mut usize) -> KnownCommand {
    let mut commands = Vec::new();
    let below = if depth == 0 { Vec::new() } else { node.commands() };
    for node in &below {
        let Some(less) = left.checked_sub(1) else { break };
        *left = less;
        if words.contains(node.name()) {
            commands.push(known(node, depth - 1, words, left));
        }
    }
    let options = node.options().into_iter().filter(|option| words.contains(option)).map(str::to_owned).collect();
    KnownCommand { name: node.name().to_owned(), options, commands }
}

/// What is counted in a catalog; `None` where it is not known. Nothing is told of such a catalog: no
/// dataset would be a number, too.
pub(crate) fn statistics(catalog: &Catalog) -> Option<CatalogStatistics> {
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
    // A call that fails says no.
    catalog.is_known().then_some(statistics)
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

#[cfg(test)]
mod tests {
    use hookspec::specs::CommandNodeSource;

    use super::*;

    struct Itself;

    impl CommandNodeSource for Itself {
        fn name(&self) -> &str {
            "itself"
        }

        fn options(&self) -> Vec<&str> {
            Vec::new()
        }

        fn commands(&self) -> Vec<CommandNode> {
            vec![CommandNode::new(Self), CommandNode::new(Self)]
        }
    }

    fn count(command: &KnownCommand) -> usize {
        1 + command.commands.iter().map(count).sum::<usize>()
    }

    #[test]
    fn a_vocabulary_without_an_end_is_read_so_far_and_no_further() {
        assert_eq!(count(&vocabulary(&CommandNode::new(Itself), &["itself"])), 1 + MAX_COMMANDS);
    }

    #[test]
    fn what_is_not_on_the_line_is_not_copied() {
        let other = vocabulary(&CommandNode::new(Itself), &["other", "--none=itself"]);
        assert_eq!(other, KnownCommand { name: "itself".to_owned(), ..KnownCommand::default() });
    }
}
