//! What the commands of `plugin` work on.

use super::{arguments::TrustArgs, error::ManageError};
use crate::{
    cli::{
        keys::{Consent, PublicKey},
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

    /// What the command line says of keys.
    pub(super) fn consent(args: &TrustArgs) -> Result<Consent, ManageError> {
        let accept_key = args.accept_key.as_deref().map(PublicKey::parse).transpose();
        let accept_key = accept_key.map_err(ManageError::AcceptedKey)?;
        Ok(Consent { accept_key, allow_unsigned: args.allow_unsigned })
    }
}
