//! The keys that a user or a program trusts for any plugin.

use super::public::PublicKey;
use crate::{
    cli::settings::{Settings, SettingsError},
    program::Program,
};

/// Those that the program carries and those of `trust.keys`.
pub(crate) fn known_keys(program: &Program, settings: &Settings) -> Result<Vec<PublicKey>, SettingsError> {
    let carried = program.plugin_keys().iter().filter_map(|key| PublicKey::parse(key).ok());
    let mut known: Vec<PublicKey> = carried.collect();
    for key in settings.keys_trusted() {
        known.push(PublicKey::parse(key).map_err(|_| settings.unknown_value("trust.keys", KNOWN))?);
    }
    Ok(known)
}

const KNOWN: &str = "public keys of minisign, such as [\"RWQ…\"]";
