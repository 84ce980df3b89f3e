//! `tally` as it is without telemetry, to be compared with.
use std::process::ExitCode;

#[derive(clap::Parser)]
enum Tally {
    /// Keep a note
    Add { words: Vec<String> },
    /// List the notes
    List,
}

fn main() -> ExitCode {
    match clap::Parser::parse() {
        Tally::Add { words } => drop(words),
        Tally::List => {}
    }
    ExitCode::SUCCESS
}
