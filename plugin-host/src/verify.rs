//! What a library offers, hookimpl by hookimpl, for a person who wants to know why it is used or
//! not.

use hookspec::Manifest;

use crate::{error::LoadError, manager::HookImplInfo};

/// A library that was loaded to be looked at, see
/// [`PluginManager::verify`](crate::PluginManager::verify).
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifiedPlugin {
    /// What the library says of itself.
    pub manifest: Manifest,
    /// Its hookimpls, by hook name.
    pub hookimpls: Vec<HookImplInfo>,
    /// Why the plugin would not be registered, if so.
    pub problem: Option<LoadError>,
}
