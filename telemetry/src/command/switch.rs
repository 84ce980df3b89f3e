//! `telemetry on`, `local` and `off`: the user's choice, for this user or for a project.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use lexopt::prelude::*;

use super::{
    line::CommandLine,
    purge::{IS_WAITING, counted},
    subcommand::{Subcommand, Syntax},
};
use crate::{
    choice,
    error::Error,
    facts::Facts,
    journal::{EventOutcome, Journal, LogEntry},
    mode::Mode,
    profile::Profile,
    queue::{Deletion, Queue},
    record::recorded_path,
    sender, statement,
};

pub(super) const ON: Subcommand = Subcommand {
    name: "on",
    about: "Allow usage to be recorded",
    syntax,
    help: |profile| help(profile, "A refusal elsewhere still wins; `telemetry status` says which."),
    example: |profile| if profile.project_file.is_some() { "on --project" } else { "on" },
    run: |facts, line, args| switch(facts, line, args, Mode::On),
};

pub(super) const LOCAL: Subcommand = Subcommand {
    name: "local",
    about: "Record usage for this machine alone, and send nothing",
    syntax: |_| FOR_USERS,
    help: |profile| help_for(profile, "", LOCAL_NOTE),
    example: |_| "local",
    run: |facts, line, args| switch(facts, line, args, Mode::Local),
};

const LOCAL_NOTE: &str = "\
What is recorded from now on is shown by `telemetry log`, and never sent, also not after `telemetry on`.";

pub(super) const OFF: Subcommand = Subcommand {
    name: "off",
    about: "Refuse, and delete the queued events",
    syntax,
    help: |profile| help(profile, "Deletes the queued events."),
    example: |_| "off",
    run: |facts, line, args| switch(facts, line, args, Mode::Off),
};

/// Where projects have no say.
const FOR_USERS: Syntax = Syntax { usage: "[--user | --all]", options: &["--user", "--all"] };

fn syntax(profile: &Profile) -> Syntax {
    match profile.project_file {
        Some(_) => Syntax { usage: "[--user | --project | --all]", options: &["--user", "--project", "--all"] },
        None => FOR_USERS,
    }
}

fn help(profile: &Profile, note: &str) -> String {
    let project = profile.project_file.map(|file| format!("  --project  in this project, by its {} file\n", file.name));
    help_for(profile, &project.unwrap_or_default(), note)
}

fn help_for(profile: &Profile, project: &str, note: &str) -> String {
    let program = &profile.program;
    format!(
        "  --user     for this user, in {program} on this machine (the default)
{project}  --all      for this user, in every program that records usage as {program} does

{note}"
    )
}

/// Whom a choice is for.
enum Scope {
    User,
    Project,
    All,
}

fn parse(args: Vec<OsString>, profile: &Profile, mode: Mode) -> Result<Scope, lexopt::Error> {
    let mut scope = Scope::User;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("user") => scope = Scope::User,
            Long("all") => scope = Scope::All,
            Long("project") if profile.project_file.is_some() && mode != Mode::Local => scope = Scope::Project,
            other => return Err(other.unexpected()),
        }
    }
    Ok(scope)
}

fn switch(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>, mode: Mode) -> Result<i32, Error> {
    let scope = match parse(args, facts.profile(), mode) {
        Ok(scope) => scope,
        Err(mistake) => {
            let command = match mode {
                Mode::On => ON,
                Mode::Local => LOCAL,
                Mode::Off => OFF,
            };
            return Ok(command.refuse(facts, line, &mistake));
        }
    };
    // The choice first: it holds even if queued events cannot be deleted.
    let project = match scope {
        Scope::User => choose_for_user(facts, line, mode)?,
        Scope::Project => choose_for_project(facts, line, mode)?,
        Scope::All => choose_for_all(facts, line, mode)?,
    };
    let decided = facts.consent(line.project());
    if decided.mode() != mode {
        let still = decided.mode().word();
        line.output().print(&format!("telemetry is still {still} here: {}\n", decided.reason()))?;
    }
    match mode {
        Mode::On => {}
        Mode::Local => hold(facts, line)?,
        Mode::Off => delete(facts, line, project.as_deref())?,
    }
    Ok(0)
}

