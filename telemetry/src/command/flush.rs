//! `telemetry flush`: send the queued events, now. The detached sender is this command with
//! `--background`.

use std::{
    ffi::OsString,
    io::IsTerminal,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use lexopt::prelude::*;

use super::{
    line::CommandLine,
    shown::REWRITE,
    subcommand::{Subcommand, Syntax},
};
use crate::{
    delivery::{LINGER, Manner, deliver},
    error::Error,
    facts::Facts,
    mode,
    sender::{Attempt, Deadlines, SenderEnding, SenderSummary},
    time::relative,
};

/// How long a detached sender lives at most, whatever it waits for: a name server, a file system, a
/// certificate store. Its deadlines come before that; this is for what has none.
const LIFE: Duration = Duration::from_secs(28);

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "flush",
    about: "Send the queued events now",
    syntax: |_| Syntax { usage: "[--background]", options: &["--background"] },
    help: |_| HELP.to_owned(),
    example: |_| "flush",
    run,
};

const HELP: &str =
    "  --background  silent, and only when it is time for the next attempt; what a command starts by itself

Consent is asked for again for each event; refused ones are deleted.";

/// For whom events are sent.
#[derive(Clone, Copy)]
enum Mode {
    /// A person who waits and reads.
    Foreground,
    /// Nobody: this is the detached sender.
    Background,
}

fn parse(args: Vec<OsString>) -> Result<Mode, lexopt::Error> {
    let mut mode = Mode::Foreground;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("background") => mode = Mode::Background,
            other => return Err(other.unexpected()),
        }
    }
    Ok(mode)
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    match parse(args) {
        Ok(Mode::Background) => in_background(facts),
        Ok(Mode::Foreground) => in_foreground(facts, line),
        Err(mistake) => Ok(COMMAND.refuse(facts, line, &mistake)),
    }
}

fn in_background(facts: &Arc<Facts>) -> Result<i32, Error> {
    // Where no thread can be started, the deadlines remain.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LIFE);
        std::process::exit(1);
    });
    let manner = Manner { deadlines: Deadlines::default(), attempt: Attempt::WhenDue, linger: LINGER };
    let summary = deliver(facts, manner, &|_, _| {})?;
    Ok(summary.as_ref().map_or(0, exit_code))
}

fn in_foreground(facts: &Arc<Facts>, line: &CommandLine<'_>) -> Result<i32, Error> {
    let output = line.output();
    let consent = facts.consent(None);
    if consent.mode() == mode::Mode::Local {
        output.print(&format!("nothing is sent: telemetry is local, {}\n", consent.reason()))?;
        return Ok(0);
    }
    let has_watcher = std::io::stderr().is_terminal();
    let progress = |summary: &SenderSummary, left: usize| {
        if has_watcher {
            output.print_error(&format!("{REWRITE}{} sent, {left} to go", summary.sent));
        }
    };
    let manner = Manner { deadlines: Deadlines::default(), attempt: Attempt::AtOnce, linger: Duration::ZERO };
    let delivered = deliver(facts, manner, &progress);
    if has_watcher {
        output.print_error(REWRITE);
    }
    let Some(summary) = delivered? else {
        output.print("no endpoint is set: events stay on this machine, see `telemetry log`\n")?;
        return Ok(0);
    };
    output.print(&describe(&summary, SystemTime::now()))?;
    Ok(exit_code(&summary))
}

fn exit_code(summary: &SenderSummary) -> i32 {
    i32::from(matches!(summary.ending, SenderEnding::Failed { .. } | SenderEnding::OutOfTime))
}

fn describe(summary: &SenderSummary, now: SystemTime) -> String {
    let mut parts = vec![format!("{} sent", summary.sent)];
    if summary.rejected > 0 {
        parts.push(format!("of which the endpoint has rejected {}, see `telemetry log`", summary.rejected));
    }
    if summary.refused > 0 {
        parts.push(format!("{} deleted for lack of consent", summary.refused));
    }
    if summary.dropped > 0 {
        parts.push(format!("{} dropped, see `telemetry log`", summary.dropped));
    }
    let ending = match &summary.ending {
        SenderEnding::Done => String::new(),
        SenderEnding::Elsewhere => "; another sender is at work".to_owned(),
        SenderEnding::Waiting { until } => format!("; the next attempt is {}", relative(*until, now)),
        SenderEnding::Paced { until } => {
            let when = relative(*until, now);
            format!("; the endpoint takes 1,000 events a minute: the rest stays queued, and more go {when}")
        }
        SenderEnding::Failed { reason, until: None } => format!("; the rest stays queued: {reason}"),
        SenderEnding::Failed { reason, until: Some(until) } => {
            format!("; the rest stays queued, the next attempt is {}: {reason}", relative(*until, now))
        }
        SenderEnding::OutOfTime => "; the rest stays queued: out of time".to_owned(),
    };
    format!("{}{ending}\n", parts.join(", "))
}
