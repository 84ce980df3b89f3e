//! The error of hookimpls and views.

use std::fmt;

use crate::abi::Failure;

/// What a hookimpl, a view or a host service returns when it fails: one line for a person.
///
/// Made from any [`std::error::Error`] by `?`, with the messages of its sources appended. It does
/// not implement that trait itself, which is what makes the conversion possible (as in `anyhow`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    panicked: bool,
}

/// A [`Result`](std::result::Result) with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that says `message`: what happened, to what, and what to do.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), panicked: false }
    }

    /// Whether the code behind the error panicked.
    #[must_use]
    pub fn panicked(&self) -> bool {
        self.panicked
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_message = cause.to_string();
            // Some errors show their source themselves.
            if !message.contains(&cause_message) {
                message = format!("{message}: {cause_message}");
            }
            source = cause.source();
        }
        Self::new(message)
    }
}

impl Error {
    /// As it crosses, read.
    #[doc(hidden)]
    #[must_use]
    pub fn from_failure(failure: Failure) -> Self {
        Self { message: failure.message.into_string(), panicked: failure.panicked }
    }

    /// To the other side.
    #[doc(hidden)]
    #[must_use]
    pub fn into_failure(self) -> Failure {
        Failure { message: self.message.into(), panicked: self.panicked, ..Failure::default() }
    }
}
