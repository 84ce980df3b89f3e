//! What the commands of `plugin` work on.

use crate::{
    cli::{
        options::PluginOptions,
        settings::{Settings, SettingsError},
        trial::{self, Trial},
    },
    program::Program,
};

/// What the commands work on.
pub(crate) struct Managed<'a> {
    pub(crate) program: &'a Program,
    pub(crate) options: &'a PluginOptions,
    /// The names of the program's own commands.
    pub(crate) own_commands: &'a [String],
}

impl Managed<'_> {
    /// The user's settings.
    pub(super) fn settings(&self) -> Result<Settings, SettingsError> {
        Settings::load(self.program, self.options.config.as_deref())
    }

    /// How this command line tries a library.
    pub(super) fn trial(&self, timeout: Option<u64>) -> Trial<'_> {
        let timeout = timeout.unwrap_or(trial::PATIENCE);
        Trial { program: self.program, config: self.options.config.as_deref(), timeout }
    }
}
