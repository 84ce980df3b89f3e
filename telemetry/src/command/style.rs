//! How output looks: colours where they are wanted.

use anstyle::{AnsiColor, Style};

use crate::output::Output;

/// What [`Palette`] writes to a terminal besides text.
pub(super) const COLORS: [&str; 5] = ["\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"];

/// Colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    colors: bool,
}

impl Palette {
    /// What the reader of this output wants.
    pub(super) fn of(output: &dyn Output) -> Self {
        Self { colors: output.colors() }
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
