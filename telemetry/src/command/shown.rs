//! What `telemetry …` shows: nothing of what others have written reaches the terminal but text.

use std::io;

use super::style::COLORS;
use crate::output::Output;

/// Takes the line back that shows how far a delivery is.
pub(super) const REWRITE: &str = "\r\x1b[K";

/// An output that passes on text, and of all that a terminal acts upon only what these commands
/// have themselves.
pub(super) struct Shown<'a>(pub(super) &'a dyn Output);

impl Output for Shown<'_> {
    fn print(&self, text: &str) -> io::Result<()> {
        self.0.print(&fit(text))
    }

    fn print_error(&self, text: &str) {
        match text.strip_prefix(REWRITE) {
            Some(progress) => self.0.print_error(&format!("{REWRITE}{}", fit(progress))),
            None => self.0.print_error(&fit(text)),
        }
    }

    fn colors(&self) -> bool {
        self.0.colors()
    }
}

/// The text, of whose escape sequences only the colours are kept.
fn fit(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        shown += &terminal_text::lines(&rest[..at]);
        rest = &rest[at..];
        let color = COLORS.into_iter().find(|color| rest.starts_with(color));
        let length = color.map_or(1, str::len);
        shown += &color.map_or_else(|| terminal_text::lines(&rest[..length]), Into::into);
        rest = &rest[length..];
    }
    shown + &terminal_text::lines(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colors_are_passed_on() {
        assert_eq!(fit("\x1b[32msent\x1b[0m a\n"), "\x1b[32msent\x1b[0m a\n");
        assert_eq!(fit("\x1b[2J\x1b]0;title\x07\u{202e}\r\n"), "\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{202e}\\r\n");
        assert_eq!(fit("\x1b"), "\\u{1b}");
    }
}
