//! A project's configuration, as Kedro's `OmegaConfigLoader` (Kedro 1.7, `OmegaConf` 2.4) gives it.
//!
//! The files of one environment are found by pattern, may not share a key, are merged and then
//! resolved: `${…}` reaches what the same environment defines, and the globals. The chosen
//! environment then overrides the base environment key by key. Keys that start with `_` are for
//! reference only and are dropped at the end.
//!
//! Only the catalog and the globals are read. Credentials and parameters stay unread.

mod error;
mod files;
mod interpolation;
mod lines;
mod location;
mod python_text;
mod resolve;
mod settings;
mod source;
mod unknown;
mod yaml;

pub(crate) use self::lines::place;
pub use self::{error::ConfigError, source::ConfigSource};

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_yaml::{Mapping, Value};

use self::{
    files::SourceFile,
    resolve::{Globals, Resolver},
    source::{MergeStrategy, Wanted},
};

/// The resolved catalog configuration of a project.
#[derive(Debug, Default)]
pub struct Config {
    entries: Mapping,
    files: Vec<PathBuf>,
    origins: HashMap<String, PathBuf>,
    datasets_release: Option<&'static str>,
}

impl Config {
    /// Reads the catalog configuration in the environments that `source` names.
    ///
    /// # Errors
    ///
    /// An environment has no directory, no file holds a catalog, or a file cannot be read, parsed
    /// or resolved; the error names the file.
    pub fn load_catalog(source: &ConfigSource) -> Result<Self, ConfigError> {
        let globals = match load(source, &source.globals(), &Globals::Forbidden) {
            // Kedro goes without globals when an environment is missing; the catalog then reports
            // it.
            Err(ConfigError::NoEnvironment { .. }) => Self::default(),
            other => other?,
        };
        let mut catalog = load(source, &source.catalog(), &Globals::Values(&globals.entries))?;
        // Where both environments are one, Kedro takes no file for an empty catalog.
        if catalog.files.is_empty() && source.run_env != source.base_env {
            return Err(ConfigError::NoFiles(source.directories_text()));
        }
        catalog.files.splice(0..0, globals.files);
        catalog.datasets_release = source.datasets_release;
        Ok(catalog)
    }

    /// Files read, in the order they were read.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The release of kedro-datasets that the project asks for, if it does.
    pub(crate) fn datasets_release(&self) -> Option<&str> {
        self.datasets_release
    }

    /// Entries in the order of their files (by path) and their place therein.
    pub(crate) fn entries(&self) -> &Mapping {
        &self.entries
    }

    /// The file that defines the top-level `key`.
    pub(crate) fn origin(&self, key: &str) -> &Path {
        self.origins.get(key).map_or(Path::new(""), PathBuf::as_path)
    }

    /// The line of a top-level key in the file that defines it, from 1.
    pub(crate) fn line(&self, key: &str) -> Option<usize> {
        lines::line_of(self.origin(key), key)
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

fn load(source: &ConfigSource, wanted: &Wanted<'_>, globals: &Globals<'_>) -> Result<Config, ConfigError> {
    // Both environments are read before either is resolved, as Kedro does: a mistake in a file
    // comes first.
    let base_files = files::read(source, &source.base_env, wanted.patterns)?;
    let run_files = if source.run_env == source.base_env {
        Vec::new()
    } else {
        files::read(source, &source.run_env, wanted.patterns)?
    };
    let base = resolved(base_files, globals, source)?;
    let run = resolved(run_files, globals, source)?;
    Ok(base.overridden_by(run, wanted.merge))
}

/// Merges the files of one environment and resolves the result.
fn resolved(files: Vec<SourceFile>, globals: &Globals<'_>, source: &ConfigSource) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let mut entries = Value::Mapping(Mapping::new());
    for file in files {
        for key in file.keys() {
            config.origins.insert(key.to_owned(), file.path.clone());
        }
        config.files.push(file.path);
        merge(&mut entries, Value::Mapping(file.entries));
    }
    let result = Resolver::new(&entries, globals, source).resolve();
    let mut result = result.map_err(|failure| ConfigError::Unresolved {
        line: lines::line_of(config.origin(failure.top_level_key()), &failure.key),
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
