//! `telemetry flush`: send what waits, now. The detached sender is this command with `--background`.

use std::{
    ffi::OsString,
    io::IsTerminal,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, SystemTime},
};

use hookspec::{Error, LogLevel, Result, specs::CommandCall};
use lexopt::prelude::*;

use super::{Subcommand, style::relative};
use crate::{
    consent::Consent,
    deliver::{Deadlines, Ending, Sender, Summary, Verdict},
    queue::Record,
    source::Facts,
};

/// How long a detached sender lives at most, whatever it waits for: a name server, a file system, a certificate store. Its
/// deadlines come before that; this is for what has none.
const LIFE: Duration = Duration::from_secs(28);

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "flush",
    about: "Send the events that wait, now",
    usage: "[--background]",
    help: "  --background  silent, and only when it is time for the next attempt; what a command starts by itself\n\nConsent is asked for again for each event; refused ones are deleted.",
    example: "flush",
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
    match parse(args) {
        Ok(true) => in_background(facts),
        Ok(false) => in_foreground(facts, call),
        Err(mistake) => Ok(COMMAND.refuse(call, &mistake)),
    }
}

fn in_background(facts: &Facts) -> Result<i32> {
    // Where no thread can be started, the deadlines remain.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LIFE);
        std::process::exit(1);
    });
    let summary = deliver(facts, Deadlines::default(), Attempt::WhenDue, &|_, _| {})?;
    Ok(summary.as_ref().map_or(0, exit_code))
}

fn in_foreground(facts: &Facts, call: &CommandCall) -> Result<i32> {
    let has_watcher = std::io::stderr().is_terminal();
    let progress = |summary: &Summary, left: usize| {
        if has_watcher {
            call.print_error(&format!("\r\x1b[K{} sent, {left} to go", summary.sent));
        }
    };
    let delivered = deliver(facts, Deadlines::default(), Attempt::AtOnce, &progress);
    if has_watcher {
        call.print_error("\r\x1b[K");
    }
    let Some(summary) = delivered? else {
        call.print("no endpoint is set: events stay on this machine, see `telemetry log`\n")?;
        return Ok(0);
    };
    call.print(&describe(&summary, SystemTime::now()))?;
    Ok(exit_code(&summary))
}

/// Delivers in this process, and waits for that no longer than `cap`; for a command that is gone with its container. What is not
/// delivered then stays queued.
pub(crate) fn within(cap: Duration, facts: &Arc<Facts>) {
    let facts = Arc::clone(facts);
    let (done, ended) = mpsc::channel();
    // A thread can be left behind in whatever it waits for.
    let started = thread::Builder::new().spawn(move || {
        if let Err(error) = deliver(&facts, Deadlines::within(cap), Attempt::WhenDue, &|_, _| {}) {
            facts.plugin_host().log(LogLevel::Debug, &error.to_string());
        }
        // The command may have gone on.
        let _ = done.send(());
    });
    if started.is_ok() {
        // Ended, or out of time: either way the command goes on.
        let _ = ended.recv_timeout(cap);
    }
}

/// Whether earlier failures count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// A person asks.
    AtOnce,
    /// Not before the back-off has passed.
    WhenDue,
}

/// Delivers what waits, if there is an endpoint.
fn deliver(
    facts: &Facts,
    deadlines: Deadlines,
    attempt: Attempt,
    progress: &dyn Fn(&Summary, usize),
) -> Result<Option<Summary>> {
    let settings = facts.settings()?;
    let Some(endpoint) = &settings.endpoint else { return Ok(None) };
    let dirs = facts.dirs().map_err(Error::new)?;
    let sender = Sender::new(dirs.state(), endpoint, &settings.app_id, facts.env()).with_deadlines(deadlines);
    let sender = if attempt == Attempt::AtOnce { sender.ignoring_backoff() } else { sender };
    let consent = |record: &Record| verdict(&facts.consent(record.project.as_deref()));
    let summary = sender.run_with_progress(&consent, progress)?;
    if let Some(problem) = &summary.problem {
        facts.plugin_host().log(LogLevel::Debug, problem);
    }
    Ok(Some(summary))
}

fn verdict(consent: &Consent) -> Verdict {
    if consent.is_granted() { Verdict::Send } else { Verdict::Refuse(consent.source().without_path()) }
}

fn exit_code(summary: &Summary) -> i32 {
    i32::from(matches!(summary.ending, Ending::Failed { .. } | Ending::OutOfTime))
}

fn describe(summary: &Summary, now: SystemTime) -> String {
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
        Ending::Waiting { until } => format!("; the next attempt is {}", relative(*until, now)),
        Ending::Failed { reason, until: None } => format!("; the rest stays queued: {reason}"),
        Ending::Failed { reason, until: Some(until) } => {
            format!("; the rest stays queued, the next attempt is {}: {reason}", relative(*until, now))
        }
        Ending::OutOfTime => "; the rest stays queued: out of time".to_owned(),
    };
    format!("{}{ending}\n", parts.join(", "))
}
