//! How far a download is, for somebody who looks.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use terminal_text::shortened;

use crate::message::fit;

/// Takes back the line that was written last.
const REWRITE: &str = "\r\x1b[K";
/// A longer name would not fit into a line, of which only the end would be taken back.
const MAX_NAME: usize = 24;
/// Nobody reads faster.
const PACE: Duration = Duration::from_millis(100);

/// A line on the terminal that is rewritten as a download goes on, and gone when this is dropped.
pub(crate) struct Progress<'a> {
    name: &'a str,
    size: u64,
    /// When it was written last; `None` where nobody looks.
    written: Option<Instant>,
}

impl<'a> Progress<'a> {
    /// Of a download of so many bytes.
    pub(crate) fn new(name: &'a str, size: u64) -> Self {
        let written = io::stderr().is_terminal().then(Instant::now);
        let progress = Self { name, size, written };
        progress.write(0);
        progress
    }

    /// So many bytes are there by now.
    pub(crate) fn set(&mut self, done: u64) {
        if self.written.is_some_and(|written| written.elapsed() >= PACE) {
            self.written = Some(Instant::now());
            self.write(done);
        }
    }

    fn write(&self, done: u64) {
        if self.written.is_some() {
            let Self { name, size, .. } = self;
            let shown = fit(&format!("{}: {} of {}", shortened(name, MAX_NAME), megabytes(done), megabytes(*size)));
            // A closed standard error must not fail the command.
            let _ = write!(io::stderr(), "{REWRITE}{shown}");
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.written.is_some() {
            let _ = write!(io::stderr(), "{REWRITE}");
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
