//! `telemetry flush`: send what waits, now. The detached sender is this command with `--background`.

use std::ffi::OsString;

use lexopt::prelude::*;
use plugin_api::{Error, LogLevel, Result, specs::CommandCall};

use super::Subcommand;
use crate::{
    consent::Consent,
    deliver::{Ending, Sender, Summary, Verdict},
    event::timestamp,
    source::Facts,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "flush",
    about: "Send the events that wait, now",
    usage: "[--background]",
    help: "  --background  silent, and only when it is time for the next attempt; what a command starts by itself\n\nConsent is asked for again for each event; refused ones are deleted.\n\nExample: telemetry flush",
    options: &["--background"],
    run,
};

/// Whether to run in the background.
fn parse(args: Vec<OsString>) -> Result<bool, lexopt::Error> {
    let mut in_background = false;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("background") => in_background = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(in_background)
}

fn run(facts: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    let in_background = match parse(args) {
        Ok(in_background) => in_background,
        Err(mistake) => return Ok(super::usage(call, &mistake)),
    };
    let settings = facts.settings()?;
    let Some(endpoint) = &settings.endpoint else {
        if !in_background {
            call.print("no endpoint is set: events stay on this machine, see `telemetry log`\n")?;
        }
        return Ok(0);
    };
    let dirs = facts.dirs().map_err(Error::new)?;
    let sender = Sender::new(dirs.state(), endpoint, &settings.app_id, facts.env());
    let sender = if in_background { sender } else { sender.ignoring_backoff() };
    let summary = sender.run(&|record| verdict(&facts.consent(record.project.as_deref())))?;
    if let Some(problem) = &summary.problem {
        facts.plugin_host().log(LogLevel::Debug, problem);
    }
    if !in_background {
        call.print(&describe(&summary))?;
    }
    Ok(i32::from(matches!(summary.ending, Ending::Failed { .. } | Ending::OutOfTime)))
}

fn verdict(consent: &Consent) -> Verdict {
    if consent.is_granted() { Verdict::Send } else { Verdict::Refuse(consent.source().without_path()) }
}

fn describe(summary: &Summary) -> String {
    let mut parts = vec![format!("{} sent", summary.sent)];
    if summary.refused > 0 {
        parts.push(format!("{} deleted for lack of consent", summary.refused));
    }
    if summary.dropped > 0 {
        parts.push(format!("{} dropped, see `telemetry log`", summary.dropped));
    }
    let ending = match &summary.ending {
        Ending::Done => String::new(),
        Ending::Elsewhere => "; another sender is at work".to_owned(),
        Ending::Waiting { until } => format!("; the next attempt is at {}", timestamp(*until)),
        Ending::Failed { reason, until: None } => format!("; the rest stays queued: {reason}"),
        Ending::Failed { reason, until: Some(until) } => {
            format!("; the rest stays queued until {}: {reason}", timestamp(*until))
        }
        Ending::OutOfTime => "; the rest stays queued: out of time".to_owned(),
    };
    format!("{}{ending}\n", parts.join(", "))
}
