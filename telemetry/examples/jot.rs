//! A program with telemetry of its own: `jot add TEXT…` and `jot telemetry …`.

use std::{env, process::ExitCode};

use usage_telemetry::{
    Profile, Standalone, Telemetry, Terminal, fields,
    schema::{Count, FieldGroup},
};

const NOTE: FieldGroup = FieldGroup::new("note", "Of a note");

fields! {
    SCHEMA;
    NOTE {
        NUMBER_OF_WORDS: Count = "number_of_words", "3", "How long notes are.";
    }
}

fn main() -> ExitCode {
    let profile = Profile::new("jot", env!("CARGO_PKG_VERSION")).with_fields(SCHEMA);
    let telemetry = Telemetry::new(profile, Standalone);
    let mut args = env::args().skip(1);
    match args.next().as_deref() {
        Some("telemetry") => return telemetry.run_command(args, &Terminal).into(),
        Some("add") => println!("noted"),
        _ => return ExitCode::from(2),
    }
    if let Some(mut event) = telemetry.begin("note_added", None) {
        event.set(NUMBER_OF_WORDS, args.count() as u64);
        telemetry.submit(&event);
    }
    ExitCode::SUCCESS
}
