//! How a program is used, counted from what a file endpoint or a collector has written.
//!
//! Files are read line by line, and of users no more is kept than hashes, within a bound: see
//! [`Distinct`](distinct::Distinct). Nothing that a line holds stops the count.

mod content;
mod distinct;
mod event;
mod figures;
mod line;
mod otlp;
mod properties;
mod repeated;
mod tally;
mod unread;

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use small_files::FileError;

pub use self::{content::page, figures::Figures};
use self::{tally::Tally, unread::Unread};

/// Longer than any body that a collector writes, in bytes.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// A count that goes on from file to file.
pub struct Report {
    tally: Tally,
}

impl Report {
    /// Nothing counted yet. Besides what is counted by itself, users are counted by the value of
    /// each of these properties.
    pub fn new(by: Vec<String>) -> Self {
        Self { tally: Tally::new(by) }
    }

    /// Counts what is in a file.
    pub fn read(&mut self, path: &Path) -> Result<(), FileError> {
        let failed = |action| FileError::io(action, path);
        let mut reader = BufReader::with_capacity(256 * 1024, File::open(path).map_err(failed("open"))?);
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let length = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(failed("read"))?;
            if length == 0 {
                return Ok(());
            }
            number += 1;
            self.tally.place(path, number);
            if length as u64 == MAX_LINE && !line.ends_with(b"\n") {
                reader.skip_until(b'\n').map_err(failed("read"))?;
                self.tally.pass_over(Unread::TooLong);
            } else if !line.trim_ascii().is_empty() {
                self.read_line(line.trim_ascii());
            }
        }
    }

    fn read_line(&mut self, line: &[u8]) {
        match line::events(line) {
            Ok(events) => events.iter().for_each(|event| self.tally.add(event)),
            Err(why) => self.tally.pass_over(why),
        }
    }

    /// The figures; of groups of fewer than so many users, none.
    pub fn figures(&self, minimum_users: u64) -> Figures {
        self.tally.figures(minimum_users)
    }
}
