//! Faults on purpose: what becomes of commands and their events when endpoint, disk, clock or
//! processes fail.
//!
//! A scenario runs real commands of `host-demo` with the telemetry plugin under one fault, against
//! a real [`server`] on loopback, and holds them to the law of the `ledger`: a command's output and
//! exit code are those without plugins, every event recorded is delivered, still queued or dropped
//! for a stated reason, none is doubled, and no process is left after [`PATIENCE`]. A scenario that
//! finds the law broken panics; one that does not gives a [`Row`] of the table in
//! `docs/delivery.md`.

mod consent;
mod crowd;
mod disk;
mod endpoint;
mod kill;
mod ledger;
mod process;
mod records;
mod scene;
pub mod server;
mod steps;
mod table;
mod tls;

use std::time::Duration;

pub use process::finish;
pub use scene::record;
pub use table::{Cell, Row, table};

/// The longest that a command, a sender or anything else here may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How much of what a scenario could do is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A sample, for every run of the tests.
    Sample,
    /// Everything, for the table.
    Whole,
}

/// A fault, and what is done under it.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// What is broken, as the table has it.
    pub fault: &'static str,
    /// Whether it takes ten seconds or more, for a deadline of the sender or many events.
    pub is_slow: bool,
    /// Puts it to the test.
    pub run: fn(Effort) -> Verdict,
}

/// How a scenario went that did not break the law.
#[derive(Debug)]
pub enum Verdict {
    /// The fault was endured.
    Endured(Row),
    /// The fault could not be brought about here, for this reason.
    PassedOver(String),
}

impl Scenario {
    const fn new(fault: &'static str, run: fn(Effort) -> Verdict) -> Self {
        Self { fault, is_slow: false, run }
    }

    const fn slow(fault: &'static str, run: fn(Effort) -> Verdict) -> Self {
        Self { fault, is_slow: true, run }
    }
}

/// All scenarios, in the order of the table.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        endpoint::SCENARIOS,
        kill::SCENARIOS,
        steps::SCENARIOS,
        disk::SCENARIOS,
        records::SCENARIOS,
        crowd::SCENARIOS,
        consent::SCENARIOS,
    ]
    .concat()
}
