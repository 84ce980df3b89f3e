//! YAML for people, as Kedro prints it.

use std::io::{self, Write};

use serde::Serialize;

use hookspec_host::output;

/// Prints a value as YAML, with an empty line behind it, as Kedro does.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_yaml::to_string(value).map_err(io::Error::other)?;
    text.lines().try_for_each(|line| output::write_line(out, line))?;
    writeln!(out)
}
