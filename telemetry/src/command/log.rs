//! `telemetry log`: every event of this machine, and what became of it.

use std::{collections::HashSet, ffi::OsString, sync::Arc, time::Duration};

use lexopt::prelude::*;
use serde_json::{Value, json};

use super::{
    format::Format,
    line::CommandLine,
    style::Palette,
    subcommand::{Subcommand, Syntax},
};
use crate::{
    error::Error,
    facts::Facts,
    journal::{Journal, LogEntry},
    os,
    output::Output,
    queue::Queue,
    record::{RecordError, RecordName},
    time::timestamp,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "log",
    about: "List the events of this machine and what became of them",
    syntax: |_| Syntax { usage: "[--follow] [--format text|json]", options: &["--follow", "--format"] },
    help: |_| HELP.to_owned(),
    example: |_| "log --follow",
    run,
};

const HELP: &str = "  --follow       go on, with what is recorded, sent and dropped from now on
  --format json  one JSON object a line, with the whole event

queued   recorded, and waiting; nothing but this machine has seen it
sent     the endpoint has taken it
dropped  removed unsent, and why
kept     delivery failed, and why; the events are still queued

Times are in UTC.";

/// Why an event stays queued that was recorded without an endpoint, or in local mode, where there is
/// an endpoint now.
const STAYS: &str = "recorded to stay on this machine";

/// How often a log that is followed is looked at.
const INTERVAL: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Default)]
struct Options {
    follow: bool,
    format: Format,
}

fn parse(args: Vec<OsString>) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("follow") => options.follow = true,
            Long("format") => options.format = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    let options = match parse(args) {
        Ok(options) => options,
        Err(mistake) => return Ok(COMMAND.refuse(facts, line, &mistake)),
    };
    let dirs = facts.dirs()?;
    let (journal, queue) = (Journal::new(dirs.state()), Queue::new(dirs.state()));
    let has_endpoint = facts.settings().is_ok_and(|settings| settings.destination.is_some());
    let output = line.output();
    let printer = Printer { output, palette: Palette::of(output), format: options.format };
    let mut tail = journal.tail();
    let mut entries = journal.read_set_aside()?;
    entries.extend(tail.read()?);
    let mut seen = HashSet::new();
    let queued = newly_queued(&queue, &mut seen, has_endpoint)?;
    if entries.is_empty() && queued.is_empty() && options.format == Format::Text && !options.follow {
        output.print("no events yet\n")?;
    }
    printer.print_all(entries, &queued)?;
    while options.follow && !os::await_closed_output(INTERVAL) {
        // In this order, so that an event is never sent before it is queued.
        let queued = newly_queued(&queue, &mut seen, has_endpoint)?;
        printer.print_all(Vec::new(), &queued)?;
        printer.print_all(tail.read()?, &[])?;
    }
    Ok(0)
}

/// The queued events that have not been `seen`, oldest first.
fn newly_queued(queue: &Queue, seen: &mut HashSet<RecordName>, has_endpoint: bool) -> Result<Vec<Value>, Error> {
    let mut lines = Vec::new();
    let names: HashSet<_> = queue.list()?.into_iter().collect();
    let mut new: Vec<_> = names.difference(seen).collect();
    new.sort_unstable();
    for name in new {
        let (at, outcome) = (timestamp(name.at()), "queued");
        lines.push(match queue.read(name) {
            // JSON that is valid, but not of a kind that can be shown, was not written by us.
            Ok(record) => match serde_json::from_str::<Value>(record.event.get()) {
                Ok(event) if name.destination().is_none() && has_endpoint => {
                    json!({"at": at, "outcome": outcome, "count": 1, "reason": STAYS, "event": event})
                }
                Ok(event) => json!({"at": at, "outcome": outcome, "count": 1, "event": event}),
                Err(error) => json!({"at": at, "outcome": outcome, "count": 1, "reason": error.to_string()}),
            },
            // Sent or deleted since it was listed.
            Err(RecordError::Gone) => continue,
            Err(error) => json!({"at": at, "outcome": outcome, "count": 1, "reason": error.to_string()}),
        });
    }
    *seen = names;
    Ok(lines)
}

struct Printer<'a> {
    output: &'a dyn Output,
    palette: Palette,
    format: Format,
}

impl Printer<'_> {
    /// One line for each, those of the journal first, in one write.
    fn print_all(&self, entries: Vec<LogEntry>, queued: &[Value]) -> Result<(), Error> {
        let mut text = String::new();
        for entry in entries {
            // As what cannot be understood otherwise, it is passed over.
            let Ok(entry) = serde_json::to_value::<LogEntry>(entry) else { continue };
            text += &self.line(&entry);
        }
        for line in queued {
            text += &self.line(line);
        }
        if !text.is_empty() {
            self.output.print(&text)?;
        }
        Ok(())
    }

    fn line(&self, line: &Value) -> String {
        match self.format {
            Format::Text => self.describe(line),
            Format::Json => format!("{}\n", terminal_text::json(&line.to_string())),
        }
    }

    fn describe(&self, line: &Value) -> String {
        let text = |key: &str| line[key].as_str().unwrap_or_default();
        let event = &line["event"];
        let what = match (event["properties"]["command"].as_str(), event["event"].as_str()) {
            (Some(command), name) => format!("{command} ({})", name.unwrap_or_default()),
            // Raised by somebody else: its name is all that is known to be one line.
            (None, Some(name)) => name.escape_debug().to_string(),
            (None, None) if line["count"] == 1 => "1 event".to_owned(),
            (None, None) => format!("{} events", line["count"]),
        };
        let reason = if text("reason").is_empty() { String::new() } else { format!(": {}", text("reason")) };
        let outcome = format!("{:<8}", text("outcome"));
        let outcome = match text("outcome") {
            "sent" => self.palette.good(&outcome),
            "dropped" => self.palette.bad(&outcome),
            _ => self.palette.open(&outcome),
        };
        format!("{}  {outcome} {what}{reason}\n", self.palette.faint(&to_the_second(text("at"))))
    }
}

/// `2026-11-23 16:59:46` of `2026-11-23T16:59:46.841525Z`.
fn to_the_second(timestamp: &str) -> String {
    timestamp.split('.').next().unwrap_or_default().replace('T', " ")
}
