//! `telemetry schema`: every field that can be sent, and why.

use std::{ffi::OsString, fmt::Write as _};

use hookspec::{Result, specs::CommandCall};
use lexopt::prelude::*;

use super::{Subcommand, format::Format};
use crate::{schema::ROWS, source::Facts};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "schema",
    about: "List every field that can be sent, its type, an example, and why it is collected",
    usage: "[--format text|json]",
    help: "  --format json  one JSON array, for other programs\n\nThere are no other fields: one that is not listed cannot be sent.",
    example: "schema --format json",
    options: &["--format"],
    run,
};

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

fn run(_: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    match parse(args) {
        Ok(Format::Text) => call.print(&text())?,
        Ok(Format::Json) => call.print(&format!("{}\n", serde_json::to_string_pretty(ROWS)?))?,
        Err(mistake) => return Ok(COMMAND.refuse(call, &mistake)),
    }
    Ok(0)
}

fn text() -> String {
    let mut text = String::new();
    let mut group = None;
    for row in ROWS {
        if group.replace(row.group) != Some(row.group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{gap}{}", row.group.title());
        }
        let _ = write!(text, "{row}");
    }
    text
}
