//! Where commands print.

use std::io::{self, IsTerminal, Write};

/// Where `telemetry …` prints.
pub trait Output {
    /// Writes to standard output.
    ///
    /// # Errors
    /// When nobody reads any more: the command stops.
    fn print(&self, text: &str) -> io::Result<()>;
    /// Writes to standard error.
    fn print_error(&self, text: &str);
    /// Whether standard output is a terminal that wants colours.
    fn colors(&self) -> bool;
}

/// The standard streams of this process. Colours are for terminals, unless `NO_COLOR` is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

impl Output for Terminal {
    fn print(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    fn print_error(&self, text: &str) {
        // There is nobody left to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn colors(&self) -> bool {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        !is_unwanted && io::stdout().is_terminal()
    }
}
