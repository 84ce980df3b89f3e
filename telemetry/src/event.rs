//! One event, as it is recorded and as it is sent.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    envelope,
    schema::{Field, FieldKind, NamePart, Properties},
    time::timestamp,
};

/// The identity of a user who has none.
pub const MISSING_USER_IDENTITY: &str = "missing_user_identity";

/// The operating system as Python's `sys.platform` names it.
#[must_use]
pub fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

/// An event with consent, not recorded yet: made by [`Telemetry::begin`](crate::Telemetry::begin),
/// given to [`Telemetry::record`](crate::Telemetry::record).
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    name: String,
    at: SystemTime,
    key: Uuid,
    user: String,
    properties: Properties,
    project: Option<PathBuf>,
    is_to_be_announced: bool,
    is_incomplete: bool,
}

impl Event {
    /// An event of a user: 32 hexadecimal digits, or nothing.
    pub(crate) fn new(name: &str, at: SystemTime, user: &str) -> Self {
        Self {
            name: name.to_owned(),
            at,
            key: Uuid::new_v4(),
            user: user.to_owned(),
            properties: Properties::default(),
            project: None,
            is_to_be_announced: false,
            is_incomplete: false,
        }
    }

    /// Has what it says of its project completed before it is sent, by
    /// [`Program::complete`](crate::Program::complete): finding it out would hold up the command.
    pub fn set_incomplete(&mut self) {
        self.is_incomplete = true;
    }

    /// Whether it is to be completed before it is sent.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Has the user told before it is recorded that events are.
    pub(crate) fn announced(mut self, is_to_be_announced: bool) -> Self {
        self.is_to_be_announced = is_to_be_announced;
        self
    }

    /// Whether the user is to be told before anything is recorded.
    pub(crate) fn is_to_be_announced(&self) -> bool {
        self.is_to_be_announced
    }

    /// Sets a property.
    pub fn set<K: FieldKind>(&mut self, field: Field<K>, value: K::Value<'_>) {
        self.properties.set(field, value);
    }

    /// Sets one property of a family.
    pub fn set_of<K: FieldKind, P: NamePart>(&mut self, family: Field<K, P>, name: P::Name<'_>, value: K::Value<'_>) {
        self.properties.set_of(family, name, value);
    }

    /// Puts these properties before those it has, which win.
    pub fn set_below(&mut self, mut properties: Properties) {
        properties.extend(std::mem::take(&mut self.properties));
        self.properties = properties;
    }

    /// Sets these properties, behind those it has.
    pub(crate) fn set_all(&mut self, properties: Properties) {
        self.properties.extend(properties);
    }

    /// Gives it another name: more is known now of what happened.
    pub fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// Makes it an event about the project at this absolute path, unless it is about one already.
    /// The path stays on this machine: consent is asked for there again before the event is sent.
    pub fn set_project(&mut self, path: &Path) {
        self.project.get_or_insert_with(|| path.to_owned());
    }

    /// Says when it happened, where that is not when it was made.
    pub fn set_time(&mut self, at: SystemTime) {
        self.at = at;
    }

    /// What happened.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// What a receiver recognises a repeated event by.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.key
    }

    /// The user's identity, 32 hexadecimal digits; empty for a user who has none.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The root of the project that it is about.
    #[must_use]
    pub fn project(&self) -> Option<&Path> {
        self.project.as_deref()
    }

    /// The properties, in the order they are sent.
    #[must_use]
    pub fn properties(&self) -> &Map<String, Value> {
        self.properties.as_map()
    }

    /// The event as JSON, without the application that it is sent for: what is queued.
    #[must_use]
    pub fn to_json(&self) -> String {
        let identity = if self.user.is_empty() { MISSING_USER_IDENTITY } else { &self.user };
        let mut event = Properties::default();
        event.set(envelope::EVENT, &self.name);
        event.set(envelope::TIMESTAMP, &timestamp(self.at));
        event.set(envelope::PROPERTIES, self.properties.clone());
        event.set(envelope::IDENTITY, identity);
        event.set(envelope::IDEMPOTENCY_KEY, &self.key.to_string());
        event.to_json()
    }
}
