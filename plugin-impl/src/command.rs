//! The commands that the plugin adds to the host: `telemetry …`.

pub(crate) mod flush;
mod format;
mod log;
mod preview;
mod purge;
mod schema;
mod status;
mod style;
mod switch;

use std::{ffi::OsString, sync::Arc};

use hookspec::{
    Error, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource},
};

use crate::source::Facts;

/// The word that calls them.
pub const NAME: &str = "telemetry";

/// The command line of the detached sender.
pub const SENDER: [&str; 3] = [NAME, "flush", "--background"];

/// A subcommand: its words, and what it does.
struct Subcommand {
    name: &'static str,
    about: &'static str,
    usage: &'static str,
    help: &'static str,
    /// What may follow the word `telemetry`.
    example: &'static str,
    options: &'static [&'static str],
    run: fn(&Facts, &CommandCall, Vec<OsString>) -> Result<i32>,
}

impl Subcommand {
    /// Says what is wrong with its command line and how it is used, and gives the exit code of such mistakes.
    fn refuse(&self, call: &CommandCall, mistake: &lexopt::Error) -> i32 {
        let usage = [NAME, self.name, self.usage].join(" ");
        call.print_error(&format!("error: {mistake}; usage: {}\n", usage.trim_end()));
        2
    }
}

const SUBCOMMANDS: [Subcommand; 8] = [
    status::COMMAND,
    switch::ON,
    switch::OFF,
    preview::COMMAND,
    schema::COMMAND,
    log::COMMAND,
    flush::COMMAND,
    purge::COMMAND,
];

/// `telemetry`, with its subcommands.
pub(crate) struct TelemetryCommand {
    help: String,
    facts: Arc<Facts>,
}

impl TelemetryCommand {
    pub(crate) fn new(facts: Arc<Facts>) -> Self {
        Self { help: example(&facts, "status"), facts }
    }
}

/// A line to type, with the program's name.
fn example(facts: &Facts, words: &str) -> String {
    format!("Example: {} {NAME} {words}", facts.host().name)
}

impl PluginCommandSource for TelemetryCommand {
    fn name(&self) -> &str {
        NAME
    }

    fn about(&self) -> &str {
        "See, refuse and send the usage events of this machine"
    }

    fn help(&self) -> &str {
        &self.help
    }

    fn commands(&self) -> Vec<PluginCommand> {
        SUBCOMMANDS.iter().map(|subcommand| PluginCommand::new(Listed::new(subcommand, &self.facts))).collect()
    }

    fn run(&self, call: CommandCall) -> Result<i32, Error> {
        let mut args = call.args().into_iter().map(OsString::from);
        let name = args.next().unwrap_or_default();
        match SUBCOMMANDS.iter().find(|subcommand| name == subcommand.name) {
            Some(subcommand) => (subcommand.run)(&self.facts, &call, args.collect()),
            None => Err(Error::new("which of its subcommands? see `telemetry --help`")),
        }
    }
}

/// A subcommand as the host is told of it.
struct Listed {
    subcommand: &'static Subcommand,
    help: String,
}

impl Listed {
    fn new(subcommand: &'static Subcommand, facts: &Facts) -> Self {
        let help = format!("{}\n\n{}", subcommand.help, example(facts, subcommand.example));
        Self { subcommand, help }
    }
}

impl PluginCommandSource for Listed {
    fn name(&self) -> &str {
        self.subcommand.name
    }

    fn about(&self) -> &str {
        self.subcommand.about
    }

    fn usage(&self) -> &str {
        self.subcommand.usage
    }

    fn help(&self) -> &str {
        &self.help
    }

    fn options(&self) -> Vec<&str> {
        self.subcommand.options.to_vec()
    }

    /// Only the outermost command is run.
    fn run(&self, _: CommandCall) -> Result<i32, Error> {
        Err(Error::new("run it as `telemetry`"))
    }
}

/// What is wrong with the words of a command that takes none.
fn unexpected(args: Vec<OsString>) -> Option<lexopt::Error> {
    match lexopt::Parser::from_args(args).next() {
        Ok(arg) => arg.map(lexopt::Arg::unexpected),
        Err(error) => Some(error),
    }
}
