//! The value of `--format`.

use std::str::FromStr;

/// For whom a command prints.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// A person.
    #[default]
    Text,
    /// A program.
    Json,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("there are text and json"),
        }
    }
}
