//! What may become of usage: sent, kept on this machine, or not recorded at all.

use serde::Deserialize;

/// What may become of usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Written")]
pub enum Mode {
    /// It is not recorded.
    Off,
    /// It is recorded and shown on this machine; what is recorded so is never sent, whatever is
    /// decided later.
    Local,
    /// It is recorded, and sent where there is an endpoint.
    On,
}

/// What stands for local in a file.
const LOCAL: &str = "local";

impl Mode {
    /// The word that people type and read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Local => LOCAL,
            Self::On => "on",
        }
    }

    /// As it is written in a file of TOML. A version that knows no local mode does not understand
    /// it, and takes it for a refusal.
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Off => "false",
            Self::Local => "\"local\"",
            Self::On => "true",
        }
    }
}

impl From<bool> for Mode {
    fn from(is_granted: bool) -> Self {
        if is_granted { Self::On } else { Self::Off }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Granted(bool),
    Word(String),
}

impl TryFrom<Written> for Mode {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        match written {
            Written::Granted(is_granted) => Ok(is_granted.into()),
            Written::Word(word) if word == LOCAL => Ok(Self::Local),
            Written::Word(_) => Err("`consent` is true, false or \"local\""),
        }
    }
}
