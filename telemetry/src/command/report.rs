//! `telemetry report`: how a program is used, from what its maintainers have collected.

use std::{ffi::OsString, fmt::Write as _, path::PathBuf, str::FromStr, sync::Arc};

use lexopt::prelude::*;

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax},
    view::write,
};
use crate::{
    error::Error,
    facts::Facts,
    report::{Figures, Report, page},
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "report",
    about: "Count what a file endpoint or a collector has written: users, projects, commands, versions",
    syntax: |_| Syntax {
        usage: "[--output FILE] [--format text|json|html] [--minimum-users N] [--by PROPERTY]… FILES…",
        options: &["--output", "--format", "--minimum-users", "--by"],
    },
    help: |_| HELP.to_owned(),
    example: |_| "report --output report.html events.ndjson",
    run,
};

const HELP: &str = "  --output FILE      write a page there, or what --format says; - is standard output
  --format FORMAT    text (the default without --output), json, or html
  --minimum-users N  show no group of fewer users (20)
  --by PROPERTY      count users by this property, too; may be repeated

For those who maintain a program. FILES have a JSON object a line: events, bulk requests, or what an \
OpenTelemetry collector writes. What cannot be read is counted and named.";

/// Smaller groups would tell of single people.
const MINIMUM_USERS: u64 = 20;
/// So many properties may be asked for.
const MAX_BY: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Html,
}

impl FromStr for Form {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            _ => Err("there are text, json and html"),
        }
    }
}

struct Options {
    files: Vec<PathBuf>,
    output: Option<PathBuf>,
    form: Option<Form>,
    minimum_users: u64,
    by: Vec<String>,
}

fn parse(args: Vec<OsString>) -> Result<Options, lexopt::Error> {
    let mut options =
        Options { files: Vec::new(), output: None, form: None, minimum_users: MINIMUM_USERS, by: Vec::new() };
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("output") => options.output = Some(parser.value()?.into()),
            Long("format") => options.form = Some(parser.value()?.parse()?),
            Long("minimum-users") => options.minimum_users = parser.value()?.parse::<u64>()?.max(1),
            Long("by") if options.by.len() < MAX_BY => options.by.push(parser.value()?.string()?),
            Value(file) => options.files.push(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    if options.files.is_empty() {
        return Err("no files are given".into());
    }
    Ok(options)
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    let options = match parse(args) {
        Ok(options) => options,
        Err(mistake) => return Ok(COMMAND.refuse(facts, line, &mistake)),
    };
    let mut report = Report::new(options.by);
    for file in &options.files {
        report.read(file)?;
    }
    let figures = report.figures(options.minimum_users);
    let form = options.form.unwrap_or(if options.output.is_some() { Form::Html } else { Form::Text });
    let made = match form {
        Form::Text => text(&figures),
        Form::Json => format!("{}\n", terminal_text::json(&serde_json::to_string_pretty(&figures)?)),
        Form::Html => page(&facts.profile().program, &figures),
    };
    match options.output {
        Some(path) => write(line, &path, &made)?,
        None => line.output().print(&made)?,
    }
    Ok(0)
}

fn text(figures: &Figures) -> String {
    let mut text = String::new();
    let shown = |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} events, {} users, {} projects; - stands for fewer than {} users",
        figures.events,
        shown(figures.users),
        shown(figures.projects),
        figures.minimum_users
    );
    if figures.one_in > 1 {
        let _ = writeln!(text, "users and projects are estimated from one in {} of them", figures.one_in);
    }
    let _ = writeln!(text, "\n{:<12}{:>10}{:>10}{:>10}", "week", "users", "projects", "events");
    for week in &figures.weeks {
        let (users, projects, events) = (shown(week.users), shown(week.projects), shown(week.events));
        let _ = writeln!(text, "{:<12}{users:>10}{projects:>10}{events:>10}", week.monday);
    }
    for dimension in &figures.dimensions {
        let _ = writeln!(text, "\n{}", dimension.name);
        for value in &dimension.values {
            let _ = writeln!(text, "{:>10} users {:>10} events  {}", value.users, value.events, value.text);
        }
        if dimension.hidden > 0 {
            let _ = writeln!(text, "{:>10} more with too few users", dimension.hidden);
        }
    }
    for one in &figures.passed_over {
        let _ = writeln!(text, "\nnot counted: {} {}; the first is {}", one.count, one.what, one.first);
    }
    text
}
