//! What is wrong with a configuration.

use std::path::PathBuf;

use crate::config::lines::place;

/// Why the configuration could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A settings file holds something that cannot be followed.
    #[error("{0}")]
    Settings(String),
    /// Runtime parameters are not in their form.
    #[error("`{0}` is no runtime parameter; write KEY=VALUE, and commas between several")]
    Params(String),
    /// An environment has no directory.
    #[error(
        "no directory {} for the configuration environment `{environment}`; create it or choose another with --env",
        .directory.display()
    )]
    NoEnvironment {
        /// Name of the environment.
        environment: String,
        /// The directory it would have.
        directory: PathBuf,
    },
    /// No file of either environment holds a catalog.
    #[error("no catalog in {0}; create catalog.yml there")]
    NoFiles(String),
    /// A file or directory could not be read.
    #[error("cannot read {}: {problem}; check that you may read it", .path.display())]
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// A file is not YAML or JSON.
    #[error("{}: invalid YAML: {problem}; correct it", place(.path, *.line))]
    InvalidYaml {
        /// The file.
        path: PathBuf,
        /// Line of the mistake, from 1, if known.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// A file is YAML, but no configuration.
    #[error("{}: {problem}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Two files of one environment define the same key.
    #[error("{keys} defined in both {} and {}; keep one of them", place(.first, *.first_line), place(.second, *.second_line))]
    Duplicate {
        /// The keys, of which no more are named than anybody reads.
        keys: String,
        /// One file.
        first: PathBuf,
        /// Line of the first key there, from 1, if known.
        first_line: Option<usize>,
        /// The other.
        second: PathBuf,
        /// Line of the first key there, from 1, if known.
        second_line: Option<usize>,
    },
    /// A `${…}` could not be resolved.
    #[error("{}: `{key}`: {problem}", place(.path, *.line))]
    Unresolved {
        /// The file.
        path: PathBuf,
        /// Line of the value, from 1, if known.
        line: Option<usize>,
        /// Full key of the value, for example `cars.filepath`.
        key: String,
        /// What is wrong and what to do.
        problem: String,
    },
}
