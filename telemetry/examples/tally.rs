//! A whole program with telemetry: `tally add WORD…`, `tally list` and `tally telemetry …`.
use std::process::ExitCode;

use usage_telemetry::{Profile, UsageEvent};

#[derive(clap::Parser)]
enum Tally {
    /// Keep a note
    Add { words: Vec<String> },
    /// List the notes
    List,
}

#[derive(UsageEvent)]
enum Told {
    /// A note was added.
    NoteAdded {
        /// How long notes are.
        words: usize,
    },
    /// The notes were listed.
    NotesListed,
}

fn main() -> ExitCode {
    Profile::new("tally", env!("CARGO_PKG_VERSION")).run(|command, usage| match command {
        Tally::Add { words } => usage.count(Told::NoteAdded { words: words.len() }),
        Tally::List => usage.count(Told::NotesListed),
    })
}
