//! What `settings.py` says about the configuration.
//!
//! The file is followed as far as what it does is certain. A setting that is computed in a way that
//! is not followed is an error, since a default in its place would be wrong.

use std::{path::Path, rc::Rc};

use serde_yaml::Mapping;

use crate::{
    bounds::{Bounds, Effort},
    config::{
        error::ConfigError,
        source::{ConfigSource, MergeStrategy},
    },
    evaluate::{Evaluator, Key, Reason, Stop, Value},
    project::Project,
    requirements::datasets_release,
};

impl ConfigSource {
    /// Where the configuration of `project` lies; `environment` is the one that the user asks for.
    ///
    /// # Errors
    ///
    /// `settings.py` cannot be read or loaded, names a merge strategy that Kedro does not know, or
    /// computes a setting in a way that is not followed.
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
            own_resolvers: Vec::new(),
            runtime_params: Mapping::new(),
            datasets_release: datasets_release(project.root()),
        };
        if let Some(settings) = Settings::read(project)? {
            settings.apply(project, &mut source, environment.is_some())?;
        }
        if let Some(environment) = environment {
            environment.clone_into(&mut source.run_env);
        }
        Ok(source)
    }
}

/// The settings of a project, as far as they are known.
struct Settings {
    evaluator: Evaluator,
    module: String,
}

impl Settings {
    /// `None` when there are none. Those that cannot be imported end a command of Kedro's, whose session
    /// validates them, while a registry is read without.
    fn read(project: &Project) -> Result<Option<Self>, ConfigError> {
        let module = format!("{}.settings", project.package_name());
        let mut evaluator = Evaluator::new(project, Bounds::new(Effort::Thorough));
        if !evaluator.has_file(&module) {
            return Ok(None);
        }
        match evaluator.import_module(&module) {
            Ok(()) => Ok(Some(Self { evaluator, module })),
            Err(stop) => Err(ConfigError::Settings(format!("{}; settings.py must load", stop.reason()))),
        }
    }

    /// The value of a setting; `None` when it is not set.
    fn get(&mut self, name: &str) -> Result<Option<Value>, ConfigError> {
        match self.evaluator.member(&self.module, name).map_err(Stop::reason) {
            Ok(None | Some(Value::None)) => Ok(None),
            Ok(Some(Value::Unknown(reason))) | Err(reason) => Err(computed(name, &reason)),
            Ok(Some(value)) => Ok(Some(value)),
        }
    }

    fn apply(mut self, project: &Project, source: &mut ConfigSource, has_environment: bool) -> Result<(), ConfigError> {
        match self.get("CONFIG_LOADER_CLASS")? {
            None => {}
            Some(Value::External(path)) if path.ends_with(".OmegaConfigLoader") => {}
            Some(_) => {
                let problem = "CONFIG_LOADER_CLASS is the project's own or another library's, which is not followed";
                return Err(ConfigError::Settings(format!(
                    "settings.py: {problem}; use --conf-source or Kedro itself"
                )));
            }
        }
        match self.get("CONF_SOURCE")? {
            None => {}
            Some(Value::Text(conf)) => source.conf = project.root().join(&*conf),
            Some(Value::Path(conf)) => source.conf = project.root().join(&*conf),
            Some(_) => return Err(not_known("CONF_SOURCE")),
        }
        let Some(arguments) = self.get("CONFIG_LOADER_ARGS")? else { return Ok(()) };
        let Some(arguments) = Arguments::of(&arguments)? else { return Err(not_known("CONFIG_LOADER_ARGS")) };
        // The setting replaces Kedro's default as a whole, so an environment it does not name is
        // the empty one.
        source.base_env = arguments.text("base_env")?.unwrap_or_default();
        if !has_environment {
            source.run_env = arguments.text("default_run_env")?.unwrap_or_default();
        }
        if let Some(patterns) = arguments.dict("config_patterns")? {
            for (field, key) in [(&mut source.catalog_patterns, "catalog"), (&mut source.globals_patterns, "globals")] {
                if let Some(texts) = patterns.texts(key)? {
                    *field = texts;
                }
            }
        }
        if let Some(resolvers) = arguments.dict("custom_resolvers")? {
            source.own_resolvers = resolvers.names();
            source.allows_variables = source.own_resolvers.iter().any(|name| name == "oc.env");
        }
        if let Some(strategies) = arguments.dict("merge_strategy")? {
            for (field, key) in [(&mut source.catalog_merge, "catalog"), (&mut source.globals_merge, "globals")] {
                if let Some(name) = strategies.text(key)? {
                    *field = strategy(&project.package_dir().join("settings.py"), &name)?;
                }
            }
        }
        Ok(())
    }
}

