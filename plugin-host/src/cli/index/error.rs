//! Why an index cannot be used.

use std::{io, path::PathBuf};

use small_files::FileError;
use terminal_text::one_line;

use crate::message::shown;

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// None is known.
    #[error(
        "there is no index of plugins to look into; name one by `--index`, or as `url` under [index] in the configuration"
    )]
    NotConfigured,
    /// What was given cannot be one.
    #[error("`{}` cannot be the address of an index: {reason}", one_line(address))]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It does not answer, or not as it should.
    #[error("cannot get {}: {}", one_line(address), one_line(reason))]
    Unreachable {
        /// What was asked for.
        address: String,
        /// What went wrong.
        reason: String,
    },
    /// A document of it is not what it should be.
    #[error("cannot use {}: {}", one_line(address), one_line(reason))]
    Invalid {
        /// The document.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It does not have the plugin.
    #[error("the index {} has no plugin `{}`{hint}", one_line(address), one_line(name))]
    Unknown {
        /// The index.
        address: String,
        /// The name.
        name: String,
        /// Another name that it resembles, as a part of the sentence; may be empty.
        hint: String,
    },
    /// It has no release of the plugin that can be used here.
    #[error("no release of `{}` fits this program: {}", one_line(name), one_line(reasons))]
    NoneFits {
        /// The plugin.
        name: String,
        /// Why each is left out.
        reasons: String,
    },
    /// A folder holds something else already.
    #[error("cannot make an index in {}: {reason}", shown(path))]
    NotMade {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// The version is in the index already, with another content.
    #[error("the index has `{name}` {version} for {platform} already, and not this one; give it another version")]
    Published {
        /// The plugin.
        name: String,
        /// The version.
        version: String,
        /// The platform.
        platform: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file cannot be written for a while.
    #[error("cannot keep what was downloaded: {0}")]
    Temporary(#[source] io::Error),
}
