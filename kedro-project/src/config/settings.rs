//! What `settings.py` says about the configuration, as far as it is written out there.
//!
//! The file is not run: a setting that is computed keeps Kedro's default.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::project::Project;
use crate::python::{Binding, Literal, Module};

/// Where configuration lies, which environments are read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSource {
    /// Absolute path of the configuration directory, usually `<root>/conf`.
    pub conf: PathBuf,
    /// Environment that is read first, usually `base`; empty for the configuration directory itself.
    pub base_env: String,
    /// Environment that overrides it.
    pub run_env: String,
    /// Patterns of catalog files, relative to an environment's directory.
    pub catalog_patterns: Vec<String>,
    /// Patterns of files with globals.
    pub globals_patterns: Vec<String>,
    /// How catalogs of the two environments are merged.
    pub catalog_merge: MergeStrategy,
    /// How globals of the two environments are merged.
    pub globals_merge: MergeStrategy,
    /// Whether `${oc.env:…}` may stand anywhere; without a resolver registered under that name, only in credentials.
    pub allows_variables: bool,
}

/// How the run environment overrides the base environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MergeStrategy {
    /// A top-level key replaces the base's.
    #[default]
    Destructive,
    /// Mappings are merged all the way down.
    Soft,
}

impl ConfigSource {
    /// Directory of an environment.
    pub fn directory(&self, environment: &str) -> PathBuf {
        if environment.is_empty() { self.conf.clone() } else { self.conf.join(environment) }
    }
}

/// The source for `project`; `environment` is what the user asked for.
pub(super) fn read(project: &Project, environment: Option<&str>) -> Result<ConfigSource, ConfigError> {
    let mut source = ConfigSource {
        conf: project.root.join("conf"),
        base_env: "base".to_owned(),
        run_env: "local".to_owned(),
        catalog_patterns: ["catalog*", "catalog*/**", "**/catalog*"].map(str::to_owned).to_vec(),
        globals_patterns: vec!["globals.yml".to_owned()],
        catalog_merge: MergeStrategy::default(),
        globals_merge: MergeStrategy::default(),
        allows_variables: false,
    };
    let path = project.package_dir().join("settings.py");
    if path.is_file() {
        let module = Module::read(&path).map_err(ConfigError::Settings)?;
        source.apply(project, &module)?;
    }
    if let Some(environment) = environment {
        environment.clone_into(&mut source.run_env);
    }
    Ok(source)
}

impl ConfigSource {
    fn apply(&mut self, project: &Project, module: &Module) -> Result<(), ConfigError> {
        if let Some(Literal::Text(conf)) = setting(module, "CONF_SOURCE") {
            self.conf = project.root.join(conf);
        }
        let Some(Literal::Dict(arguments)) = setting(module, "CONFIG_LOADER_ARGS") else { return Ok(()) };
        // The setting replaces Kedro's default as a whole, so an environment it does not name is the empty one.
        for (field, key) in [(&mut self.base_env, "base_env"), (&mut self.run_env, "default_run_env")] {
            match argument(&arguments, key) {
                Some(Some(Literal::Text(name))) => name.clone_into(field),
                Some(Some(Literal::None)) | None => field.clear(),
                Some(_) => {}
            }
        }
        if let Some(Some(Literal::Dict(patterns))) = argument(&arguments, "config_patterns") {
            for (field, key) in [(&mut self.catalog_patterns, "catalog"), (&mut self.globals_patterns, "globals")] {
                if let Some(texts) = argument(patterns, key).and_then(|value| texts(value.as_ref()?)) {
                    *field = texts;
                }
            }
        }
        if let Some(Some(Literal::Dict(resolvers))) = argument(&arguments, "custom_resolvers") {
            self.allows_variables = resolvers.iter().any(|(name, _)| name == "oc.env");
        }
        if let Some(Some(Literal::Dict(strategies))) = argument(&arguments, "merge_strategy") {
            for (field, key) in [(&mut self.catalog_merge, "catalog"), (&mut self.globals_merge, "globals")] {
                if let Some(Some(Literal::Text(name))) = argument(strategies, key) {
                    *field = strategy(module, name)?;
                }
            }
        }
        Ok(())
    }
}

fn setting(module: &Module, name: &str) -> Option<Literal> {
    match module.binding(name)? {
        Binding::Value(node) => module.literal(node),
        _ => None,
    }
}

/// The last value given for `key`: outer `None` when there is none, inner `None` when it is not a literal.
fn argument<'a>(arguments: &'a [(String, Option<Literal>)], key: &str) -> Option<&'a Option<Literal>> {
    arguments.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn texts(value: &Literal) -> Option<Vec<String>> {
    let Literal::List(items) = value else { return None };
    items
        .iter()
        .map(|item| match item {
            Some(Literal::Text(text)) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

fn strategy(module: &Module, name: &str) -> Result<MergeStrategy, ConfigError> {
    match name.to_lowercase().as_str() {
        "destructive" => Ok(MergeStrategy::Destructive),
        "soft" => Ok(MergeStrategy::Soft),
        _ => Err(ConfigError::Settings(format!(
            "{}: Kedro does not know the merge strategy `{name}`; use `destructive` or `soft`",
            module.path.display()
        ))),
    }
}
