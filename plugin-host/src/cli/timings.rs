//! `--timings`: what each plugin has cost, told when the command has ended.

use std::io::{self, Write};

use crate::{cli::table, manager::Timings};

/// Writes it to standard error, so that the output stays what it is.
pub(crate) fn show(timings: &Timings) {
    let rows: Vec<_> = timings
        .all()
        .iter()
        .map(|timing| {
            let time = format!("{:.3}", timing.time().as_secs_f64() * 1e3);
            [timing.plugin.clone(), timing.what.clone(), timing.calls().to_string(), time]
        })
        .collect();
    let mut text = Vec::new();
    // Memory is written to without fail, and nobody is left to tell of a closed standard error.
    let _ = table::write(&mut text, ["PLUGIN", "WHAT", "TIMES", "MS"], &rows);
    let _ = io::stderr().write_all(&text);
}
