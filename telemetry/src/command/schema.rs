//! `telemetry schema`: every field that can be sent, and why.

use std::{ffi::OsString, fmt::Write as _, str::FromStr, sync::Arc};

use lexopt::prelude::*;

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax},
};
use crate::{error::Error, facts::Facts, profile::Profile, schema::SchemaRow};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "schema",
    about: "List every field that can be sent, its type, an example, and why it is collected",
    syntax: |_| Syntax { usage: "[--format text|json|json-schema]", options: &["--format"] },
    help: |_| HELP.to_owned(),
    example: |_| "schema --format json",
    run,
};

const HELP: &str = "  --format json         one JSON array, for other programs
  --format json-schema  each event as a document of JSON Schema, for whoever receives them

There are no other fields: one that is not listed cannot be sent.";

/// For whom fields are listed.
#[derive(Clone, Copy, Default)]
enum Format {
    #[default]
    Text,
    Json,
    JsonSchema,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "json-schema" => Ok(Self::JsonSchema),
            _ => Err("there are text, json and json-schema"),
        }
    }
}

fn parse(args: Vec<OsString>) -> Result<Format, lexopt::Error> {
    let mut format = Format::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("format") => format = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(format)
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    let rows = facts.profile().schema();
    match parse(args) {
        Ok(Format::Text) => line.output().print(&format!("{}{}", events(facts.profile()), text(&rows)))?,
        Ok(Format::Json) => line.output().print(&format!("{}\n", serde_json::to_string_pretty(&rows)?))?,
        Ok(Format::JsonSchema) => line.output().print(&facts.profile().json_schema().to_string())?,
        Err(mistake) => return Ok(COMMAND.refuse(facts, line, &mistake)),
    }
    Ok(0)
}

/// When each event is recorded.
fn events(profile: &Profile) -> String {
    let events = profile.all_events();
    let widest = events.iter().map(|event| event.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for event in events {
        let head = if text.is_empty() { "Events\n" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{head}  {:<widest$}  {}", event.name, event.about);
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn text(rows: &[SchemaRow]) -> String {
    let mut text = String::new();
    let mut group = None;
    for row in rows {
        if group.replace(row.group) != Some(row.group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{gap}{}", row.group.title());
        }
        let _ = write!(text, "{row}");
    }
    text
}
