//! `telemetry status`: on or off and why, where events go, what waits.

use std::{ffi::OsString, fmt::Write as _, path::Path, time::SystemTime};

use plugin_api::{Result, specs::CommandCall};

use super::Subcommand;
use crate::{
    backoff::BackoffFile,
    event::timestamp,
    identity,
    journal::{Journal, Outcome},
    queue::Queue,
    source::Facts,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "status",
    about: "Show whether usage is recorded, who decided that, and where events go",
    usage: "",
    help: "Shows whether usage is recorded, which source decided that, where events go, how many wait, and what became of\nthe last.\n\nExample: telemetry status",
    options: &[],
    run,
};

fn run(facts: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    if let Some(mistake) = mistake(args) {
        return Ok(super::usage(call, &mistake));
    }
    call.print(&report(facts, call))?;
    Ok(0)
}

fn mistake(args: Vec<OsString>) -> Option<lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    match parser.next() {
        Ok(arg) => arg.map(lexopt::Arg::unexpected),
        Err(error) => Some(error),
    }
}

fn report(facts: &Facts, call: &CommandCall) -> String {
    let project = call.project();
    let root = project.as_ref().map(|project| Path::new(project.path()));
    let consent = facts.consent(root);
    let mut text = String::new();
    let state = if consent.is_granted() { "on" } else { "off" };
    line(&mut text, "telemetry", &format!("{state}: {}", consent.source()));
    if let Some(problem) = consent.ignored() {
        line(&mut text, "", &format!("ignored: {problem}"));
    }
    match facts.settings() {
        Ok(settings) => {
            let endpoint = settings.endpoint.map_or_else(
                || "none: events stay on this machine".to_owned(),
                |endpoint| format!("{endpoint} (from {})", settings.endpoint_origin),
            );
            line(&mut text, "endpoint", &endpoint);
        }
        Err(error) => line(&mut text, "endpoint", &error.to_string()),
    }
    let dirs = match facts.dirs() {
        Ok(dirs) => dirs,
        Err(error) => {
            line(&mut text, "queue", &format!("none: {error}"));
            return text;
        }
    };
    let identity_file = dirs.identity_file();
    let user = match identity::get(&identity_file) {
        Ok(Some(user)) => format!("{user} (in {})", identity_file.display()),
        Ok(None) => "none yet".to_owned(),
        Err(error) => error.to_string(),
    };
    line(&mut text, "identity", &user);
    let queue = Queue::new(dirs.state());
    let waiting = match queue.list() {
        Ok(listing) => format!("{} (in {})", listing.records.len(), dirs.state().display()),
        Err(error) => format!("none: {error}"),
    };
    line(&mut text, "queued", &waiting);
    let journal = Journal::new(dirs.state()).read();
    if let Some(last) = journal.ok().as_ref().and_then(|entries| entries.last()) {
        let outcome = match last.outcome {
            Outcome::Sent => "sent",
            Outcome::Dropped => "dropped",
            Outcome::Kept => "kept",
        };
        let reason = last.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        line(&mut text, "last", &format!("{} {outcome}{reason}", last.at));
    }
    let now = SystemTime::now();
    if let Some(until) = BackoffFile::new(dirs.state()).load().and_then(|backoff| backoff.wait_until(now)) {
        line(&mut text, "next", &timestamp(until));
    }
    text
}

fn line(text: &mut String, label: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{label:<10} {value}");
}
