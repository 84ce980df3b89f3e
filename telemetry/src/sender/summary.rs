//! What a sender is told of a record, and what it tells of a run.

use std::{path::Path, time::SystemTime};

use crate::schema::Properties;

/// Tells what to do with the records about a project, or about none.
pub type AskConsent = dyn Fn(Option<&Path>) -> SenderVerdict + Send + Sync;

/// Tells what a command had no time to find out about a project.
pub type Complete = dyn Fn(&Path) -> Properties + Send + Sync;

/// What to do with a record, asked for just before it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderVerdict {
    /// There is consent.
    Send,
    /// There is none, for this reason: the record is deleted.
    Refuse(String),
    /// Nobody says in time: the record stays queued.
    Undecided,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderEnding {
    /// Nothing is left to send.
    Done,
    /// Another sender is at work.
    Elsewhere,
    /// Delivery failed before, and it is not yet time to try again.
    Waiting {
        /// When it is.
        until: SystemTime,
    },
    /// As much was sent as the endpoint takes in a minute; what is left stays queued.
    Paced {
        /// When it takes more.
        until: SystemTime,
    },
    /// Delivery failed now; what is left stays queued.
    Failed {
        /// Why, in one line.
        reason: String,
        /// When to try again, if not at once.
        until: Option<SystemTime>,
    },
    /// The run's deadline came first; what is left stays queued.
    OutOfTime,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderSummary {
    /// Events accepted by the endpoint.
    pub sent: usize,
    /// Of these, events that the endpoint says it has rejected after all, without saying which.
    pub rejected: usize,
    /// Events deleted because there is no consent any more.
    pub refused: usize,
    /// Events dropped otherwise: damaged, too old, too many, or rejected for good.
    pub dropped: usize,
    /// Requests made.
    pub requests: usize,
    /// How it ended.
    pub ending: SenderEnding,
    /// What could not be written down (log, back-off), which stops no delivery.
    pub problem: Option<String>,
}
