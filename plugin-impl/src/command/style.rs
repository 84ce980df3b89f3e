//! How output looks: colours where they are wanted, times as people say them.

use std::time::{Duration, SystemTime};

use anstyle::{AnsiColor, Style};

use hookspec::command::CommandCall;

/// Colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    colors: bool,
}

impl Palette {
    /// What the reader of this call's output wants.
    pub(super) fn of(call: &CommandCall) -> Self {
        Self { colors: call.colors() }
    }

    /// As it should be.
    pub(super) fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// Not as one would wish.
    pub(super) fn bad(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    /// Not done yet.
    pub(super) fn open(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    /// Beside the point.
    pub(super) fn faint(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.colors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// `2 minutes ago`; `in 2 minutes` for what is still to come.
pub(super) fn relative(at: SystemTime, now: SystemTime) -> String {
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
}
