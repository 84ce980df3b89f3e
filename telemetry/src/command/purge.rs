//! `telemetry purge`: delete what telemetry has kept on this machine.

use std::{ffi::OsString, path::Path, sync::Arc};

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax, unexpected},
};
use crate::{
    backoff::BackoffFile,
    error::Error,
    facts::Facts,
    identity,
    journal::Journal,
    profile::{Profile, SharedIdentity},
    queue::{Deletion, Queue},
    sender,
    sink::AppendNote,
    view,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "purge",
    about: "Delete the queued events, the log and your identity",
    syntax: |_| Syntax::BARE,
    help,
    example: |_| "purge",
    run,
};

fn help(profile: &Profile) -> String {
    let shared = profile
        .shared_identity
        .map(|SharedIdentity { called, used_by, .. }| format!(" from {called}, which {used_by} uses, too"));
    let kept = profile.kept_by_purge.as_ref().map(|what| format!(", and so does {what}"));
    format!(
        "Deletes the queued events, the log, and your identity{}: with the next event, \
         if there is one, a new identity is made. Choices stay as they are{}. What has been sent cannot \
         be called back.",
        shared.unwrap_or_default(),
        kept.unwrap_or_default()
    )
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    if let Some(mistake) = unexpected(args) {
        return Ok(COMMAND.refuse(facts, line, &mistake));
    }
    let output = line.output();
    let dirs = facts.dirs()?;
    let state = dirs.state();
    // A sender at work would write into the log what it has just sent.
    let alone = sender::wait_for_sender(state, || output.print_error(IS_WAITING))?;
    let deleted = Queue::new(state).clear(Deletion::All);
    let log = Journal::new(state).clear();
    let notes = BackoffFile::new(state).clear_all().and(AppendNote::new(state).forget());
    let notes = notes.and(sender::forget_process(state));
    let notes = notes.and(sender::PaceFile::new(state).forget());
    let notes = notes.and(view::forget_page(state));
    drop(alone);
    let user = forget_user(dirs.identity_file(), facts.profile().shared_identity);
    // What cannot be deleted keeps nothing else from being deleted, or told.
    output.print(&counted(deleted.records.len()))?;
    if log.is_ok() {
        output.print("deleted the log\n")?;
    }
    if let Ok(user) = &user {
        output.print(user)?;
    }
    let problem = deleted.problem.map_or(Ok(()), Err);
    problem.and(log).and(notes)?;
    user?;
    if facts.consent(line.project()).is_granted() {
        output.print("telemetry is still on; `telemetry off` refuses it\n")?;
    }
    Ok(0)
}

/// What whoever waits for a sender is told.
pub(super) const IS_WAITING: &str = "a sender is at work; waiting for its end, half a minute at most\n";

/// How many queued events were deleted.
pub(super) fn counted(events: usize) -> String {
    format!("deleted {events} queued event{}\n", if events == 1 { "" } else { "s" })
}

fn forget_user(file: &Path, shared: Option<SharedIdentity>) -> Result<String, Error> {
    let removed = identity::remove(file)?;
    let path = file.display();
    Ok(match (removed, shared) {
        (Some(identity), Some(SharedIdentity { used_by, .. })) => {
            format!("deleted the identity {identity} from {path}, which {used_by} uses, too\n")
        }
        (Some(identity), None) => format!("deleted the identity {identity} from {path}\n"),
        (None, _) => format!("there was no identity in {path}\n"),
    })
}
