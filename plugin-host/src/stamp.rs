//! What tells one state of a file from another.

#[cfg(feature = "cli")]
use std::fmt::{self, Write as _};
use std::{fs::Metadata, time::SystemTime};

use crate::os::Inode;

/// A state of a file: as long as it is the same, so are its content, its owner and its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    inode: Inode,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok(), inode: Inode::of(metadata) }
    }

    /// The file's length in bytes.
    #[cfg(feature = "cli")]
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Whether this is the state that was written so.
    #[cfg(feature = "cli")]
    pub(crate) fn is(&self, written: &str) -> bool {
        let mut rest = Rest(written);
        write!(rest, "{self}").is_ok() && rest.0.is_empty()
    }

    /// Whether both are states of one file that has not been written to in between.
    pub(crate) fn has_same_content(&self, other: &Self) -> bool {
        (self.len, self.modified) == (other.len, other.modified) && self.inode.may_be(&other.inode)
    }

    /// Whether both are states of one file, under whichever names; always false where the system
    /// does not say.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        self.inode.is(&other.inode)
    }
}

/// It as text, by which another process knows this state again.
#[cfg(feature = "cli")]
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modified = self.modified.and_then(|modified| modified.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |modified| modified.as_nanos());
        write!(f, "{} {modified} {}", self.len, self.inode)
    }
}

/// What is left of a text in which all that is written is looked for, so that every start of a
/// program compares states without a copy.
#[cfg(feature = "cli")]
struct Rest<'a>(&'a str);

#[cfg(feature = "cli")]
impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
}
