//! Not part of the API: for this workspace's own tests and benches.

pub use crate::{
    event::{COMMAND_EVENT, HostFacts, describe, set_command, set_statistics},
    mask::{KnownCommand, MASK, STARTERS, mask},
    profile::profile,
    project::{PYPROJECT, Project, ProjectReading, describe as describe_project, identify as identify_project},
    public::{dataset_classes, words},
    schema::ROWS,
    statement::read as read_statement,
    statistics::CatalogStatistics,
};
