//! The commands: `telemetry …`.

mod flush;
mod format;
mod line;
mod log;
mod preview;
mod purge;
mod report;
mod schema;
mod shown;
mod status;
mod style;
mod subcommand;
mod switch;
mod view;

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    sync::Arc,
};

use crate::{error::Error, facts::Facts, profile::Profile};

pub use self::{
    line::{CommandLine, Rehearsal},
    subcommand::{CommandHelp, NAME, SENDER},
};
use self::{shown::Shown, subcommand::Subcommand};

static SUBCOMMANDS: [Subcommand; 11] = [
    status::COMMAND,
    switch::ON,
    switch::LOCAL,
    switch::OFF,
    preview::COMMAND,
    schema::COMMAND,
    log::COMMAND,
    view::COMMAND,
    report::COMMAND,
    flush::COMMAND,
    purge::COMMAND,
];

/// What the commands are for.
pub const ABOUT: &str = "See, refuse and send the usage events of this machine";

fn offered(profile: &Profile) -> impl Iterator<Item = &'static Subcommand> {
    let previews = profile.previews;
    SUBCOMMANDS.iter().filter(move |subcommand| previews || subcommand.name != preview::COMMAND.name)
}

/// `telemetry`, for a list of commands.
pub fn command(facts: &Facts) -> CommandHelp {
    CommandHelp {
        name: NAME,
        about: ABOUT,
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
pub fn run(facts: &Arc<Facts>, line: &CommandLine<'_>) -> Result<i32, Error> {
    let shown = Shown(line.output());
    let line = &line.clone().printing_to(&shown);
    let mut args = line.args().iter().cloned();
    let name: OsString = args.next().unwrap_or_default();
    let rest: Vec<OsString> = args.collect();
    if is_help(&name) {
        line.output().print(&overview(facts.profile()))?;
        return Ok(0);
    }
    match offered(facts.profile()).find(|subcommand| name == subcommand.name) {
        Some(subcommand) if rest.first().is_some_and(|word| is_help(word)) => {
            line.output().print(&subcommand.page(facts.profile()))?;
            Ok(0)
        }
        Some(subcommand) => (subcommand.run)(facts, line, rest),
        None if name.is_empty() => {
            line.output().print_error(&overview(facts.profile()));
            Ok(2)
        }
        None => {
            let (program, name) = (&facts.profile().program, name.to_string_lossy());
            Err(Error::new(format_args!("there is no command `{NAME} {name}`; see `{program} {NAME} --help`")))
        }
    }
}

/// For programs that leave help to telemetry.
fn is_help(word: &OsStr) -> bool {
    word == "--help" || word == "-h" || word == "help"
}

fn overview(profile: &Profile) -> String {
    let mut text = format!("{ABOUT}\n\nUsage: {} {NAME} <COMMAND>\n\nCommands:\n", profile.program);
    for subcommand in offered(profile) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<8} {}", subcommand.name, subcommand.about);
    }
    let _ = writeln!(text, "\n{}", subcommand::example(profile, "status"));
    text
}