/// A dict of settings.
struct Arguments {
    name: String,
    entries: Vec<(Rc<str>, Value)>,
}

impl Arguments {
    /// `None` when it is no dict.
    fn of(value: &Value) -> Result<Option<Self>, ConfigError> {
        Self::named("CONFIG_LOADER_ARGS".to_owned(), value)
    }

    fn named(name: String, value: &Value) -> Result<Option<Self>, ConfigError> {
        let Value::Dict(dict) = value else { return Ok(None) };
        let dict = dict.get().map_err(|reason| computed(&name, &reason))?;
        let entries = dict.entries.iter().filter_map(|(key, value)| match key {
            Key::Text(key) => Some((Rc::clone(key), value.clone())),
            _ => None,
        });
        Ok(Some(Self { name, entries: entries.collect() }))
    }

    fn names(&self) -> Vec<String> {
        self.entries.iter().map(|(name, _)| name.to_string()).collect()
    }

    fn path(&self, key: &str) -> String {
        format!("{}[\"{key}\"]", self.name)
    }

    /// The value of `key`; `None` when there is none.
    fn get(&self, key: &str) -> Result<Option<&Value>, ConfigError> {
        let found = self.entries.iter().find(|(name, _)| &**name == key).map(|(_, value)| value);
        match found {
            None | Some(Value::None) => Ok(None),
            Some(Value::Unknown(reason)) => Err(computed(&self.path(key), reason)),
            Some(value) => Ok(Some(value)),
        }
    }

    fn text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.get(key)? {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.to_string())),
            Some(_) => Err(not_known(&self.path(key))),
        }
    }

    fn dict(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        let Some(value) = self.get(key)? else { return Ok(None) };
        match Self::named(self.path(key), value)? {
            Some(dict) => Ok(Some(dict)),
            None => Err(not_known(&self.path(key))),
        }
    }

    fn texts(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(value) = self.get(key)? else { return Ok(None) };
        let items = match value {
            Value::List(list) => list.get().map_err(|reason| computed(&self.path(key), &reason))?.items.clone(),
            Value::Tuple(items) => items.0.clone(),
            _ => return Err(not_known(&self.path(key))),
        };
        let texts: Option<Vec<String>> = items.iter().map(|item| item.as_text().map(ToString::to_string)).collect();
        texts.map(Some).ok_or_else(|| not_known(&self.path(key)))
    }
}

fn computed(name: &str, reason: &Reason) -> ConfigError {
    ConfigError::Settings(format!("{name} in settings.py cannot be known without running Python: {reason}"))
}

fn not_known(name: &str) -> ConfigError {
    ConfigError::Settings(format!("{name} in settings.py is computed, which is not followed; write it out"))
}

fn strategy(path: &Path, name: &str) -> Result<MergeStrategy, ConfigError> {
    match name.to_lowercase().as_str() {
        "destructive" => Ok(MergeStrategy::Destructive),
        "soft" => Ok(MergeStrategy::Soft),
        _ => Err(ConfigError::Settings(format!(
            "{}: Kedro does not know the merge strategy `{name}`; use `destructive` or `soft`",
            path.display()
        ))),
    }
}
