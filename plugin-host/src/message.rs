//! What a host says to its user, apart from a command's own output.

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;
use terminal_text::{json, one_line, shortened};

/// A message that is longer is cut: whoever gave it will not be read to its end.
const MAX_MESSAGE: usize = 2000;

/// Warns the user on standard error, in one line.
pub fn warn(message: &str) {
    say(&format!("warning: {message}"));
}

/// Says something to the user on standard error, in one line.
pub(crate) fn say(message: &str) {
    // A closed standard error must not fail the command.
    let _ = writeln!(io::stderr(), "{}", fit(message));
}

/// A message as one line that is fit to be shown.
pub(crate) fn fit(message: &str) -> String {
    one_line(&shortened(message, MAX_MESSAGE)).into_owned()
}

/// A path that is fit to be shown.
pub(crate) fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy()).into_owned()
}

/// Writes one line, whatever is in the text.
pub fn write_line(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", one_line(text))
}

/// Writes a JSON document, for programs and for people who look at it on a terminal.
pub fn write_json(out: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", json(&serde_json::to_string_pretty(document)?))
}