/// Waits until nothing is on its way any more, and says what waits from now on.
fn hold(facts: &Facts, line: &CommandLine<'_>) -> Result<(), Error> {
    let state = facts.dirs()?.state();
    let alone = sender::wait_for_sender(state, || line.output().print_error(IS_WAITING))?;
    let queued = Queue::new(state).list()?;
    drop(alone);
    let waiting = queued.iter().filter(|name| name.destination().is_some()).count();
    if waiting > 0 {
        let text = format!("{waiting} recorded before to be sent: waiting for `telemetry on` or `telemetry off`\n");
        line.output().print(&text)?;
    }
    Ok(())
}

/// Deletes queued events, of one project or all, and counts them. What a sender has taken is its
/// own to account for, so that its end is waited for; it asks for consent before each request.
fn delete(facts: &Facts, line: &CommandLine<'_>, project: Option<&Path>) -> Result<(), Error> {
    let state = facts.dirs()?.state();
    let output = line.output();
    let alone = sender::wait_for_sender(state, || output.print_error(IS_WAITING));
    let queue = Queue::new(state);
    let deleted = match (project, &alone) {
        (Some(root), _) => queue.clear_project(&recorded_path(root)),
        (None, Ok(_)) => queue.clear(Deletion::All),
        (None, Err(_)) => queue.clear(Deletion::NotTaken),
    };
    let mut logged = Ok(());
    if !deleted.records.is_empty() {
        let reason = "refused by `telemetry off`";
        let entry = LogEntry::of_keys(SystemTime::now(), EventOutcome::Dropped, reason, &deleted.records);
        // Before anything is printed, which fails where nobody reads any more.
        logged = Journal::new(state).append(&[entry]);
        output.print(&counted(deleted.records.len()))?;
    }
    let problem = deleted.problem.map_or(Ok(()), Err).and(alone.map(drop));
    problem.map_err(|error| Error::new(format_args!("cannot delete all queued events: {error}")))?;
    Ok(logged?)
}

fn choose_for_user(facts: &Facts, line: &CommandLine<'_>, mode: Mode) -> Result<Option<PathBuf>, Error> {
    let file = facts.dirs()?.choice_file();
    choice::set_choice(&file, mode)?;
    let (program, word) = (&facts.profile().program, mode.word());
    line.output().print(&format!("telemetry is {word} for this user ({})\n", file.display()))?;
    if mode == Mode::Off {
        line.output().print(&format!("`{program} telemetry off --all` refuses for other programs, too\n"))?;
    }
    Ok(None)
}

fn choose_for_all(facts: &Facts, line: &CommandLine<'_>, mode: Mode) -> Result<Option<PathBuf>, Error> {
    let file = facts.dirs()?.choice_file_for_all();
    choice::set_choice(&file, mode)?;
    let word = match mode {
        Mode::On => "no longer refused for all programs of this user",
        Mode::Local => "local for all programs of this user that record usage as this one does",
        Mode::Off => "off for all programs of this user that record usage as this one does",
    };
    line.output().print(&format!("telemetry is {word} ({})\n", file.display()))?;
    Ok(None)
}

fn choose_for_project(facts: &Facts, line: &CommandLine<'_>, mode: Mode) -> Result<Option<PathBuf>, Error> {
    let no_project = || Error::new("there is no project here; leave out --project, or go to one");
    let (Some(root), Some(file)) = (line.project(), facts.profile().project_file) else { return Err(no_project()) };
    statement::set_project(file, root, mode == Mode::On)?;
    let path = root.join(file.name);
    line.output().print(&format!("telemetry is {} in this project ({})\n", mode.word(), path.display()))?;
    Ok(Some(root.to_owned()))
}
