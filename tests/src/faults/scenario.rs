//! What a scenario is, and how one goes.

use std::time::Duration;

use super::{subject::Subject, table::Row};

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
    /// Puts a program to the test, with this effort.
    pub fn put(&self, subject: Subject, effort: Effort) -> Verdict {
        subject.put_to_the_test(|| (self.run)(effort))
    }

    pub(super) const fn new(fault: &'static str, run: fn(Effort) -> Verdict) -> Self {
        Self { fault, is_slow: false, run }
    }

    pub(super) const fn slow(fault: &'static str, run: fn(Effort) -> Verdict) -> Self {
        Self { fault, is_slow: true, run }
    }
}
