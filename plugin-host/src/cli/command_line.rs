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
    Error,
    command::{CommandCallSource, CommandSet, CommandSetSource, PluginCommands},
};

use crate::{
    cli::added::{Added, AddedCommand},
    manager::{HookCaller, NamedAnswer},
};

/// Holds the words that a plugin parses itself.
const WORDS: &str = "words";

/// The names of a program's own commands, other spellings among them.
pub(crate) fn own_commands(cli: &clap::Command) -> Vec<String> {
    let names = |command: &clap::Command| -> Vec<String> {
        std::iter::once(command.get_name()).chain(command.get_all_aliases()).map(str::to_owned).collect()
    };
    cli.get_subcommands().flat_map(names).collect()
}

/// What each loaded plugin offers beside the program's own commands and those of plugins before it.
pub(crate) fn offered_commands(hook: &HookCaller<PluginCommands>, own: &[String]) -> Vec<(Option<String>, Added)> {
    let mut taken = own.to_vec();
    // What went wrong has been shown already.
    let offered = hook.call_named_loaded(&CommandSet::new(OwnCommands(own.to_vec()))).unwrap_or_default();
    let read = |offered: NamedAnswer<_>| {
        let added = Added::read(offered.answer, &taken);
        taken.extend(added.commands.iter().map(|command| command.name.clone()));
        (offered.plugin, added)
    };
    offered.into_iter().map(read).collect()
}

struct OwnCommands(Vec<String>);

impl CommandSetSource for OwnCommands {
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

impl AddedCommand {
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
            Err(failed) => Err(failed.into()),
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
