//! What tells one file from all others.

#[cfg(feature = "cli")]
use std::fmt;
use std::{fs::Metadata, os::unix::fs::MetadataExt};

/// A file, whose it is, and when it was last changed in any way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inode {
    file: (u64, u64),
    access: (u32, u32, u32),
    changed: (i64, i64),
}

impl Inode {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            access: (metadata.uid(), metadata.gid(), metadata.mode()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether it surely is the same file.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.file == other.file
    }

    /// Whether it is not another file, as far as the system tells.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        self.is(other)
    }
}

#[cfg(feature = "cli")]
impl fmt::Display for Inode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((device, number), (seconds, nanoseconds)) = (self.file, self.changed);
        write!(f, "{device} {number} {seconds} {nanoseconds}")
    }
}
