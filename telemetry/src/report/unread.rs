//! What could not be counted, and why.

/// Why a line, or an event in it, is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unread {
    Damaged,
    TooLong,
    Foreign,
    Undated,
    Repeated,
}

impl Unread {
    pub fn words(self) -> &'static str {
        match self {
            Self::Damaged => "not JSON: cut off or damaged",
            Self::TooLong => "longer than 16 MiB",
            Self::Foreign => "JSON, but no event",
            Self::Undated => "events without a time between 2000 and 2100",
            Self::Repeated => "events that had arrived before, by their idempotency_key",
        }
    }
}
