//! What tells one state of a file from another.

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

    /// It as text, by which another process knows this state again.
    #[cfg(feature = "cli")]
    pub(crate) fn written(&self) -> String {
        let modified = self.modified.and_then(|modified| modified.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |modified| modified.as_nanos());
        format!("{} {modified} {}", self.len, self.inode.written())
    }

    /// Whether this is the state that was [`written`](Self::written) so.
    #[cfg(feature = "cli")]
    pub(crate) fn is(&self, written: &str) -> bool {
        // Most are of another length.
        let (len, rest) = written.split_once(' ').unwrap_or_default();
        len.parse() == Ok(self.len) && !rest.is_empty() && self.written() == written
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
