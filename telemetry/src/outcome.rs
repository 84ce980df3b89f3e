//! How a command has ended, and what its process says of that.

use std::{fmt::Display, process::ExitCode};

use crate::output::{Output, Terminal};

/// How a command has ended: less than its exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It has done what was asked for.
    Success,
    /// It has not.
    Failure,
    /// Its words were not understood.
    UsageError,
    /// It was told to stop: by a key, or by a signal.
    Interrupted,
    /// It has panicked.
    Crash,
}

impl Outcome {
    /// Every word, in the order above.
    pub(crate) const WORDS: &'static [&'static str] = &["success", "failure", "usage_error", "interrupted", "crash"];

    /// The word that is sent.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The outcome that an exit code stands for, by what shells and clap go by: 2 for words that are
    /// not understood, 128 and its number for a signal.
    #[must_use]
    pub fn of_code(code: u8) -> Self {
        match code {
            0 => Self::Success,
            2 => Self::UsageError,
            // Rust's own, for a panic of the first thread.
            101 => Self::Crash,
            129 | 130 | 143 => Self::Interrupted,
            _ => Self::Failure,
        }
    }
}

/// What the end of a program's work may be: nothing, an exit code, or either with an error, which
/// is shown.
pub trait Ending {
    /// How it has ended, and the code that the process ends with.
    fn end(self) -> (Outcome, ExitCode);
}

impl Ending for () {
    fn end(self) -> (Outcome, ExitCode) {
        (Outcome::Success, ExitCode::SUCCESS)
    }
}

impl Ending for u8 {
    fn end(self) -> (Outcome, ExitCode) {
        (Outcome::of_code(self), self.into())
    }
}

impl Ending for ExitCode {
    fn end(self) -> (Outcome, ExitCode) {
        // An exit code can be compared, and not read.
        let known = [0, 2, 101, 129, 130, 143].into_iter().find(|code| Self::from(*code) == self);
        (known.map_or(Outcome::Failure, Outcome::of_code), self)
    }
}

impl<T: Ending, E: Display> Ending for Result<T, E> {
    fn end(self) -> (Outcome, ExitCode) {
        match self {
            Ok(value) => value.end(),
            Err(error) => {
                Terminal.print_error(&format!("error: {}\n", terminal_text::one_line(&error.to_string())));
                (Outcome::Failure, ExitCode::FAILURE)
            }
        }
    }
}
