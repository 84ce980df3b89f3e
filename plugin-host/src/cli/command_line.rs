//! Commands of plugins among a program's own, in clap.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::ArgMatches;
use hookspec::{
    Error, Manifest,
    command::{CommandCallSource, CommandSet, CommandSetSource, PluginCommand, PluginCommands},
};

use crate::{manager::HookCaller, message::warn};

/// The word that clap's own command has.
const HELP: &str = "help";

/// Subcommands within subcommands, at most so many deep, and so many in all of one plugin's
/// command: it may list itself.
const MAX_DEPTH: usize = 8;
const MAX_COMMANDS: usize = 256;

/// Holds the words that a plugin parses itself.
const WORDS: &str = "words";

/// The names of a program's own commands.
pub(crate) fn own_commands(cli: &clap::Command) -> Vec<String> {
    cli.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The commands that plugins add, those left out whose names are taken or cannot be typed.
pub(crate) fn added_commands(hook: &HookCaller<PluginCommands>, own: &[String]) -> Vec<AddedCommand> {
    let mut taken: Vec<String> = own.iter().cloned().chain([HELP.to_owned()]).collect();
    // What went wrong has been shown already.
    let lists = hook.call(&CommandSet::new(OwnCommands(own.to_vec()))).unwrap_or_default();
    let mut added = Vec::new();
    for command in lists.into_iter().flatten() {
        match AddedCommand::read(command, &taken) {
            Ok(command) => {
                taken.push(command.name.clone());
                added.push(command);
            }
            Err(problem) => warn(&problem),
        }
    }
    added
}

struct OwnCommands(Vec<String>);

impl CommandSetSource for OwnCommands {
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// A command that a plugin adds, as it is typed and shown.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AddedCommand {
    /// As the user types it.
    pub name: String,
    /// Every spelling of its options.
    pub options: Vec<String>,
    /// Its subcommands.
    pub commands: Vec<AddedCommand>,
    about: String,
    usage: String,
    help: String,
    command: PluginCommand,
}

impl AddedCommand {
    fn read(command: PluginCommand, taken: &[String]) -> Result<Self, String> {
        let name = command.name().to_owned();
        if !Manifest::allows_name(&name) || name.starts_with('-') {
            return Err(format!("a plugin's command `{name}` is left out: its name cannot be typed"));
        }
        if taken.contains(&name) {
            return Err(format!("a plugin's command `{name}` is left out: the name is taken"));
        }
        let mut left = MAX_COMMANDS;
        Self::read_tree(command, 0, &mut left)
            .map_err(|problem| format!("a plugin's command `{name}` is left out: {problem}"))
    }

    fn read_tree(command: PluginCommand, depth: usize, left: &mut usize) -> Result<Self, String> {
        if depth > MAX_DEPTH {
            return Err(format!("its subcommands are more than {MAX_DEPTH} deep"));
        }
        *left = left.checked_sub(1).ok_or_else(|| format!("it has more than {MAX_COMMANDS} subcommands"))?;
        let mut commands: Vec<Self> = Vec::new();
        for subcommand in command.commands() {
            let name = subcommand.name();
            let is_taken = name == HELP || commands.iter().any(|known| known.name == name);
            if !Manifest::allows_name(name) || name.starts_with('-') || is_taken {
                return Err(format!("its subcommand `{name}` is there twice or cannot be typed"));
            }
            commands.push(Self::read_tree(subcommand, depth + 1, left)?);
        }
        Ok(Self {
            name: command.name().to_owned(),
            options: command.options().into_iter().map(str::to_owned).collect(),
            commands,
            about: command.about().to_owned(),
            usage: command.usage().to_owned(),
            help: command.help().trim_end().to_owned(),
            command,
        })
    }

    /// Stands for the command among the program's own: for the list of commands, and for mistakes
    /// before it.
    pub(crate) fn placeholder(&self) -> clap::Command {
        let placeholder = clap::Command::new(self.name.clone()).about(self.about.clone());
        placeholder.disable_help_flag(true).arg(words())
    }

    /// The command with its subcommands: their help, and suggestions for misspelt ones. What
    /// follows them is the plugin's to parse. `path` is what is typed up to and with its name.
    pub(crate) fn declare(&self, path: &str) -> clap::Command {
        let mut declared = clap::Command::new(self.name.clone()).bin_name(path).about(self.about.clone());
        if !self.help.is_empty() {
            declared = declared.after_help(self.help.clone());
        }
        if self.commands.is_empty() {
            return declared.override_usage(format!("{path} {}", self.usage).trim_end().to_owned()).arg(words());
        }
        let subcommands = self.commands.iter().map(|command| command.declare(&format!("{path} {}", command.name)));
        declared.subcommand_required(true).arg_required_else_help(true).subcommands(subcommands)
    }

    /// Runs it on the words that clap has found. Gives its exit code.
    pub(crate) fn run(&self, matches: &ArgMatches) -> Result<u8, Error> {
        let is_output_closed = Arc::new(AtomicBool::new(false));
        let call = Call { args: words_below(matches), is_output_closed: Arc::clone(&is_output_closed) };
        match self.command.run(hookspec::command::CommandCall::new(call)) {
            Ok(code) => Ok(u8::try_from(code).unwrap_or(1)),
            // Whoever read the output has seen enough.
            Err(_) if is_output_closed.load(Ordering::Relaxed) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

fn words() -> clap::Arg {
    let words = clap::Arg::new(WORDS).num_args(0..).value_parser(clap::value_parser!(OsString));
    words.trailing_var_arg(true).allow_hyphen_values(true).hide(true)
}

/// The words after a plugin's command: its subcommands', then those for the plugin to parse.
fn words_below(matches: &ArgMatches) -> Vec<String> {
    if let Some((name, matches)) = matches.subcommand() {
        return std::iter::once(name.to_owned()).chain(words_below(matches)).collect();
    }
    // A command with subcommands has no such words.
    let words = matches.try_get_many::<OsString>(WORDS).ok().flatten().into_iter().flatten();
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// A call of a plugin's command.
struct Call {
    args: Vec<String>,
    /// Set when nobody reads the output any more.
    is_output_closed: Arc<AtomicBool>,
}

impl CommandCallSource for Call {
    fn args(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }

    fn print(&self, text: &str) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        let is_closed = written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        self.is_output_closed.fetch_or(is_closed, Ordering::Relaxed);
        Ok(written?)
    }

    fn print_error(&self, text: &str) {
        // A closed standard error must not fail the command.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn colors(&self) -> bool {
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}
