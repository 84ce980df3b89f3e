//! Kedro's events: what each of them says.
//!
//! Property names, their order and their values are those of kedro-telemetry 0.9.0, but for
//! `<runtime>_version`, UTC timestamps (it stamps local time with a `Z`) and `idempotency_key`, by
//! which Heap's track API recognises an event that arrives twice. An event is filled by setters
//! that take typed facts, field by field of the [`schema`], so that nothing else can get into it.

use usage_telemetry::{
    Event, platform,
    schema::{Properties, Scalar},
};

use crate::{
    mask::MaskedLine,
    project::Project,
    public::{ExamplePipeline, RuntimeName, Tools, Version},
    schema,
    statistics::{CatalogStatistics, DEFAULT_PIPELINE},
};

/// The version sent as `telemetry_version`: this plugin's.
pub const TELEMETRY_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The name of an event about a command.
pub const COMMAND_EVENT: &str = "CLI command";
/// The name of an event about a command that built the project's catalog.
pub const STATISTICS_EVENT: &str = "Kedro Project Statistics";

/// What the host says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFacts<'a> {
    /// The word its command lines begin with: `kedro`.
    pub name: &'a str,
    /// Sent as `project_version`, which with the original is Kedro's version.
    pub version: &'a str,
    /// `python`, `rust`, …: a lower-case word, sent in the name of the property
    /// `<runtime>_version`.
    pub runtime: &'a str,
    /// The runtime's version.
    pub runtime_version: &'a str,
}

/// Adds what every event says.
pub fn describe(event: &mut Event, project: &Project, host: &HostFacts<'_>, is_ci: bool) {
    let properties = of_every_event(event.user(), project, host, is_ci);
    event.set_below(properties);
}

/// What every event of this user says.
pub fn of_every_event(user: &str, project: &Project, host: &HostFacts<'_>, is_ci: bool) -> Properties {
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
    properties
}

/// Adds the command.
pub fn set_command(event: &mut Event, host: &HostFacts<'_>, masked: &MaskedLine<'_>) {
    event.set(schema::COMMAND, (host.name, masked));
    event.set(schema::MAIN_COMMAND, (host.name, masked));
}

/// Adds the statistics, which makes it a `STATISTICS_EVENT`.
pub fn set_statistics(event: &mut Event, statistics: &CatalogStatistics) {
    event.rename(STATISTICS_EVENT);
    event.set(schema::NUMBER_OF_DATASETS, statistics.datasets);
    event.set(schema::NUMBER_OF_NODES, statistics.nodes);
    event.set(schema::NUMBER_OF_PIPELINES, statistics.pipelines);
    for (kind, count) in statistics.dataset_types.iter() {
        event.set_of(schema::DATASET_TYPE_COUNT, *kind, *count);
    }
    if statistics.validated == 0 {
        return;
    }
    event.set(schema::NUMBER_OF_VALIDATED_DATASETS, statistics.validated);
    for (library, count) in statistics.validator_types.iter() {
        event.set_of(schema::VALIDATOR_TYPE_COUNT, *library, *count);
    }
}

/// What is said of pipelines that were counted later, by their names and numbers of nodes.
pub fn counted(pipelines: &[(String, Option<u64>)]) -> Properties {
    let default = pipelines.iter().find(|(name, _)| name == DEFAULT_PIPELINE);
    let mut properties = Properties::default();
    properties.set(schema::NUMBER_OF_NODES, default.and_then(|(_, nodes)| *nodes));
    properties.set(schema::NUMBER_OF_PIPELINES, Some(pipelines.len() as u64));
    properties
}

/// Makes it the event that somebody else names, with these properties besides those of every event,
/// which win.
pub fn set_raised<'a>(event: &mut Event, name: &str, properties: impl IntoIterator<Item = (&'a str, Scalar<'a>)>) {
    event.rename(name);
    let mut given = Properties::default();
    for (name, value) in properties {
        given.set_of(schema::GIVEN, name, value);
    }
    event.set_below(given);
}

#[cfg(test)]
mod tests;
