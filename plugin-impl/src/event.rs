//! One event, as it is recorded and as it is sent.
//!
//! Property names, their order and their values are those of kedro-telemetry 0.9.0, but for `<runtime>_version`, UTC timestamps (it stamps local
//! time with a `Z`) and `idempotency_key`, by which Heap's track API recognises an event that arrives twice. An event
//! is built by setters that take typed facts, so that nothing else can get into it.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::env::Env;
use crate::mask::Masked;
use crate::project::Project;

/// The identity of a user who has none.
pub const MISSING_USER_IDENTITY: &str = "missing_user_identity";
/// The version sent as `telemetry_version`: this plugin's.
pub const TELEMETRY_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Heap takes no longer property value, in characters.
pub const MAX_VALUE: usize = 1024;
/// A longer class path is no library's.
const MAX_CLASS_PATH: usize = 255;
const PUBLIC_DATASETS: [&str; 3] = ["kedro_datasets.", "kedro.io.", "kedro_datasets_experimental."];
const PUBLIC_VALIDATORS: [&str; 5] = ["pandera", "pydantic", "great_expectations", "kedro", "kedro_datasets"];
const CI_VARIABLES: [&str; 8] = [
    "GITLAB_CI",
    "GITHUB_ACTION",
    "BITBUCKET_BUILD_NUMBER",
    "JENKINS_URL",
    "CODEBUILD_BUILD_ID",
    "CIRCLECI",
    "TRAVIS",
    "BUILDKITE",
];
const CUSTOM: &str = "custom";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A command ran.
    Command,
    /// A command ran that built the project's catalog.
    Statistics,
}

impl Kind {
    /// The event's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "CLI command",
            Self::Statistics => "Kedro Project Statistics",
        }
    }
}

/// What the host says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host<'a> {
    /// The word its command lines begin with: `kedro`.
    pub name: &'a str,
    /// Sent as `project_version`, which with the original is Kedro's version.
    pub version: &'a str,
    /// `python`, `rust`, …: a lower-case word, sent in the name of the property `<runtime>_version`.
    pub runtime: &'a str,
    /// The runtime's version.
    pub runtime_version: &'a str,
}

/// Whether this is a CI machine: `CI=true`, or one of eight variables set to something.
#[must_use]
pub fn is_ci(env: &Env) -> bool {
    env.get("CI").is_some_and(|ci| ci == "true") || CI_VARIABLES.iter().any(|name| env.is_non_empty(name))
}

/// The operating system as Python's `sys.platform` names it.
#[must_use]
pub fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

/// How often each kind was seen, in order of first appearance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Counts(Vec<(String, u64)>);

impl Counts {
    fn add(&mut self, kind: &str) {
        match self.0.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => self.0.push((kind.to_owned(), 1)),
        }
    }
}

/// What is counted in a project's catalog and pipelines. Names are looked at, never kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    datasets: u64,
    nodes: Option<u64>,
    pipelines: Option<u64>,
    dataset_types: Counts,
    validated: u64,
    validator_types: Counts,
}

impl Statistics {
    /// Of a project with so many pipelines, and so many nodes in the default one (`None`: there is no such, or it is not known).
    #[must_use]
    pub fn new(nodes: Option<u64>, pipelines: Option<u64>) -> Self {
        Self { nodes, pipelines, ..Self::default() }
    }

    /// Counts a dataset, unless it is a parameter. Only a class of Kedro's own libraries is counted under its path.
    pub fn add_dataset(&mut self, name: &str, class_path: &str) {
        if name.starts_with("parameters") || name.starts_with("params:") {
            return;
        }
        self.datasets += 1;
        let is_public = PUBLIC_DATASETS.iter().any(|prefix| class_path.starts_with(prefix));
        let kind = if is_public && is_class_path(class_path) { class_path } else { CUSTOM };
        self.dataset_types.add(kind);
    }

    /// Counts a dataset's validator, by its library if that is a public one.
    pub fn add_validator(&mut self, class_path: &str) {
        self.validated += 1;
        let library = class_path.split('.').next().unwrap_or_default();
        let is_public = PUBLIC_VALIDATORS.contains(&library);
        self.validator_types.add(if is_public { library } else { CUSTOM });
    }
}

