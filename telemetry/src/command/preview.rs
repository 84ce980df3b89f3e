//! `telemetry preview`: the body that a command would send, made without running it and without
//! sending it.

use std::{ffi::OsString, sync::Arc};

use serde_json::Value;

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax},
};
use crate::{error::Error, facts::Facts, identity, mode::Mode};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "preview",
    about: "Print the exact body that a command would send, and send nothing",
    syntax: |_| Syntax { usage: "-- COMMAND…", options: &[] },
    help: |_| HELP.to_owned(),
    example: |_| "preview -- catalog list --env prod",
    run,
};

const HELP: &str = "\
Prints what COMMAND would send, but for line breaks, the time and the event's key. Runs nothing, \
writes nothing, sends nothing.";

/// Stands where the identity would, when there is none yet: it is made with the first event.
const NO_IDENTITY: &str = "00000000000000000000000000000000";

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    let output = line.output();
    let rehearsal = line.rehearsal().ok_or_else(|| Error::new("commands cannot be previewed here"))?;
    let args: Vec<String> = args.into_iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let command = args.strip_prefix(["--".to_owned()].as_slice()).unwrap_or(&args);
    let event = rehearsal(command, facts.event("", &user(facts)))
        .map_err(|error| Error::new(format_args!("cannot preview this command: {error}")))?;
    let Some(event) = event else {
        output.print_error("this command is not recorded: nothing would be sent\n");
        return Ok(0);
    };
    let consent = facts.consent(event.project());
    match consent.mode() {
        Mode::On => {}
        Mode::Local => {
            output
                .print_error(&format!("telemetry is local ({}): this would stay on this machine\n", consent.reason()));
        }
        Mode::Off => output.print_error(&format!("telemetry is off ({}): this would not be sent\n", consent.reason())),
    }
    let body: Value = serde_json::from_str(&facts.body(&event.to_json())?)?;
    output.print(&format!("{}\n", terminal_text::json(&format!("{body:#}"))))?;
    Ok(0)
}

/// The identity that an event would have; nothing is made.
fn user(facts: &Facts) -> String {
    let Ok(dirs) = facts.dirs() else { return String::new() };
    let user = identity::get(dirs.identity_file());
    identity::or_empty(user.map(|user| user.unwrap_or_else(|| NO_IDENTITY.to_owned())))
}
