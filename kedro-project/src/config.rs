//! A project's configuration, as Kedro's `OmegaConfigLoader` (Kedro 1.7, `OmegaConf` 2.4) gives it.
//!
//! The files of one environment are found by pattern, may not share a key, are merged and then resolved: `${…}`
//! reaches what the same environment defines, and the globals. The chosen environment then overrides the base
//! environment key by key. Keys that start with `_` are for reference only and are dropped at the end.
//!
//! Only the catalog and the globals are read. Credentials and parameters stay unread.

mod files;
mod interpolation;
mod resolve;
mod settings;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};

use crate::project::Project;
use files::SourceFile;
use resolve::{Globals, Resolver};
pub use settings::{ConfigSource, MergeStrategy};

/// The resolved catalog configuration of a project.
#[derive(Debug, Default)]
pub struct Config {
    /// Entries in the order of their files (by path) and their place therein.
    pub entries: Mapping,
    /// Files read, in the order they were read.
    pub files: Vec<PathBuf>,
    origins: HashMap<String, PathBuf>,
}

/// Why the configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A settings file holds something that cannot be followed.
    #[error("{0}")]
    Settings(String),
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
    #[error("{}{}: invalid YAML: {problem}; correct it", .path.display(), .line.map(|line| format!(":{line}")).unwrap_or_default())]
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
    #[error("`{keys}` is defined in both {} and {}; keep one of them", .first.display(), .second.display())]
    Duplicate {
        /// The keys, separated by commas.
        keys: String,
        /// One file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// A `${…}` could not be resolved.
    #[error("{}: `{key}`: {problem}", .path.display())]
    Unresolved {
        /// The file.
        path: PathBuf,
        /// Full key of the value, for example `cars.filepath`.
        key: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// What is read: the file patterns and how environments are merged.
struct Wanted<'a> {
    patterns: &'a [String],
    merge: MergeStrategy,
}

impl Config {
    /// Reads the catalog configuration of `project` in the environments that `source` names.
    pub fn load_catalog(source: &ConfigSource) -> Result<Self, ConfigError> {
        let globals = match load(source, &source.globals(), &Globals::Forbidden) {
            // Kedro goes without globals when an environment is missing; the catalog then reports it.
            Err(ConfigError::NoEnvironment { .. }) => Self::default(),
            other => other?,
        };
        let mut catalog = load(source, &source.catalog(), &Globals::Values(&globals.entries))?;
        if catalog.files.is_empty() {
            return Err(ConfigError::NoFiles(source.directories_text()));
        }
        catalog.files.splice(0..0, globals.files);
        Ok(catalog)
    }

    /// The file that defines the top-level `key`.
    pub fn origin(&self, key: &str) -> &Path {
        self.origins.get(key).map_or(Path::new(""), PathBuf::as_path)
    }

    fn overridden_by(mut self, environment: Self, strategy: MergeStrategy) -> Self {
        self.files.extend(environment.files);
        self.origins.extend(environment.origins);
        for (key, value) in environment.entries {
            match (self.entries.get_mut(&key), strategy) {
                (Some(old), MergeStrategy::Soft) => merge(old, value),
                _ => {
                    self.entries.insert(key, value);
                }
            }
        }
        self
    }
}

impl ConfigSource {
    fn catalog(&self) -> Wanted<'_> {
        Wanted { patterns: &self.catalog_patterns, merge: self.catalog_merge }
    }

    fn globals(&self) -> Wanted<'_> {
        Wanted { patterns: &self.globals_patterns, merge: self.globals_merge }
    }

    fn directories_text(&self) -> String {
        let base = self.directory(&self.base_env);
        if self.run_env == self.base_env {
            return base.display().to_string();
        }
        format!("{} or {}", base.display(), self.directory(&self.run_env).display())
    }
}

fn load(source: &ConfigSource, wanted: &Wanted<'_>, globals: &Globals<'_>) -> Result<Config, ConfigError> {
    // Both environments are read before either is resolved, as Kedro does: a mistake in a file comes first.
    let base_files = files::read(source, &source.base_env, wanted.patterns)?;
    let run_files = if source.run_env == source.base_env {
        Vec::new()
    } else {
        files::read(source, &source.run_env, wanted.patterns)?
    };
    let base = resolved(base_files, globals, source.allows_variables)?;
    let run = resolved(run_files, globals, source.allows_variables)?;
    Ok(base.overridden_by(run, wanted.merge))
}

/// Merges the files of one environment and resolves the result.
fn resolved(files: Vec<SourceFile>, globals: &Globals<'_>, allows_variables: bool) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let mut entries = Value::Mapping(Mapping::new());
    for file in files {
        for key in file.keys() {
            config.origins.insert(key.to_owned(), file.path.clone());
        }
        config.files.push(file.path);
        merge(&mut entries, Value::Mapping(file.entries));
    }
    let result = Resolver::new(&entries, globals, allows_variables).resolve();
    let mut result = result.map_err(|failure| ConfigError::Unresolved {
        path: config.origin(failure.top_level_key()).to_owned(),
        key: failure.key,
        problem: failure.problem,
    })?;
    result.retain(|key, _| !key.as_str().is_some_and(|key| key.starts_with('_')));
    config.entries = result;
    Ok(config)
}

/// Merges `new` into `old`: mappings key by key, everything else is replaced.
fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            for (key, value) in new {
                match old.get_mut(&key) {
                    Some(known) => merge(known, value),
                    None => {
                        old.insert(key, value);
                    }
                }
            }
        }
        (old, new) => *old = new,
    }
}

/// Reads where the configuration of `project` lies, and which environment is asked for.
pub fn source_of(project: &Project, environment: Option<&str>) -> Result<ConfigSource, ConfigError> {
    settings::read(project, environment)
}
