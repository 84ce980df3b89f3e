//! `telemetry purge`: delete what telemetry has kept on this machine.

use std::{ffi::OsString, path::Path};

use hookspec::{Error, Result, command::CommandCall};

use super::Subcommand;
use crate::{append::Note, backoff::BackoffFile, deliver, identity, journal::Journal, queue::Queue, source::Facts};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "purge",
    about: "Delete the events that wait, the log and your identity",
    usage: "",
    help: "Deletes the events that wait to be sent, the log, and your identity from Kedro's telemetry.toml, which Kedro's own telemetry uses, too: with the next event, if there is one, a new identity is made. Choices stay as they are, and so does the id of a project in its pyproject.toml. What has been sent cannot be called back.",
    example: "purge",
    options: &[],
    run,
};

fn run(facts: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    if let Some(mistake) = super::unexpected(args) {
        return Ok(COMMAND.refuse(call, &mistake));
    }
    let dirs = facts.dirs().map_err(Error::new)?;
    let state = dirs.state();
    let events = Queue::new(state).clear()?;
    // A sender at work would write into the log what it has just sent.
    let alone = deliver::wait_for_sender(state, || {
        call.print_error("a sender is at work; waiting for its end, half a minute at most\n");
    })?;
    Journal::new(state).clear()?;
    BackoffFile::new(state).clear()?;
    Note::new(state).forget()?;
    drop(alone);
    call.print(&format!("deleted {events} event{} that waited\n", if events == 1 { "" } else { "s" }))?;
    call.print("deleted the log\n")?;
    call.print(&forget_user(&dirs.identity_file())?)?;
    let project = facts.project();
    if facts.consent(project.as_deref()).is_granted() {
        call.print("telemetry is still on; `telemetry off` refuses it\n")?;
    }
    Ok(0)
}

fn forget_user(file: &Path) -> Result<String> {
    let removed = identity::remove(file)?;
    let path = file.display();
    Ok(match removed {
        Some(identity) => {
            format!("deleted the identity {identity} from {path}, which Kedro's own telemetry uses, too\n")
        }
        None => format!("there was no identity in {path}\n"),
    })
}
