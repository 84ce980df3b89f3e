//! Days and weeks, in UTC.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const SECONDS: u64 = 24 * 60 * 60;
/// 1970-01-01 was a Thursday.
const FROM_MONDAY: u64 = 3;

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u64);

impl Day {
    /// The day of a time as RFC 3339 writes it in UTC.
    pub fn of(timestamp: &str) -> Option<Self> {
        humantime::parse_rfc3339(timestamp).ok().map(Self::at)
    }

    /// The day of a moment.
    pub fn at(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / SECONDS)
    }

    /// The Monday of its week.
    pub fn monday(self) -> Self {
        Self(self.0.saturating_sub((self.0 + FROM_MONDAY) % 7))
    }

    /// So many days earlier.
    pub fn before(self, days: u64) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Each day, or each so many days, until `last`, which is in it.
    pub fn until(self, last: Self, step: usize) -> impl Iterator<Item = Self> {
        (self.0..=last.0).step_by(step).map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = crate::time::timestamp(UNIX_EPOCH + Duration::from_secs(self.0.saturating_mul(SECONDS)));
        f.write_str(text.split('T').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        for (at, monday) in [
            ("2026-11-23T00:00:00Z", "2026-11-23"),
            ("2026-11-29T23:59:59.999Z", "2026-11-23"),
            ("2024-03-01T12:00:00Z", "2024-02-26"),
        ] {
            assert_eq!(Day::of(at).unwrap().monday().to_string(), monday);
        }
        assert_eq!(Day::of("yesterday"), None);
    }
}
