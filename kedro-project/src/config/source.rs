//! Where configuration lies, which environments are read, and how.

use std::path::PathBuf;

use serde_yaml::{Mapping, Value};

use crate::config::error::ConfigError;

/// Where configuration lies, which environments are read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSource {
    /// Absolute path of the configuration directory, usually `<root>/conf`.
    pub(super) conf: PathBuf,
    /// Environment that is read first, usually `base`; empty for the configuration directory
    /// itself.
    pub(super) base_env: String,
    /// Environment that overrides it.
    pub(super) run_env: String,
    /// Patterns of catalog files, relative to an environment's directory.
    pub(super) catalog_patterns: Vec<String>,
    /// Patterns of files with globals.
    pub(super) globals_patterns: Vec<String>,
    /// How catalogs of the two environments are merged.
    pub(super) catalog_merge: MergeStrategy,
    /// How globals of the two environments are merged.
    pub(super) globals_merge: MergeStrategy,
    /// Whether `${oc.env:…}` may stand anywhere; without a resolver registered under that name,
    /// only in credentials.
    pub(super) allows_variables: bool,
    /// Names of the project's own resolvers, which are Python.
    pub(super) own_resolvers: Vec<String>,
    /// Values that `${runtime_params:…}` refers to.
    pub(super) runtime_params: Mapping,
    /// The release of kedro-datasets that the project asks for, if it does.
    pub(super) datasets_release: Option<&'static str>,
}

/// How the run environment overrides the base environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum MergeStrategy {
    /// A top-level key replaces the base's.
    #[default]
    Destructive,
    /// Mappings are merged all the way down.
    Soft,
}

impl ConfigSource {
    /// With the configuration in another directory than the one that the settings name.
    #[must_use]
    pub fn with_conf_source(mut self, conf: PathBuf) -> Self {
        self.conf = conf;
        self
    }

    /// With these values for `${runtime_params:…}`, in Kedro's form: `key=value,other.key=value`.
    ///
    /// # Errors
    ///
    /// A part of it is no `key=value`.
    pub fn with_params(mut self, params: &str) -> Result<Self, ConfigError> {
        for part in params.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let pair = part.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
            let Some((key, value)) = pair.filter(|(key, _)| !key.is_empty()) else {
                return Err(ConfigError::Params(part.to_owned()));
            };
            set(&mut self.runtime_params, key, value);
        }
        Ok(self)
    }

    /// Directory of an environment.
    pub(super) fn directory(&self, environment: &str) -> PathBuf {
        if environment.is_empty() { self.conf.clone() } else { self.conf.join(environment) }
    }

    /// The environment that overrides the base environment, `local` unless another is chosen.
    pub fn environment(&self) -> &str {
        &self.run_env
    }

    /// What is read of the catalog.
    pub(super) fn catalog(&self) -> Wanted<'_> {
        Wanted { patterns: &self.catalog_patterns, merge: self.catalog_merge }
    }

    /// What is read of the globals.
    pub(super) fn globals(&self) -> Wanted<'_> {
        Wanted { patterns: &self.globals_patterns, merge: self.globals_merge }
    }

    /// The directories of both environments, for people.
    pub(super) fn directories_text(&self) -> String {
        let base = self.directory(&self.base_env);
        if self.run_env == self.base_env {
            return base.display().to_string();
        }
        format!("{} or {}", base.display(), self.directory(&self.run_env).display())
    }
}

/// Sets `a.b.c` in mappings within one another.
fn set(params: &mut Mapping, key: &str, value: &str) {
    let Some((first, rest)) = key.split_once('.') else {
        let scalar =
            serde_yaml::from_str(value).ok().filter(|value: &Value| !value.is_mapping() && !value.is_sequence());
        params.insert(key.into(), scalar.unwrap_or_else(|| value.into()));
        return;
    };
    let inner = params.entry(first.into()).or_insert_with(|| Mapping::new().into());
    if !inner.is_mapping() {
        *inner = Mapping::new().into();
    }
    if let Value::Mapping(inner) = inner {
        set(inner, rest, value);
    }
}

/// What is read: the file patterns and how environments are merged.
pub(super) struct Wanted<'a> {
    pub(super) patterns: &'a [String],
    pub(super) merge: MergeStrategy,
}
