//! Where an event's facts come from: the host, the environment, and the views of the hooks.

use std::{borrow::Cow, path::Path, time::SystemTime};

use hookspec::{
    Host,
    specs::{Catalog, CommandNode, PropertyValue},
};

use crate::{
    consent::{self, Consent},
    dirs::{Dirs, NoHome, Platform},
    env::Env,
    event::{self, Event, Statistics},
    literal, mask,
    project::Project,
    schema::Scalar,
    settings::{Settings, SettingsError},
};

/// The host and the environment of this process.
pub(crate) struct Facts {
    host: Host,
    env: Env,
    dirs: Result<Dirs, NoHome>,
    /// The project that the command works on, once known.
    pub(crate) project: std::sync::Mutex<Option<std::path::PathBuf>>,
}

impl Facts {
    pub(crate) fn new(host: Host) -> Self {
        let env = Env::process();
        Self { host, dirs: Dirs::resolve(&env, Platform::CURRENT), env, project: std::sync::Mutex::default() }
    }

    pub(crate) fn plugin_host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) fn dirs(&self) -> Result<&Dirs, &NoHome> {
        self.dirs.as_ref()
    }

    pub(crate) fn host(&self) -> event::Host<'_> {
        event::Host {
            name: self.host.name(),
            version: self.host.version(),
            runtime: self.host.runtime_name(),
            runtime_version: self.host.runtime_version(),
        }
    }

    pub(crate) fn project(&self) -> Option<std::path::PathBuf> {
        self.project.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub(crate) fn is_ci(&self) -> bool {
        event::is_ci(&self.env)
    }

    pub(crate) fn settings(&self) -> Result<Settings, SettingsError> {
        Settings::resolve(&self.env, |key| self.host.setting(key))
    }

    pub(crate) fn consent(&self, project: Option<&Path>) -> Consent {
        let choice_file = self.dirs().ok().map(Dirs::choice_file);
        consent::decide(&self.env, choice_file.as_deref(), project)
    }

    pub(crate) fn event(&self, user: &str, project: &Project) -> Event {
        Event::new(SystemTime::now(), user, project, &self.host(), self.is_ci())
    }
}

/// The words that may be sent, copied from the host's view.
pub(crate) fn vocabulary(node: &CommandNode) -> mask::CommandNode {
    mask::CommandNode {
        name: node.name().to_owned(),
        options: node.options().into_iter().map(str::to_owned).collect(),
        commands: node.commands().iter().map(vocabulary).collect(),
    }
}

/// What is counted in a catalog.
pub(crate) fn statistics(catalog: &Catalog) -> Statistics {
    let pipelines = catalog.pipelines();
    let number = pipelines.as_ref().map(|pipelines| pipelines.len() as u64);
    let default = pipelines.iter().flatten().find(|(name, _)| *name == "__default__");
    let mut statistics = Statistics::new(default.and_then(|(_, nodes)| *nodes), number);
    for (name, class_path) in catalog.datasets() {
        statistics.add_dataset(name, class_path);
    }
    for (_, class_path) in catalog.validators() {
        statistics.add_validator(class_path);
    }
    statistics
}

/// A property of somebody else's event. What is no single value becomes the text that Python's `str` makes of it, as in the original.
pub(crate) fn scalar(value: PropertyValue<'_>) -> Scalar<'_> {
    match value {
        PropertyValue::Bool(value) => Scalar::Bool(value),
        PropertyValue::Int(value) => Scalar::Int(value),
        PropertyValue::Float(value) => Scalar::Float(value),
        PropertyValue::Text(text) => Scalar::Text(text),
        other => Scalar::Text(Cow::Owned(python(&other))),
    }
}

fn python(value: &PropertyValue<'_>) -> String {
    match value {
        PropertyValue::None => "None".to_owned(),
        PropertyValue::Bool(true) => "True".to_owned(),
        PropertyValue::Bool(false) => "False".to_owned(),
        PropertyValue::Int(value) => value.to_string(),
        PropertyValue::Float(value) if value.is_nan() => "nan".to_owned(),
        PropertyValue::Float(value) => format!("{value:?}"),
        PropertyValue::Text(text) => literal::quoted(text),
        PropertyValue::List(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
    }
}
