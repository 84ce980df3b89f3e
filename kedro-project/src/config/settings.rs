//! What `settings.py` says about the configuration, as far as it is written out there.
//!
//! The file is not run: a setting that is computed keeps Kedro's default.

use crate::{
    bounds::{Bounds, Effort},
    config::{
        error::ConfigError,
        source::{ConfigSource, MergeStrategy},
    },
    project::Project,
    python::{Binding, Literal, Module},
};

impl ConfigSource {
    /// Where the configuration of `project` lies; `environment` is the one that the user asks for.
    ///
    /// # Errors
    ///
    /// `settings.py` cannot be read, is not Python, or names a merge strategy that Kedro does not
    /// know.
    pub fn of(project: &Project, environment: Option<&str>) -> Result<Self, ConfigError> {
        let mut source = Self {
            conf: project.root().join("conf"),
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
            let module = Module::read(&path, &mut Bounds::new(Effort::Thorough)).map_err(ConfigError::Settings)?;
            source.apply(project, &module)?;
        }
        if let Some(environment) = environment {
            environment.clone_into(&mut source.run_env);
        }
        Ok(source)
    }

    fn apply(&mut self, project: &Project, module: &Module) -> Result<(), ConfigError> {
        if let Some(Literal::Text(conf)) = setting(module, "CONF_SOURCE") {
            self.conf = project.root().join(conf);
        }
        let Some(Literal::Dict(arguments)) = setting(module, "CONFIG_LOADER_ARGS") else { return Ok(()) };
        // The setting replaces Kedro's default as a whole, so an environment it does not name is
        // the empty one.
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
    match module.names.binding(name)? {
        Binding::Value(range) => module.syntax.literal(module.syntax.at(range)?),
        _ => None,
    }
}

/// The last value given for `key`: outer `None` when there is none, inner `None` when it is not a
/// literal.
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
            module.syntax.path().display()
        ))),
    }
}
