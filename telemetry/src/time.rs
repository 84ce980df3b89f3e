//! Times as they are written, and as people say them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `2026-11-23T16:59:46.841525Z`: UTC, in microseconds.
///
/// A clock outside the years 1970 to 9999 is set to the nearest of them.
#[must_use]
pub fn timestamp(at: SystemTime) -> String {
    /// 9999-12-31T23:59:59Z, the last second `humantime` writes.
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let since_epoch = at.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
    humantime::format_rfc3339_micros(UNIX_EPOCH + since_epoch).to_string()
}

/// `2 minutes ago`; `in 2 minutes` for what is still to come.
pub fn relative(at: SystemTime, now: SystemTime) -> String {
    match now.duration_since(at) {
        Ok(past) if past < Duration::from_secs(1) => "just now".to_owned(),
        Ok(past) => format!("{} ago", rough(past)),
        Err(future) => format!("in {}", rough(future.duration())),
    }
}

/// In the largest unit that fits.
fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        ..60 => (seconds.max(1), "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        86_400.. => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_do() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        for (seconds, past, future) in [
            (1, "1 second ago", "in 1 second"),
            (59, "59 seconds ago", "in 59 seconds"),
            (60, "1 minute ago", "in 1 minute"),
            (7_300, "2 hours ago", "in 2 hours"),
            (200_000, "2 days ago", "in 2 days"),
        ] {
            let by = Duration::from_secs(seconds);
            assert_eq!((relative(now - by, now).as_str(), relative(now + by, now).as_str()), (past, future));
        }
        assert_eq!(relative(now, now), "just now");
    }

    #[test]
    fn times_are_utc_in_microseconds_whatever_the_clock_says() {
        let time = UNIX_EPOCH + Duration::from_micros(1_795_453_186_841_525);
        assert_eq!(timestamp(time), "2026-11-23T16:59:46.841525Z");
        assert_eq!(timestamp(UNIX_EPOCH), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(UNIX_EPOCH - Duration::from_secs(9)), "1970-01-01T00:00:00.000000Z");
        let far = UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(timestamp(far), "9999-12-31T23:59:59.000000Z");
        assert!(timestamp(SystemTime::now()).ends_with('Z'));
    }
}
