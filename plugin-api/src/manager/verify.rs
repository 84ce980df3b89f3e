//! Tells in full what a library offers, hookimpl by hookimpl, for a person who wants to know why it is used or not.

use std::path::Path;

use super::{LoadError, PluginInfo, PluginManager, Reason, inspect, load};
use crate::{
    Manifest,
    abi::HookImpl,
    signature::{self, Mismatch},
};

/// A library that was loaded, and what the manager made of it.
#[derive(Debug)]
pub struct Verified {
    /// What the library says of itself.
    pub manifest: Manifest,
    /// Its hookimpls, in the order in which the plugin names them.
    pub hookimpls: Vec<VerifiedHookImpl>,
    /// Whether the plugin could be registered; if not, why.
    pub outcome: Result<(), LoadError>,
}

/// One hookimpl of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedHookImpl {
    /// The hook's name.
    pub hook: String,
    /// The options set on it: name and value, which is empty for options that have none.
    pub options: Vec<(String, String)>,
    /// Whether it fits the host's declaration.
    pub fit: Fit,
}

/// Whether a hookimpl fits the host's declaration of its hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// It can be called.
    Fits,
    /// It was compiled against a hook that differs.
    Differs(Mismatch),
    /// The host has not declared the hook.
    Pending,
}

impl PluginManager {
    /// Loads the library at `path` and registers its plugin as [`load`](Self::load) does, and tells of each hookimpl, also when the plugin
    /// is refused for one of them.
    ///
    /// This runs the library's code; a program that must outlive a library which crashes does it in a process of its own.
    ///
    /// # Errors
    /// What is wrong with the library, as far as it keeps its hookimpls from being known.
    pub fn verify(&self, path: &Path) -> Result<Verified, LoadError> {
        let manifest = inspect(path)?;
        let refuse = |error| LoadError::new(path, Reason::Register(error));
        self.state().check_name(&manifest.name).map_err(refuse)?;
        let offered = load::load(path, &manifest, self.host_for(&manifest.name))?;
        let hookimpls = offered.iter().map(|hookimpl| self.describe(hookimpl)).collect();
        let info =
            PluginInfo { name: manifest.name.clone(), manifest: Some(manifest.clone()), path: Some(path.to_owned()) };
        Ok(Verified { manifest, hookimpls, outcome: self.add(info, offered).map_err(refuse) })
    }

    fn describe(&self, hookimpl: &HookImpl) -> VerifiedHookImpl {
        let state = self.state();
        let fit = match state.hooks.get(hookimpl.hook.as_str()).and_then(|hook| hook.declared.as_ref()) {
            None => Fit::Pending,
            Some(ours) => {
                signature::check(&ours.signature, &hookimpl.signature).map_or_else(Fit::Differs, |()| Fit::Fits)
            }
        };
        let options = hookimpl.options.iter().map(|option| (option.name.to_string(), option.value.to_string()));
        VerifiedHookImpl { hook: hookimpl.hook.to_string(), options: options.collect(), fit }
    }
}
