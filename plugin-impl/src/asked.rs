//! What a host is told that asks, each fact found out when it is wanted.

use std::sync::OnceLock;

use hookspec::{
    Host, LogLevel, Result,
    specs::{PropertyValue, UsageFactsSource},
};
use serde_json::Value;
use usage_telemetry::{Mode, Telemetry, schema::Properties};

use crate::{
    current_project::LoadedProject,
    event,
    project::{self, ProjectReading},
    source,
};

/// What is known of a project, or outside of any.
pub(crate) struct Asked {
    pub(crate) host: Host,
    pub(crate) telemetry: Telemetry,
    /// What was asked about.
    pub(crate) project: Option<LoadedProject>,
    /// The project that the command works on, whose refusal counts for all.
    pub(crate) current: Option<LoadedProject>,
    /// Whether the words of the command refuse, or the project cannot be named.
    pub(crate) is_refused: bool,
    pub(crate) found: Found,
}

/// What has been found out so far.
#[derive(Default)]
pub(crate) struct Found {
    user: OnceLock<String>,
    app_id: OnceLock<String>,
    properties: OnceLock<Properties>,
}

impl UsageFactsSource for Asked {
    fn consent(&self) -> Result<Option<bool>> {
        if !self.may_record() {
            return Ok(Some(false));
        }
        let consent = self.telemetry.consent(LoadedProject::path_of(self.project.as_ref()));
        Ok((!consent.is_implicit()).then(|| consent.is_granted()))
    }

    fn user(&self) -> &str {
        let find = || if self.may_record() { self.telemetry.user() } else { self.telemetry.known_user() };
        self.found.user.get_or_init(find)
    }

    fn app_id(&self) -> &str {
        self.found.app_id.get_or_init(|| self.telemetry.app_id())
    }

    fn properties(&self) -> Vec<(&str, PropertyValue<'_>)> {
        let properties = self.found.properties.get_or_init(|| self.describe());
        properties.as_map().iter().map(|(name, value)| (name.as_str(), property(value))).collect()
    }
}

impl Asked {
    /// Whether nothing refuses, nor has usage stay on this machine: who asks may be about to send.
    fn may_record(&self) -> bool {
        let is_on = |project| self.telemetry.consent(LoadedProject::path_of(project)).mode() == Mode::On;
        !self.is_refused && is_on(self.project.as_ref()) && is_on(self.current.as_ref())
    }

    /// What every event says.
    fn describe(&self) -> Properties {
        let ProjectReading { project, problem } = self.read_project();
        if let Some(problem) = problem {
            self.host.log(LogLevel::Debug, &problem.to_string());
        }
        event::of_every_event(self.user(), &project, &source::host_facts(&self.host), self.telemetry.is_ci())
    }

    /// The project, which is given an id if it may be.
    fn read_project(&self) -> ProjectReading {
        let Some(project) = &self.project else { return ProjectReading::default() };
        let may_be_changed = !self.telemetry.is_unattended() && self.may_record();
        let read = if may_be_changed { project::identify } else { project::describe };
        read(&project.path, Some(&project.package_name))
    }
}

/// A property as it crosses to the host; every event has single values alone.
fn property(value: &Value) -> PropertyValue<'_> {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().map_or(PropertyValue::None, PropertyValue::Float),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => PropertyValue::None,
    }
}
