//! `telemetry view`: what is known here, as a page for a browser.

use std::{
    ffi::{OsStr, OsString},
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use lexopt::prelude::*;
use small_files::{FileError, Visibility};

use super::{
    line::CommandLine,
    subcommand::{Subcommand, Syntax},
};
use crate::{error::Error, facts::Facts, view};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "view",
    about: "Show the events of this machine and who decided on them, as a page in the browser",
    syntax: |_| Syntax { usage: "[--output FILE]", options: &["--output"] },
    help: |_| HELP.to_owned(),
    example: |_| "view --output telemetry.html",
    run,
};

const HELP: &str = "  --output FILE  write the page there, and open nothing; - is standard output

The page is one file that loads nothing and sends nothing. It is opened where there is a desktop: not \
over SSH, and not in CI.";

fn parse(args: Vec<OsString>) -> Result<Option<PathBuf>, lexopt::Error> {
    let mut output = None;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("output") => output = Some(parser.value()?.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(output)
}

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    let output = match parse(args) {
        Ok(output) => output,
        Err(mistake) => return Ok(COMMAND.refuse(facts, line, &mistake)),
    };
    let page = view::page(facts, line.project())?;
    if let Some(path) = output {
        write(line, &path, &page)?;
        return Ok(0);
    }
    let path = view::page_file(facts.dirs()?.state());
    small_files::replace(&path, page.as_bytes(), Visibility::Owner)?;
    let shown = path.display();
    let is_shown = view::has_desktop(facts.env()) && view::show(&path).is_ok();
    let what = if is_shown { "your browser opens" } else { "to be opened in a browser:" };
    line.output().print(&format!("{what} {shown}\n"))?;
    Ok(0)
}

/// Writes a page to where somebody wants it; `-` is standard output.
pub(super) fn write(line: &CommandLine<'_>, path: &Path, page: &str) -> Result<(), Error> {
    if path == OsStr::new("-") {
        line.output().print(page)?;
        return Ok(());
    }
    // A pipe or a device is written to, not replaced.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let opened = OpenOptions::new().write(true).open(path);
        let written = opened.and_then(|mut file| file.write_all(page.as_bytes()));
        return Ok(written.map_err(FileError::io("write", path))?);
    }
    small_files::replace_at_end_of_links(path, page.as_bytes(), Visibility::Owner)?;
    line.output().print(&format!("wrote {}\n", path.display()))?;
    Ok(())
}
