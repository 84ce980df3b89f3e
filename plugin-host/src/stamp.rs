//! What tells one state of a file from another.

use std::{fs::Metadata, time::SystemTime};

/// A state of a file: as long as it is the same, so are its content, its owner and its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    file: (u64, u64),
    #[cfg(unix)]
    access: (u32, u32, u32),
    #[cfg(unix)]
    changed: (i64, i64),
}

impl Stamp {
    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            file: (metadata.dev(), metadata.ino()),
            access: (metadata.uid(), metadata.gid(), metadata.mode()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
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
        #[cfg(unix)]
        let rest = format!("{} {} {} {}", self.file.0, self.file.1, self.changed.0, self.changed.1);
        #[cfg(not(unix))]
        let rest = "";
        format!("{} {modified} {rest}", self.len)
    }

    /// Whether both are states of one file that has not been written to in between.
    pub(crate) fn has_same_content(&self, other: &Self) -> bool {
        (self.len, self.modified) == (other.len, other.modified) && (cfg!(not(unix)) || self.is_same_file(other))
    }

    /// Whether both are states of one file, under whichever names; always false where the system
    /// does not say.
    #[cfg(unix)]
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        self.file == other.file
    }

    #[cfg(not(unix))]
    pub(crate) fn is_same_file(&self, _: &Self) -> bool {
        false
    }
}
