//! What a subcommand is: its words, and what it does.

use std::{ffi::OsString, sync::Arc};

use super::line::CommandLine;
use crate::{error::Error, facts::Facts, profile::Profile};

/// The word that calls them.
pub const NAME: &str = "telemetry";

/// The command line of the detached sender.
pub const SENDER: [&str; 3] = [NAME, "flush", "--background"];

/// A command as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandHelp {
    /// The word that calls it.
    pub name: &'static str,
    /// One line for a list of commands.
    pub about: &'static str,
    /// What may follow its words: `[--user | --project]`.
    pub usage: &'static str,
    /// What `--help` shows below the usage line.
    pub help: String,
    /// Every spelling of its options.
    pub options: &'static [&'static str],
}

/// What may follow a subcommand's words.
#[derive(Clone, Copy)]
pub struct Syntax {
    /// For its usage line.
    pub usage: &'static str,
    /// Every spelling of its options.
    pub options: &'static [&'static str],
}

impl Syntax {
    /// Nothing may follow.
    pub const BARE: Self = Self { usage: "", options: &[] };
}

/// Runs a subcommand on the words behind it, and gives its exit code.
pub type Run = fn(&Arc<Facts>, &CommandLine<'_>, Vec<OsString>) -> Result<i32, Error>;

/// A subcommand. What depends on the program is asked of its profile.
pub struct Subcommand {
    pub name: &'static str,
    pub about: &'static str,
    pub syntax: fn(&Profile) -> Syntax,
    pub help: fn(&Profile) -> String,
    /// What may follow the word `telemetry`.
    pub example: fn(&Profile) -> &'static str,
    pub run: Run,
}

impl Subcommand {
    /// Its page of help, for programs that leave help to telemetry.
    pub fn page(&self, profile: &Profile) -> String {
        let listed = self.listed(profile);
        let usage = format!("{} {NAME} {} {}", profile.program, self.name, listed.usage);
        format!("{}\n\nUsage: {}\n\n{}\n", self.about, usage.trim_end(), listed.help)
    }

    /// As people are told of it.
    pub fn listed(&self, profile: &Profile) -> CommandHelp {
        let Syntax { usage, options } = (self.syntax)(profile);
        let help = format!("{}\n\n{}", (self.help)(profile), example(profile, (self.example)(profile)));
        CommandHelp { name: self.name, about: self.about, usage, help, options }
    }

    /// Says what is wrong with its command line and how it is used, and gives the exit code of such
    /// mistakes.
    pub fn refuse(&self, facts: &Facts, line: &CommandLine<'_>, mistake: &lexopt::Error) -> i32 {
        let usage = [NAME, self.name, (self.syntax)(facts.profile()).usage].join(" ");
        line.output().print_error(&format!("error: {mistake}; usage: {}\n", usage.trim_end()));
        2
    }
}

/// A line to type, with the program's name.
pub fn example(profile: &Profile, words: &str) -> String {
    format!("Example: {} {NAME} {words}", profile.program)
}

/// What is wrong with the words of a command that takes none.
pub fn unexpected(args: Vec<OsString>) -> Option<lexopt::Error> {
    match lexopt::Parser::from_args(args).next() {
        Ok(arg) => arg.map(lexopt::Arg::unexpected),
        Err(error) => Some(error),
    }
}
