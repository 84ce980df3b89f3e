//! Usage telemetry for command line programs: consent first, recorded on disk, delivered apart from
//! the command.
//!
//! A program says what its telemetry is in a [`Profile`], and what it tells of its use by a type that
//! derives [`UsageEvent`], whose fields are all that can be sent. `Profile::run` is all of it around a
//! program that uses clap, in twenty lines with the program; [`Profile::start`] does without clap.
//! The rest is here: whether usage may be recorded and who says so, one notice to a
//! user who has said nothing, a queue of small files, a detached sender, one at a time, and
//! commands with which users see, refuse and delete: `telemetry
//! status|on|local|off|preview|schema|log|view|report|flush|purge`.
//!
//! What those are made of can be used by itself, as a plugin does: fields that are declared by
//! [`fields!`], and events that are made, filled and recorded one by one.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use usage_telemetry::{
//!     Profile, Standalone, Telemetry, Terminal, fields,
//!     schema::{Count, FieldGroup},
//! };
//!
//! fields! {
//!     SCHEMA;
//!     FieldGroup::EVERY {
//!         NUMBER_OF_NOTES: Count = "number_of_notes", "3", "How many notes people have.";
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     let profile = Profile::new("notes", env!("CARGO_PKG_VERSION")).with_fields(SCHEMA);
//!     let telemetry = Telemetry::new(profile, Standalone);
//!     let mut args = std::env::args().skip(1);
//!     if args.next().as_deref() == Some("telemetry") {
//!         return telemetry.run_command(args, &Terminal).into();
//!     }
//!     if let Some(mut event) = telemetry.begin("note_added", None) {
//!         event.set(NUMBER_OF_NOTES, 3);
//!         telemetry.submit(&event);
//!     }
//!     ExitCode::SUCCESS
//! }
//! ```
//!
//! The story of one event. [`Telemetry::begin`] asks for consent; after a "no" nothing more happens
//! than that queued events are deleted. [`Telemetry::record`] writes one small file.
//! [`Telemetry::deliver`] starts the program again, detached, on `telemetry flush --background`,
//! if there is an endpoint and no sender at work. The command itself never waits, unless its user
//! has asked for that.

mod agent;
mod backoff;
mod body;
mod choice;
mod ci;
mod circumstances;
#[cfg(feature = "clap")]
mod clap_program;
mod command;
mod consent;
mod day;
mod delivery;
mod destination;
mod digest;
mod dirs;
mod endpoint;
mod env;
mod envelope;
mod error;
mod event;
mod facts;

mod identity;
#[cfg(feature = "internals")]
pub mod internals;
mod journal;
mod mode;
mod notice;
mod os;
mod outcome;
mod output;
mod ownership;
mod page;
mod profile;
mod program;
mod queue;
mod receiver;
mod record;
mod report;
mod request_format;
mod run_fact;
mod sampling;
pub mod schema;
mod sender;
mod settings;
mod sink;
mod statement;
#[cfg(test)]
mod support;
mod telemetry;
mod time;
mod usage;
mod usage_event;
mod view;
#[cfg(feature = "clap")]
mod words;

#[cfg(feature = "clap")]
pub use self::words::TelemetryWords;
pub use self::{
    command::{CommandHelp, CommandLine, Rehearsal},
    consent::Consent,
    error::Error,
    event::{Event, platform},
    mode::Mode,
    outcome::{Ending, Outcome},
    output::{Output, Terminal},
    profile::{Profile, ProjectFile, ProjectStatement, SharedIdentity},
    program::{LogLevel, Program, Standalone},
    run_fact::RunFact,
    telemetry::{CommandStage, DeliveryStep, Telemetry},
    usage::Usage,
    usage_event::UsageEvent,
};
#[cfg(feature = "derive")]
pub use usage_telemetry_derive::{UsageEvent, UsageWord};
