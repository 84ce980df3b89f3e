//! What a host says to its user, apart from a command's own output.

use std::io::{self, Write};

use crate::text::one_line;

/// Warns the user on standard error, in one line.
pub fn warn(message: &str) {
    say(&format!("warning: {message}"));
}

/// Says something to the user on standard error, in one line.
pub(crate) fn say(message: &str) {
    // A closed standard error must not fail the command.
    let _ = writeln!(io::stderr(), "{}", one_line(message));
}