fn is_class_path(path: &str) -> bool {
    path.len() <= MAX_CLASS_PATH
        && path.split('.').all(|part| {
            let mut bytes = part.bytes();
            bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
                && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// An event, ready to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: Kind,
    at: SystemTime,
    key: Uuid,
    identity: String,
    properties: Map<String, Value>,
}

impl Event {
    /// An event of a user (32 hexadecimal digits, or empty) with what every event says.
    #[must_use]
    pub fn new(at: SystemTime, user: &str, project: &Project, host: &Host<'_>, is_ci: bool) -> Self {
        let mut event = Self {
            kind: Kind::Command,
            at,
            key: Uuid::new_v4(),
            identity: if user.is_empty() { MISSING_USER_IDENTITY } else { user }.to_owned(),
            properties: Map::new(),
        };
        event.set_text("username", user);
        event.set("project_id", project.hashed_id.clone());
        event.set_text("project_version", host.version);
        event.set_text("telemetry_version", TELEMETRY_VERSION);
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if host.runtime.bytes().all(is_word) {
            event.set_text(&format!("{}_version", host.runtime), host.runtime_version);
        }
        event.set_text("os", platform());
        event.set("is_ci_env", is_ci);
        if let Some(tools) = &project.tools {
            event.set_text("tools", tools);
        }
        match &project.example_pipeline {
            Some(Value::String(text)) => event.set_text("example_pipeline", text),
            Some(value) => event.set("example_pipeline", value.clone()),
            None => {}
        }
        event
    }

    /// Adds the command.
    pub fn set_command(&mut self, host: &Host<'_>, masked: &Masked<'_>) {
        self.set_text("command", &masked.line(host.name));
        self.set_text("main_command", masked.main_command(host.name));
    }

    /// Adds the statistics, which makes it an event of [`Kind::Statistics`].
    pub fn set_statistics(&mut self, statistics: &Statistics) {
        self.kind = Kind::Statistics;
        self.set("number_of_datasets", statistics.datasets);
        self.set("number_of_nodes", statistics.nodes);
        self.set("number_of_pipelines", statistics.pipelines);
        for (kind, count) in &statistics.dataset_types.0 {
            self.set(&format!("dataset_type_count.{kind}"), *count);
        }
        if statistics.validated == 0 {
            return;
        }
        self.set("number_of_validated_datasets", statistics.validated);
        for (kind, count) in &statistics.validator_types.0 {
            self.set(&format!("validator_type_count.{kind}"), *count);
        }
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.properties.insert(name.to_owned(), value.into());
    }

    fn set_text(&mut self, name: &str, text: &str) {
        let end = text.char_indices().nth(MAX_VALUE).map_or(text.len(), |(end, _)| end);
        self.set(name, &text[..end]);
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// What Heap recognises a repeated event by.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.key
    }

    /// The properties, in the order they are sent.
    #[must_use]
    pub fn properties(&self) -> &Map<String, Value> {
        &self.properties
    }

    /// The event as JSON, without the application it is sent for: what is queued.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Printing a `Value` cannot fail.
        let mut event = Map::new();
        event.insert("event".into(), self.kind.name().into());
        event.insert("timestamp".into(), timestamp(self.at).into());
        event.insert("properties".into(), self.properties.clone().into());
        event.insert("identity".into(), self.identity.as_str().into());
        event.insert("idempotency_key".into(), self.key.to_string().into());
        Value::Object(event).to_string()
    }
}

/// The body of a request for one event, given as the JSON object that [`Event::to_json`] makes.
#[must_use]
pub fn single_body(app_id: &str, event: &str) -> String {
    let fields = event.trim_start().strip_prefix('{').unwrap_or(event);
    format!("{{\"app_id\":{},{fields}", Value::from(app_id))
}

/// The body of a request for several events: Heap's bulk form.
#[must_use]
pub fn bulk_body<'a>(app_id: &str, events: impl IntoIterator<Item = &'a str>) -> String {
    let mut body = String::new();
    // Writing to a string cannot fail.
    let _ = write!(body, "{{\"app_id\":{},\"events\":[", Value::from(app_id));
    for (index, event) in events.into_iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(event);
    }
    body.push_str("]}");
    body
}

/// `2026-11-23T16:59:46.841525Z`: UTC, in microseconds.
///
/// A clock outside the years 1970 to 9999 is set to the nearest of them.
#[must_use]
pub fn timestamp(at: SystemTime) -> String {
    /// 9999-12-31T23:59:59Z, the last second `humantime` writes.
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let since_epoch = at.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
    humantime::format_rfc3339_micros(UNIX_EPOCH + since_epoch).to_string()
}
