//! Why a file could not be used.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a small file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A directory, a pipe, a device: using it could block or never end.
    #[error("{path} is not a regular file")]
    NotRegular {
        /// The path as given.
        path: PathBuf,
    },
    /// A link that somebody else has put there, who might want another file written to.
    #[error("{path} is a link that belongs to another user")]
    ForeignLink {
        /// The path as given.
        path: PathBuf,
    },
    /// Larger than such a file can sensibly be.
    #[error("{path} is larger than {limit} bytes")]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// The bound, in bytes.
        limit: u64,
    },
    /// Not text.
    #[error("{path} is not UTF-8")]
    NotUtf8 {
        /// The path as given.
        path: PathBuf,
    },
    /// It would be in a folder of somebody else.
    #[error("cannot create {path}: {folder} belongs to another user (uid {owner})")]
    Foreign {
        /// The path as given.
        path: PathBuf,
        /// What is not this user's.
        folder: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// It would be in a home directory that does not exist.
    #[error("cannot create {path}: there is no home directory {home}")]
    NoHome {
        /// The path as given.
        path: PathBuf,
        /// The home directory.
        home: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// The path as given.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NotRegular { path }
            | Self::ForeignLink { path }
            | Self::TooLarge { path, .. }
            | Self::NotUtf8 { path }
            | Self::Foreign { path, .. }
            | Self::NoHome { path, .. }
            | Self::Io { path, .. } => path,
        }
    }

    /// What is wrong, without the path, for a message that names it already.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::NotRegular { .. } => "it is not a regular file".to_owned(),
            Self::ForeignLink { .. } => "it is a link that belongs to another user".to_owned(),
            Self::TooLarge { limit, .. } => format!("it is larger than {limit} bytes"),
            Self::NotUtf8 { .. } => "it is not UTF-8".to_owned(),
            Self::Foreign { folder, owner, .. } => {
                format!("{} belongs to another user (uid {owner})", folder.display())
            }
            Self::NoHome { home, .. } => format!("there is no home directory {}", home.display()),
            Self::Io { source, .. } => source.to_string(),
        }
    }

    /// The system's error; of any other kind, one that says it without the path.
    #[must_use]
    pub fn into_io(self) -> io::Error {
        match self {
            Self::Io { source, .. } => source,
            other => io::Error::other(other.reason()),
        }
    }

    /// An adapter for `map_err`: the system refused to `action` the file at `path`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
