//! `telemetry on` and `telemetry off`: the user's choice, for this user or for a project.

use std::{ffi::OsString, path::Path, time::SystemTime};

use hookspec::{Error, Result, specs::CommandCall};
use lexopt::prelude::*;

use super::Subcommand;
use crate::{
    consent::{self, PROJECT_FILE},
    journal::{Entry, Journal, Outcome},
    queue::Queue,
    source::Facts,
};

pub(super) const ON: Subcommand = Subcommand {
    name: "on",
    about: "Allow usage to be recorded",
    usage: "[--user | --project]",
    help: "  --user     for this user, on this machine (the default)\n  --project  in this project, by its .telemetry file\n\nA refusal elsewhere still wins; `telemetry status` says which.",
    example: "on --project",
    options: &["--user", "--project"],
    run: |facts, call, args| switch(facts, call, args, true),
};

pub(super) const OFF: Subcommand = Subcommand {
    name: "off",
    about: "Refuse, and delete what waits to be sent",
    usage: "[--user | --project]",
    help: "  --user     for this user, on this machine (the default)\n  --project  in this project, by its .telemetry file\n\nDeletes the events that wait to be sent.",
    example: "off",
    options: &["--user", "--project"],
    run: |facts, call, args| switch(facts, call, args, false),
};

/// Whom a choice is for.
enum Scope {
    User,
    Project,
}

fn parse(args: Vec<OsString>) -> Result<Scope, lexopt::Error> {
    let mut scope = Scope::User;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("user") => scope = Scope::User,
            Long("project") => scope = Scope::Project,
            other => return Err(other.unexpected()),
        }
    }
    Ok(scope)
}

fn switch(facts: &Facts, call: &CommandCall, args: Vec<OsString>, granted: bool) -> Result<i32> {
    let scope = match parse(args) {
        Ok(scope) => scope,
        Err(mistake) => return Ok((if granted { ON } else { OFF }).refuse(call, &mistake)),
    };
    let what = if granted { "on" } else { "off" };
    let project = call.project();
    let root = project.as_ref().map(|project| Path::new(project.path()));
    let dirs = facts.dirs().map_err(Error::new)?;
    let queue = Queue::new(dirs.state());
    // The choice first: it holds even if what waits cannot be deleted.
    let forgotten = match scope {
        Scope::Project => {
            let root = root.ok_or_else(|| Error::new("there is no project here; leave out --project, or go to one"))?;
            consent::set_project(root, granted)?;
            call.print(&format!("telemetry is {what} in this project ({})\n", root.join(PROJECT_FILE).display()))?;
            if granted { Ok(0) } else { queue.clear_project(root) }
        }
        Scope::User => {
            consent::set_user(&dirs.choice_file(), granted)?;
            call.print(&format!("telemetry is {what} for this user ({})\n", dirs.choice_file().display()))?;
            if granted { Ok(0) } else { queue.clear() }
        }
    };
    let decided = facts.consent(root);
    if decided.is_granted() != granted {
        call.print(&format!("here it is still {}: {}\n", if granted { "off" } else { "on" }, decided.source()))?;
    }
    let forgotten = forgotten.map_err(|error| Error::new(format_args!("what waits could not be deleted: {error}")))?;
    if forgotten > 0 {
        call.print(&format!("deleted {forgotten} event{} that waited\n", if forgotten == 1 { "" } else { "s" }))?;
        let entry = Entry::summary(SystemTime::now(), Outcome::Dropped, "refused by `telemetry off`", forgotten);
        Journal::new(dirs.state()).append(&[entry])?;
    }
    Ok(0)
}
