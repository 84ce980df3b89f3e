//! Which index a command looks into.

use crate::{
    cli::{
        index::{Address, IndexError},
        settings::Settings,
    },
    program::Program,
};

/// The one that the command line names, that of the configuration, or the program's own.
pub(crate) fn index_of(program: &Program, settings: &Settings, given: Option<&str>) -> Result<Address, IndexError> {
    let text = given.or(settings.index()).or(program.plugin_index());
    Address::parse(text.ok_or(IndexError::NotConfigured)?)
}
