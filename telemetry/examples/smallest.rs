//! A whole program with telemetry: `smallest add WORD…`, `smallest list` and `smallest telemetry …`.
use std::process::ExitCode;

use usage_telemetry::{Profile, UsageEvent};

#[derive(clap::Parser)]
enum Smallest {
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
    Profile::new("smallest", env!("CARGO_PKG_VERSION")).run(|command, usage| match command {
        Smallest::Add { words } => usage.count(Told::NoteAdded { words: words.len() }),
        Smallest::List => usage.count(Told::NotesListed),
    })
}
