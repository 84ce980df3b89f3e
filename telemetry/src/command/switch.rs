//! `telemetry on` and `telemetry off`: the user's choice, for this user or for a project.

use std::{ffi::OsString, time::SystemTime};

use lexopt::prelude::*;
use small_files::FileError;

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax},
};
use crate::{
    choice,
    error::Error,
    facts::Facts,
    journal::{EventOutcome, Journal, LogEntry},
    profile::Profile,
    queue::Queue,
    statement,
};

pub(super) const ON: Subcommand = Subcommand {
    name: "on",
    about: "Allow usage to be recorded",
    syntax,
    help: |profile| help(profile, "A refusal elsewhere still wins; `telemetry status` says which."),
    example: |profile| if profile.project_file.is_some() { "on --project" } else { "on" },
    run: |facts, line, args| switch(facts, line, args, Choice::On),
};

pub(super) const OFF: Subcommand = Subcommand {
    name: "off",
    about: "Refuse, and delete the queued events",
    syntax,
    help: |profile| help(profile, "Deletes the queued events."),
    example: |_| "off",
    run: |facts, line, args| switch(facts, line, args, Choice::Off),
};

/// Only where projects have a say.
fn syntax(profile: &Profile) -> Syntax {
    match profile.project_file {
        Some(_) => Syntax { usage: "[--user | --project]", options: &["--user", "--project"] },
        None => Syntax { usage: "[--user]", options: &["--user"] },
    }
}

fn help(profile: &Profile, note: &str) -> String {
    let user = "for this user, on this machine (the default)";
    match profile.project_file {
        Some(file) => {
            format!(
                "  --user     {user}
  --project  in this project, by its {} file

{note}",
                file.name
            )
        }
        None => format!("  --user  {user}\n\n{note}"),
    }
}

/// What the user decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    On,
    Off,
}

impl Choice {
    fn is_granted(self) -> bool {
        self == Self::On
    }

    fn of(is_granted: bool) -> Self {
        if is_granted { Self::On } else { Self::Off }
    }

    fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// Whom a choice is for.
enum Scope {
    User,
    Project,
}

fn parse(args: Vec<OsString>, profile: &Profile) -> Result<Scope, lexopt::Error> {
    let mut scope = Scope::User;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("user") => scope = Scope::User,
            Long("project") if profile.project_file.is_some() => scope = Scope::Project,
            other => return Err(other.unexpected()),
        }
    }
    Ok(scope)
}

fn switch(facts: &Facts, line: &CommandLine<'_>, args: Vec<OsString>, choice: Choice) -> Result<i32, Error> {
    let scope = match parse(args, facts.profile()) {
        Ok(scope) => scope,
        Err(mistake) => {
            let command = if choice == Choice::On { ON } else { OFF };
            return Ok(command.refuse(facts, line, &mistake));
        }
    };
    let dirs = facts.dirs()?;
    // The choice first: it holds even if queued events cannot be deleted.
    let deleted = match scope {
        Scope::User => choose_for_user(facts, line, choice)?,
        Scope::Project => choose_for_project(facts, line, choice)?,
    };
    let decided = facts.consent(line.project());
    if decided.is_granted() != choice.is_granted() {
        let still = Choice::of(decided.is_granted()).word();
        line.output().print(&format!("telemetry is still {still} here: {}\n", decided.reason()))?;
    }
    let deleted = deleted.map_err(|error| Error::new(format_args!("cannot delete the queued events: {error}")))?;
    if deleted > 0 {
        let plural = if deleted == 1 { "" } else { "s" };
        line.output().print(&format!("deleted {deleted} queued event{plural}\n"))?;
        let reason = "refused by `telemetry off`";
        let entry = LogEntry::summary(SystemTime::now(), EventOutcome::Dropped, reason, deleted);
        Journal::new(dirs.state()).append(&[entry])?;
    }
    Ok(0)
}

/// How many events were deleted, or why some could not be.
type Deleted = Result<usize, FileError>;

fn choose_for_user(facts: &Facts, line: &CommandLine<'_>, choice: Choice) -> Result<Deleted, Error> {
    let dirs = facts.dirs()?;
    let file = dirs.choice_file();
    choice::set_user(&file, choice.is_granted())?;
    line.output().print(&format!("telemetry is {} for this user ({})\n", choice.word(), file.display()))?;
    Ok(match choice {
        Choice::On => Ok(0),
        Choice::Off => Queue::new(dirs.state()).clear(),
    })
}

fn choose_for_project(facts: &Facts, line: &CommandLine<'_>, choice: Choice) -> Result<Deleted, Error> {
    let no_project = || Error::new("there is no project here; leave out --project, or go to one");
    let (Some(root), Some(file)) = (line.project(), facts.profile().project_file) else { return Err(no_project()) };
    statement::set_project(file, root, choice.is_granted())?;
    let path = root.join(file.name);
    line.output().print(&format!("telemetry is {} in this project ({})\n", choice.word(), path.display()))?;
    Ok(match choice {
        Choice::On => Ok(0),
        Choice::Off => Queue::new(facts.dirs()?.state()).clear_project(root),
    })
}
