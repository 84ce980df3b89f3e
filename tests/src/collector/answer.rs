//! What a collector does with a request.

use std::time::Duration;

/// What a collector does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Reads it and answers with this status and these header lines, each ended by a line break.
    Status(u16, String),
    /// Reads it and answers 200 after so long.
    After(Duration),
    /// Answers 413 to a request with more events than this, else 200.
    AtMost(usize),
    /// Reads it and never answers.
    Silence,
    /// Reads half of its body and resets the connection.
    Reset,
    /// Reads it, answers 200, promises a body and closes the connection.
    Drop,
    /// Answers 200 with a body of 1 GiB.
    Flood,
    /// Answers 200, one byte of it a second.
    Trickle,
}

impl Answer {
    /// Answers with this status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status(status, String::new())
    }

    /// Redirects to this address, body and all.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::Status(307, format!("Location: {to}\r\n"))
    }
}
