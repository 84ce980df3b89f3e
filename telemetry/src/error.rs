//! The error of commands and of what a program is asked to do.

use std::{fmt, io};

use small_files::FileError;

use crate::{dirs::NoHome, identity::IdentityError, settings::SettingsError};

/// What went wrong, in one line for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// An error that says `message`.
    pub fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

macro_rules! from {
    ($($Error:ty),*) => {$(
        impl From<$Error> for Error {
            fn from(error: $Error) -> Self {
                Self::new(error)
            }
        }
    )*};
}

from!(FileError, IdentityError, SettingsError, NoHome, &NoHome, io::Error, serde_json::Error);
