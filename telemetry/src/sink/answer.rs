//! What becomes of a batch.

use std::time::Duration;

/// What a sink made of a batch.
#[derive(Debug)]
pub enum SinkAnswer {
    /// All of it has arrived.
    Accepted,
    /// Less at once might be taken.
    TooLarge,
    /// It is not taken, now or later, for this reason.
    Rejected(String),
    /// These are not taken, now or later, each for its reason; the others may be sent again at once.
    Bad(Vec<(usize, String)>),
    /// It may be taken later.
    Later {
        /// Why not now, in one line.
        reason: String,
        /// The least that the endpoint wants to be left alone for.
        retry_after: Option<Duration>,
    },
}
