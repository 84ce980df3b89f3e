//! `telemetry on` and `telemetry off`: the user's choice, for this user or for a project.

use std::{ffi::OsString, path::Path};

use lexopt::prelude::*;
use plugin_api::{Error, Result, specs::CommandCall};

use super::Subcommand;
use crate::{
    consent::{self, PROJECT_FILE},
    queue::Queue,
    source::Facts,
};

pub(super) const ON: Subcommand = Subcommand {
    name: "on",
    about: "Allow usage to be recorded",
    help: "Usage: telemetry on [--user | --project]\n\n  --user     for this user, on this machine (the default)\n  --project  in this project, by its .telemetry file\n\nA refusal elsewhere still wins; `telemetry status` says which.",
    options: &["--user", "--project"],
    run: |facts, call, args| switch(facts, call, args, true),
};

pub(super) const OFF: Subcommand = Subcommand {
    name: "off",
    about: "Refuse, and delete what waits to be sent",
    help: "Usage: telemetry off [--user | --project]\n\n  --user     for this user, on this machine (the default)\n  --project  in this project, by its .telemetry file\n\nDeletes the events that wait to be sent.",
    options: &["--user", "--project"],
    run: |facts, call, args| switch(facts, call, args, false),
};

fn switch(facts: &Facts, call: &CommandCall, args: Vec<OsString>, granted: bool) -> Result<i32> {
    let mut for_project = false;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("user") => for_project = false,
            Long("project") => for_project = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let what = if granted { "on" } else { "off" };
    let project = call.project();
    let root = project.as_ref().map(|project| Path::new(project.path()));
    let dirs = facts.dirs().map_err(Error::new)?;
    let queue = Queue::new(dirs.state());
    if for_project {
        let root = root.ok_or_else(|| Error::new("there is no project here; leave out --project, or go to one"))?;
        consent::set_project(root, granted)?;
        if !granted {
            queue.clear_project(root)?;
        }
        call.print(&format!("telemetry is {what} in this project ({})\n", root.join(PROJECT_FILE).display()))?;
    } else {
        consent::set_user(&dirs.choice_file(), granted)?;
        if !granted {
            queue.clear()?;
        }
        call.print(&format!("telemetry is {what} for this user ({})\n", dirs.choice_file().display()))?;
    }
    let decided = facts.consent(root);
    if decided.is_granted() != granted {
        call.print(&format!("here it is still off: {}\n", decided.source()))?;
    }
    Ok(0)
}
