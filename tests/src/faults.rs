//! Faults on purpose: what becomes of commands and their events when endpoint, disk, clock or
//! processes fail.
//!
//! A scenario runs real commands of `host-demo` with the telemetry plugin, or of a program of
//! twenty lines that has telemetry as a library (a [`Subject`]), under one fault, against a real
//! [`Collector`](crate::Collector), and holds them to the law of the `ledger`: a command's output
//! and exit code are those without plugins, every event recorded is delivered, still queued or
//! dropped for a stated reason, none is doubled, and no process is left after [`PATIENCE`]. A
//! scenario that finds the law broken panics; one that does not gives a [`Row`] of the table in
//! `docs/delivery.md`.

mod consent;
mod crowd;
mod destinations;
mod disk;
mod endpoint;
mod filling;
mod kill;
mod ledger;
mod limit;
mod locks;
mod log;
mod process;
mod queue;
mod records;
mod scenario;
mod scene;
mod steps;
mod subject;
mod table;

pub use filling::{queue_collected, record};
pub use process::finish;
pub use scenario::{Effort, PATIENCE, Scenario, Verdict};

pub use scene::pass_minute;
pub use subject::Subject;
pub use table::{Cell, Row, table};

/// The scenarios that any program can be put to, whether or not it has projects and settings.
#[must_use]
pub fn scenarios_of_any_program() -> Vec<Scenario> {
    [
        endpoint::SCENARIOS,
        kill::SCENARIOS,
        steps::SCENARIOS,
        log::SCENARIOS,
        queue::SCENARIOS,
        records::SCENARIOS,
        crowd::SCENARIOS,
    ]
    .concat()
}

/// All scenarios, in the order of the table.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        endpoint::SCENARIOS,
        kill::SCENARIOS,
        steps::SCENARIOS,
        disk::SCENARIOS,
        limit::SCENARIOS,
        locks::SCENARIOS,
        log::SCENARIOS,
        queue::SCENARIOS,
        records::SCENARIOS,
        crowd::SCENARIOS,
        destinations::SCENARIOS,
        consent::SCENARIOS,
    ]
    .concat()
}
