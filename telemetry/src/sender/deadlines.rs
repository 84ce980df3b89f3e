//! How long delivery may take.

use std::time::Duration;

/// How long delivery may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// To connect, TLS included.
    pub connect: Duration,
    /// From the start of a request to its status.
    pub request: Duration,
    /// The whole run; no request outlives it.
    pub run: Duration,
}

impl Default for Deadlines {
    /// 5, 10 and 25 seconds.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(10), run: Duration::from_secs(25) }
    }
}

impl Deadlines {
    /// Of a command that waits for delivery this long and no longer. The last fifth is for
    /// remembering that it failed.
    #[must_use]
    pub fn within(cap: Duration) -> Self {
        let run = cap * 4 / 5;
        Self { connect: run, request: run, run }
    }
}
