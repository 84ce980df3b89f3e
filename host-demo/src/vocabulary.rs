//! What may be typed: this program's commands and those that plugins add, put together as far as
//! somebody asks.

use std::sync::{Arc, OnceLock};

use clap::CommandFactory;
use hookspec::specs::{CommandNode, CommandNodeSource};
use hookspec_host::{AddedCommand, AddedCommands};

use crate::cli::Cli;

/// The command that clap adds, which has all others below it.
const HELP: &str = "help";

/// All that may be typed.
pub struct Vocabulary {
    added: AddedCommands,
    whole: Arc<Whole>,
}

impl Vocabulary {
    /// With the commands that plugins add.
    pub fn new(added: AddedCommands) -> Self {
        Self { added, whole: Arc::default() }
    }

    /// The program, for a command line whose command is `first`: plugins are not loaded for their
    /// words alone.
    pub fn root(&self, first: Option<&str>) -> CommandNode {
        let mut root = own(first, &self.whole);
        root.commands.extend(self.added.needed_for(first).iter().map(|command| Arc::new(Node::added(command))));
        CommandNode::new(Shared(Arc::new(Node::Known(root))))
    }
}

/// This program's commands in all, which takes a while.
#[derive(Default)]
struct Whole(OnceLock<Known>);

impl Whole {
    fn root(&self) -> &Known {
        self.0.get_or_init(|| {
            let mut root = Cli::command();
            // Options that hold everywhere reach the subcommands when it is built.
            root.build();
            Known::of(&root)
        })
    }

    fn command(&self, name: &str) -> Option<&Known> {
        self.root().commands.iter().find(|node| node.name() == name)?.known()
    }
}

/// A command of the command line, or the program itself at the root.
enum Node {
    Known(Known),
    /// One of which somebody may want to know more.
    Named(String, Arc<Whole>),
}

struct Known {
    name: String,
    options: Vec<String>,
    commands: Vec<Arc<Node>>,
}

/// This program with the command that is typed; of the others, only the names are known.
fn own(first: Option<&str>, whole: &Arc<Whole>) -> Known {
    let declared = Cli::command();
    let is_typed = |command: &&clap::Command| first == Some(command.get_name());
    let mut root = clap::Command::new(declared.get_name().to_owned()).args(declared.get_arguments());
    root = root.subcommands(declared.get_subcommands().filter(is_typed));
    if let Some(version) = declared.get_version() {
        root = root.version(version.to_owned());
    }
    root.build();
    let mut typed = Known::of(&root);
    let mut commands: Vec<_> = declared
        .get_subcommands()
        .map(|command| match typed.commands.iter().position(|node| node.name() == command.get_name()) {
            Some(place) => typed.commands.swap_remove(place),
            None => Arc::new(Node::Named(command.get_name().to_owned(), Arc::clone(whole))),
        })
        .collect();
    commands.push(Arc::new(Node::Named(HELP.to_owned(), Arc::clone(whole))));
    Known { commands, ..typed }
}

impl Known {
    fn of(declared: &clap::Command) -> Self {
        let commands = declared.get_subcommands().map(|command| Arc::new(Node::Known(Self::of(command)))).collect();
        Self { name: declared.get_name().to_owned(), options: options(declared), commands }
    }
}

impl Node {
    fn added(command: &AddedCommand) -> Self {
        Self::Known(Known {
            name: command.name.clone(),
            options: command.options.clone(),
            commands: command.commands.iter().map(|command| Arc::new(Self::added(command))).collect(),
        })
    }

    fn name(&self) -> &str {
        match self {
            Self::Known(known) => &known.name,
            Self::Named(name, _) => name,
        }
    }

    fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::Named(name, whole) => whole.command(name),
        }
    }
}

/// Every spelling of a command's options.
fn options(declared: &clap::Command) -> Vec<String> {
    let mut options = Vec::new();
    for argument in declared.get_arguments().filter(|argument| !argument.is_positional() && !argument.is_hide_set()) {
        let long = argument.get_long_and_visible_aliases().into_iter().flatten();
        let short = argument.get_short_and_visible_aliases().into_iter().flatten();
        options.extend(long.map(|long| format!("--{long}")).chain(short.map(|short| format!("-{short}"))));
    }
    options
}

struct Shared(Arc<Node>);

impl CommandNodeSource for Shared {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn options(&self) -> Vec<&str> {
        self.0.known().map(|known| known.options.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    fn commands(&self) -> Vec<CommandNode> {
        let commands = self.0.known().into_iter().flat_map(|known| &known.commands);
        commands.map(|node| CommandNode::new(Shared(Arc::clone(node)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(node: &Node) -> String {
        let Some(Known { name, options, commands }) = node.known() else { return "?".to_owned() };
        let commands: Vec<_> = commands.iter().map(|node| text(node)).collect();
        format!("{name} {options:?} {commands:?}")
    }

    #[test]
    fn whatever_is_typed_whoever_asks_is_told_of_all() {
        let mut root = Cli::command();
        root.build();
        let names: Vec<_> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        assert!(names.iter().any(|name| name == "catalog") && names.last().is_some_and(|name| name == HELP));
        let expected = text(&Node::Known(Known::of(&root)));
        let typed = names.iter().map(String::as_str).chain(["no-such"]).map(Some).chain([None]);
        for first in typed {
            assert_eq!(text(&Node::Known(own(first, &Arc::default()))), expected, "{first:?}");
        }
    }
}
