//! What the tests share: events to record.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::event::Event;

/// The time of the `n`th event.
pub fn at(n: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + n)
}

pub fn event(n: u64) -> Event {
    Event::new("note_added", at(n), "28df3ee193734d9db5348fb9908981db")
}
