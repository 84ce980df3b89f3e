//! The commands that plugins offer, read under one rule.
//!
//! A command, a subcommand and an option has a name that can be typed, that nobody else has, and
//! that is not clap's own. How many there are, how deep, and how long their texts are is bounded: a
//! command may list itself. What breaks the rule is left out, and the rest is as good as before.

use std::fmt;

use hookspec::{Manifest, command::PluginCommand};
use terminal_text::{lines, one_line, shortened};

/// The word and the options that every command has from clap.
const HELP: &str = "help";
const HELP_OPTIONS: [&str; 2] = ["--help", "-h"];

/// Subcommands within subcommands, at most so many deep.
const MAX_DEPTH: usize = 8;
/// Commands and subcommands of one plugin.
const MAX_COMMANDS: usize = 256;
/// Options of one command.
const MAX_OPTIONS: usize = 256;
/// What is looked at in one list, whether or not it has a name that can be used.
const MAX_LOOKED_AT: usize = 4 * MAX_COMMANDS;
/// The one line about a command, and its usage, in characters.
const MAX_LINE: usize = 500;
/// What `--help` shows, in characters.
const MAX_HELP: usize = 20_000;
/// What a message quotes of a name, in characters.
const MAX_QUOTE: usize = 64;

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
    pub(crate) about: String,
    pub(crate) usage: String,
    pub(crate) help: String,
    pub(crate) command: PluginCommand,
}

/// Something that is left out.
#[derive(Debug)]
pub(crate) struct LeftOut {
    /// What it is, quoted: "command `help`".
    what: String,
    pub(crate) reason: Reason,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its {} is left out: {}", self.what, self.reason)
    }
}

/// Why something is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NotTyped,
    Reserved,
    Twice,
    /// By the program or another plugin.
    Taken,
    TooDeep,
    TooMany,
}

impl Reason {
    /// Whether it is the plugin's own fault, whatever else there is.
    pub(crate) fn is_fault(self) -> bool {
        self != Self::Taken
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTyped => {
                f.write_str("a name has letters, digits, `-` and `_`, at most 64, and no `-` before them")
            }
            Self::Reserved => f.write_str("every command has that already"),
            Self::Twice => f.write_str("it is there twice"),
            Self::Taken => f.write_str("the name is taken"),
            Self::TooDeep => write!(f, "its subcommands are more than {MAX_DEPTH} deep"),
            Self::TooMany => write!(f, "there are more than {MAX_COMMANDS}"),
        }
    }
}

/// What one plugin offers, under the rule.
#[derive(Debug, Default)]
pub(crate) struct Added {
    pub(crate) commands: Vec<AddedCommand>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Added {
    /// Of `offered`, whatever has a name that is not among those `taken`.
    pub(crate) fn read(offered: Vec<PluginCommand>, taken: &[String]) -> Self {
        let mut reading = Reading { left: MAX_COMMANDS, left_out: Vec::new() };
        let is_taken = |name: &str| taken.iter().any(|taken| taken == name);
        // A command whose tree has no end is left out whole, and takes nothing from the others.
        let commands = reading.commands(offered, "", 0, &is_taken).unwrap_or_default();
        Self { commands, left_out: reading.left_out }
    }
}

impl Added {
    /// What of it is left out, in one line; `None` when nothing is.
    pub(crate) fn told(&self) -> Option<String> {
        let (first, others) = self.left_out.split_first()?;
        let others = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
        Some(format!("{first}{others}"))
    }
}

struct Reading {
    /// How many commands there may still be.
    left: usize,
    left_out: Vec<LeftOut>,
}

impl Reading {
    /// The commands below `path`, which is empty for a plugin's own. The error is why there is no end
    /// to them.
    fn commands(
        &mut self,
        offered: Vec<PluginCommand>,
        path: &str,
        depth: usize,
        is_taken: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<AddedCommand>, Reason> {
        let mut commands: Vec<AddedCommand> = Vec::new();
        for command in offered.into_iter().take(MAX_LOOKED_AT) {
            // Asked for once: what is used is what was judged.
            let name = command.name();
            let quoted = format!("{path}{}", shortened(name, MAX_QUOTE));
            let is_twice = commands.iter().any(|known| known.name == name);
            let problem = fault(name, HELP == name, is_twice).or(is_taken(name).then_some(Reason::Taken));
            if let Some(problem) = problem {
                self.leave_out(format!("command `{quoted}`"), problem);
                continue;
            }
            let left = self.left;
            match self.command(&command, name, &quoted, depth) {
                Ok(command) => commands.push(command),
                Err(endless) if depth > 0 => return Err(endless),
                Err(endless) => {
                    self.leave_out(format!("command `{quoted}`"), endless);
                    if left == 0 {
                        break;
                    }
                    self.left = left - 1;
                }
            }
        }
        Ok(commands)
    }

    fn command(
        &mut self,
        command: &PluginCommand,
        name: &str,
        path: &str,
        depth: usize,
    ) -> Result<AddedCommand, Reason> {
        if depth > MAX_DEPTH {
            return Err(Reason::TooDeep);
        }
        self.left = self.left.checked_sub(1).ok_or(Reason::TooMany)?;
        let commands = self.commands(command.commands(), &format!("{path} "), depth + 1, &|_| false)?;
        Ok(AddedCommand {
            name: name.to_owned(),
            options: self.options(command, path),
            commands,
            about: one_line(&shortened(command.about(), MAX_LINE)).into_owned(),
            usage: one_line(&shortened(command.usage(), MAX_LINE)).into_owned(),
            help: lines(&shortened(command.help().trim_end(), MAX_HELP)).into_owned(),
            command: command.clone(),
        })
    }

    /// Every spelling of the options of the command at `path`.
    fn options(&mut self, command: &PluginCommand, path: &str) -> Vec<String> {
        let mut options: Vec<String> = Vec::new();
        for option in command.options().into_iter().take(MAX_LOOKED_AT) {
            let name = option.strip_prefix("--").or_else(|| option.strip_prefix('-').filter(|name| name.len() == 1));
            let is_twice = options.iter().any(|known| known == option);
            let problem = fault(name.unwrap_or_default(), HELP_OPTIONS.contains(&option), is_twice);
            let problem = problem.or((options.len() == MAX_OPTIONS).then_some(Reason::TooMany));
            match problem {
                None => options.push(option.to_owned()),
                Some(problem) => {
                    self.leave_out(format!("option `{}` of `{path}`", shortened(option, MAX_QUOTE)), problem);
                }
            }
            if problem == Some(Reason::TooMany) {
                break;
            }
        }
        options
    }

    fn leave_out(&mut self, what: String, reason: Reason) {
        self.left_out.push(LeftOut { what, reason });
    }
}

/// What is wrong with a name, whatever others there are.
fn fault(name: &str, is_reserved: bool, is_twice: bool) -> Option<Reason> {
    if !Manifest::allows_name(name) || name.starts_with('-') {
        return Some(Reason::NotTyped);
    }
    is_reserved.then_some(Reason::Reserved).or(is_twice.then_some(Reason::Twice))
}
