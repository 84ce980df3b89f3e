//! `telemetry log`: every event of this machine, and what became of it.

use std::{ffi::OsString, str::FromStr};

use lexopt::prelude::*;
use plugin_api::{Error, Result, specs::CommandCall};
use serde_json::{Value, json};

use super::Subcommand;
use crate::{
    event::timestamp,
    journal::{Entry, Journal},
    queue::{Queue, ReadError},
    source::Facts,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "log",
    about: "List the events of this machine and what became of them",
    usage: "[--format text|json]",
    help: "  --format json  one JSON object a line, with the whole event\n\nEvents that wait are listed as queued. Nothing but this machine has seen those.\n\nExample: telemetry log --format json",
    options: &["--format"],
    run,
};

fn parse(args: Vec<OsString>) -> Result<Format, lexopt::Error> {
    let mut format = Format::Text;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("format") => format = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(format)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("there are text and json"),
        }
    }
}

fn run(facts: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    let format = match parse(args) {
        Ok(format) => format,
        Err(mistake) => return Ok(super::usage(call, &mistake)),
    };
    let lines = lines(facts)?;
    if lines.is_empty() && format == Format::Text {
        call.print("no events yet\n")?;
    }
    for line in lines {
        let text = match format {
            Format::Text => describe(&line),
            Format::Json => line.to_string(),
        };
        call.print(&format!("{text}\n"))?;
    }
    Ok(0)
}

/// One JSON object for each event, oldest first: those of the journal, then those that wait.
fn lines(facts: &Facts) -> Result<Vec<Value>> {
    let dirs = facts.dirs().map_err(Error::new)?;
    let mut lines = Vec::new();
    for entry in Journal::new(dirs.state()).read()? {
        lines.push(serde_json::to_value::<Entry>(entry)?);
    }
    let queue = Queue::new(dirs.state());
    for name in queue.list()?.records {
        let (at, outcome) = (timestamp(name.at()), "queued");
        lines.push(match queue.read(&name) {
            Ok(record) => json!({"at": at, "outcome": outcome, "count": 1, "event": record.event}),
            // Sent or deleted since it was listed.
            Err(ReadError::Gone) => continue,
            Err(error) => json!({"at": at, "outcome": outcome, "count": 1, "reason": error.to_string()}),
        });
    }
    Ok(lines)
}

fn describe(line: &Value) -> String {
    let text = |key: &str| line[key].as_str().unwrap_or_default();
    let event = &line["event"];
    let what = match (event["properties"]["command"].as_str(), event["event"].as_str()) {
        (Some(command), name) => format!("{command} ({})", name.unwrap_or_default()),
        // Raised by another plugin: its name is all that is known to be one line.
        (None, Some(name)) => name.escape_debug().to_string(),
        (None, None) => format!("{} event(s)", line["count"]),
    };
    let reason = if text("reason").is_empty() { String::new() } else { format!(": {}", text("reason")) };
    format!("{}  {:<8} {what}{reason}", text("at"), text("outcome"))
}
