//! Who could have written a file, or put it where it is.
//!
//! A path is judged as the system walks it: each directory on the way, and where each link on the
//! way leads. Whoever can write to one of them decides what is found at its end.

use std::{fs::Metadata, path::Path};

pub use self::holders::Holders;
use crate::{
    error::LoadProblem,
    os::{self, Walked},
};

pub(crate) mod holders;

/// Whose files are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Trust {
    /// Files and directories that belong to root or to the user, and that nobody else can write to,
    /// up to the root of the file system (Unix; elsewhere as [`Trust::Everyone`]).
    ///
    /// A directory like `/tmp`, where all may write but none may touch what is another's, keeps
    /// what root or the user has put there.
    #[default]
    Owner,
    /// The same, and what those could write who could replace a program, see [`Trust::like`].
    Like(Holders),
    /// All. For containers whose file ownership says nothing; it lets whoever can write to the
    /// directory run code as the user.
    Everyone,
}

impl Trust {
    /// For files that are shipped beside the program at `path`, or the library that holds its code.
    ///
    /// Whoever could replace that runs code as the user already, so that what they could write
    /// beside it is trusted, too; what anybody else could write is not. Where nobody but root
    /// and the user could, this is [`Trust::Owner`], and where everybody could,
    /// [`Trust::Everyone`]. It is `Owner` as well where there is no file, and where more than
    /// one other user or more than one group could replace it, or the system is not Unix.
    #[must_use]
    pub fn like(path: &Path) -> Self {
        match os::holders_of(path) {
            None => Self::Everyone,
            Some(holders) if holders == Holders::default() => Self::Owner,
            Some(holders) => Self::Like(holders),
        }
    }

    /// Who may have a hand in a file, beside root and the user; `None` for everybody.
    fn holders(self) -> Option<Holders> {
        match self {
            Self::Owner => Some(Holders::default()),
            Self::Like(holders) => Some(holders),
            Self::Everyone => None,
        }
    }
}

/// Judges paths, and looks at each directory once.
pub(crate) struct Judge {
    trust: Trust,
    walked: Walked,
}

impl Judge {
    pub(crate) fn new(trust: Trust) -> Self {
        Self { trust, walked: Walked::default() }
    }

    pub(crate) fn trust(&self) -> Trust {
        self.trust
    }

    /// Refuses a directory that others can write to, or whose place they can take.
    pub(crate) fn check_directory(&self, path: &Path) -> Result<(), LoadProblem> {
        self.trust.holders().map_or(Ok(()), |holders| self.walked.check_directory(path, holders))
    }

    /// Refuses a file at whose path others can put another one.
    pub(crate) fn check_place(&self, path: &Path) -> Result<(), LoadProblem> {
        self.trust.holders().map_or(Ok(()), |holders| self.walked.check_place(path, holders))
    }

    /// The same, where this is what its directory has under that name.
    #[cfg(feature = "cli")]
    pub(crate) fn check_entry(&self, path: &Path, entry: &Metadata) -> Result<(), LoadProblem> {
        self.trust.holders().map_or(Ok(()), |holders| self.walked.check_entry(path, entry, holders))
    }

    /// Refuses a file that is open and that others can write to: another may be there under its
    /// name the next moment.
    pub(crate) fn check_opened(&self, path: &Path, opened: &Metadata) -> Result<(), LoadProblem> {
        self.trust.holders().map_or(Ok(()), |holders| Walked::check_opened(path, opened, holders))
    }

    /// Refuses a file or directory that others can write to, replace, or make where there is none:
    /// one that the system may look at by itself. Whether it is there.
    pub(crate) fn check_reachable(&self, path: &Path) -> Result<bool, LoadProblem> {
        self.trust.holders().map_or(Ok(false), |holders| self.walked.check_reachable(path, holders))
    }
}
