//! The commands: `telemetry …`.

mod flush;
mod format;
mod line;
mod log;
mod preview;
mod purge;
mod schema;
mod status;
mod style;
mod subcommand;
mod switch;

use std::ffi::OsString;

use crate::{error::Error, facts::Facts, profile::Profile};

use self::subcommand::Subcommand;
pub use self::{
    line::{CommandLine, Rehearsal},
    subcommand::{CommandHelp, NAME, SENDER},
};

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

fn offered(profile: &Profile) -> impl Iterator<Item = &'static Subcommand> {
    static ALL: [Subcommand; 8] = SUBCOMMANDS;
    let previews = profile.previews;
    ALL.iter().filter(move |subcommand| previews || subcommand.name != preview::COMMAND.name)
}

/// `telemetry`, for a list of commands.
pub fn command(facts: &Facts) -> CommandHelp {
    CommandHelp {
        name: NAME,
        about: "See, refuse and send the usage events of this machine",
        usage: "",
        help: subcommand::example(facts.profile(), "status"),
        options: &[],
    }
}

/// Its subcommands.
pub fn subcommands(facts: &Facts) -> Vec<CommandHelp> {
    offered(facts.profile()).map(|subcommand| subcommand.listed(facts.profile())).collect()
}

/// Runs `telemetry …`.
pub fn run(facts: &Facts, line: &CommandLine<'_>) -> Result<i32, Error> {
    let mut args = line.args().iter().cloned();
    let name: OsString = args.next().unwrap_or_default();
    match offered(facts.profile()).find(|subcommand| name == subcommand.name) {
        Some(subcommand) => (subcommand.run)(facts, line, args.collect()),
        None => Err(Error::new("which of its subcommands? see `telemetry --help`")),
    }
}
