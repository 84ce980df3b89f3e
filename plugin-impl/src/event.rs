//! One event, as it is recorded and as it is sent.
//!
//! Property names, their order and their values are those of kedro-telemetry 0.9.0, but for `<runtime>_version`, UTC timestamps (it stamps local
//! time with a `Z`) and `idempotency_key`, by which Heap's track API recognises an event that arrives twice. An event
//! is built by setters that take typed facts, field by field of the [`schema`], so that nothing else can get into it.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::env::Env;
use crate::mask::Masked;
use crate::project::Project;
use crate::public::{DatasetType, ExamplePipeline, RuntimeName, Tools, ValidatorLibrary, Version};
use crate::schema::{self, Properties, Scalar};

/// The identity of a user who has none.
pub const MISSING_USER_IDENTITY: &str = "missing_user_identity";
/// The version sent as `telemetry_version`: this plugin's.
pub const TELEMETRY_VERSION: &str = env!("CARGO_PKG_VERSION");
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

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A command ran.
    Command,
    /// A command ran that built the project's catalog.
    Statistics,
    /// What another plugin, or the host, gives this name.
    Raised(String),
}

impl Kind {
    /// The event's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Command => "CLI command",
            Self::Statistics => "Kedro Project Statistics",
            Self::Raised(name) => name,
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
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counts<K>(Vec<(K, u64)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq> Counts<K> {
    fn add(&mut self, kind: K) {
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.0.push((kind, 1)),
        }
    }
}

/// What is counted in a project's catalog and pipelines. Names are looked at, never kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    datasets: u64,
    nodes: Option<u64>,
    pipelines: Option<u64>,
    dataset_types: Counts<DatasetType>,
    validated: u64,
    validator_types: Counts<ValidatorLibrary>,
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
        self.dataset_types.add(DatasetType::of(class_path));
    }

    /// Counts a dataset's validator, by its library if that is a public one.
    pub fn add_validator(&mut self, class_path: &str) {
        self.validated += 1;
        self.validator_types.add(ValidatorLibrary::of(class_path));
    }
}

/// An event, ready to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: Kind,
    at: SystemTime,
    key: Uuid,
    identity: String,
    properties: Properties,
}

impl Event {
    /// An event of a user (32 hexadecimal digits, or empty) with what every event says.
    #[must_use]
    pub fn new(at: SystemTime, user: &str, project: &Project, host: &Host<'_>, is_ci: bool) -> Self {
        let mut properties = Properties::default();
        properties.set(schema::USERNAME, user);
        properties.set(schema::PROJECT_ID, project.hashed_id.as_deref());
        properties.set(schema::PROJECT_VERSION, Version::of(host.version));
        properties.set(schema::TELEMETRY_VERSION, TELEMETRY_VERSION);
        if let Some(runtime) = RuntimeName::of(host.runtime) {
            properties.set_of(schema::RUNTIME_VERSION, runtime, Version::of(host.runtime_version));
        }
        properties.set(schema::OS, platform());
        properties.set(schema::IS_CI_ENV, is_ci);
        if let Some(tools) = &project.tools {
            properties.set(schema::TOOLS, Tools::of(tools));
        }
        if let Some(value) = &project.example_pipeline {
            properties.set(schema::EXAMPLE_PIPELINE, ExamplePipeline::of(value));
        }
        Self {
            kind: Kind::Command,
            at,
            key: Uuid::new_v4(),
            identity: if user.is_empty() { MISSING_USER_IDENTITY } else { user }.to_owned(),
            properties,
        }
    }

    /// Adds the command.
    pub fn set_command(&mut self, host: &Host<'_>, masked: &Masked<'_>) {
        self.properties.set(schema::COMMAND, (host.name, masked));
        self.properties.set(schema::MAIN_COMMAND, (host.name, masked));
    }

    /// Adds the statistics, which makes it an event of [`Kind::Statistics`].
    pub fn set_statistics(&mut self, statistics: &Statistics) {
        self.kind = Kind::Statistics;
        self.properties.set(schema::NUMBER_OF_DATASETS, statistics.datasets);
        self.properties.set(schema::NUMBER_OF_NODES, statistics.nodes);
        self.properties.set(schema::NUMBER_OF_PIPELINES, statistics.pipelines);
        for (kind, count) in &statistics.dataset_types.0 {
            self.properties.set_of(schema::DATASET_TYPE_COUNT, *kind, *count);
        }
        if statistics.validated == 0 {
            return;
        }
        self.properties.set(schema::NUMBER_OF_VALIDATED_DATASETS, statistics.validated);
        for (library, count) in &statistics.validator_types.0 {
            self.properties.set_of(schema::VALIDATOR_TYPE_COUNT, *library, *count);
        }
    }

    /// Makes it an event of [`Kind::Raised`], with these properties besides those of every event, which win.
    pub fn set_raised<'a>(&mut self, name: &str, properties: impl IntoIterator<Item = (&'a str, Scalar<'a>)>) {
        self.kind = Kind::Raised(name.to_owned());
        let mut given = Properties::default();
        for (name, value) in properties {
            given.set_of(schema::GIVEN, name, value);
        }
        given.extend(std::mem::take(&mut self.properties));
        self.properties = given;
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
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
        self.properties.as_map()
    }

    /// The event as JSON, without the application it is sent for: what is queued.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut event = Properties::default();
        event.set(schema::EVENT, self.kind.name());
        event.set(schema::TIMESTAMP, &timestamp(self.at));
        event.set(schema::PROPERTIES, self.properties.clone());
        event.set(schema::IDENTITY, &self.identity);
        event.set(schema::IDEMPOTENCY_KEY, &self.key.to_string());
        event.to_json()
    }
}

/// The body of a request for one event, given as the JSON object that [`Event::to_json`] makes.
#[must_use]
pub fn single_body(app_id: &str, event: &str) -> String {
    let fields = event.trim_start().strip_prefix('{').unwrap_or(event);
    format!("{{\"{}\":{},{fields}", schema::APP_ID.name(), Value::from(app_id))
}

/// The body of a request for several events: Heap's bulk form.
#[must_use]
pub fn bulk_body<'a>(app_id: &str, events: impl IntoIterator<Item = &'a str>) -> String {
    let mut body = String::new();
    // Writing to a string cannot fail.
    let (app, list) = (schema::APP_ID.name(), schema::EVENTS.name());
    let _ = write!(body, "{{\"{app}\":{},\"{list}\":[", Value::from(app_id));
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
