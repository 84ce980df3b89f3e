//! A plugin that is made and not registered yet.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use hookspec::{Manifest, abi};

use super::hookimpl::HookImpl;
use crate::error::RegisterError;

/// Most hookimpls of one plugin: wrappers are called within one another.
const MAX_HOOKIMPLS: usize = 256;

/// Most plugins that one hookimpl is to be called before, or after.
const MAX_PLACES: usize = 64;

/// A plugin that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PluginInfo {
    /// Its name.
    pub name: String,
    /// What its library says of it; `None` for a plugin of the host's own.
    pub manifest: Option<Manifest>,
    /// Its library.
    pub path: Option<PathBuf>,
}

impl PluginInfo {
    pub(super) fn own(name: &str) -> Self {
        Self { name: name.to_owned(), manifest: None, path: None }
    }

    pub(super) fn of_library(manifest: Manifest, path: PathBuf) -> Self {
        Self { name: manifest.name.clone(), manifest: Some(manifest), path: Some(path) }
    }
}

/// What a plugin offers that is to be registered.
#[derive(Clone)]
pub(super) struct Offered {
    pub(super) info: PluginInfo,
    /// The plugin's name: this very one is the mark of its registration.
    pub(super) mark: Arc<str>,
    /// Its hookimpls, by their hooks.
    pub(super) hookimpls: BTreeMap<String, Vec<Arc<HookImpl>>>,
}

impl Offered {
    /// Takes what a plugin offers across the boundary.
    pub(super) fn new(info: PluginInfo, offered: impl IntoIterator<Item = abi::HookImpl>) -> Self {
        let mark = info.name.as_str().into();
        Self::marked(info, mark, offered)
    }

    /// The same of a plugin whose registration has a mark already.
    pub(super) fn marked(info: PluginInfo, mark: Arc<str>, offered: impl IntoIterator<Item = abi::HookImpl>) -> Self {
        let mut hookimpls = BTreeMap::<_, Vec<_>>::new();
        for hookimpl in offered {
            let of_hook = hookimpls.entry(hookimpl.hook.to_string()).or_default();
            of_hook.push(Arc::new(HookImpl::new(&mark, hookimpl)));
        }
        Self { info, mark, hookimpls }
    }

    /// Its library, if it is of one.
    pub(super) fn path(&self) -> &Path {
        self.info.path.as_deref().unwrap_or(Path::new(""))
    }

    pub(super) fn check_numbers(&self) -> Result<(), RegisterError> {
        let hookimpls = || self.hookimpls.values().flatten();
        let too_many = |limit, what| Err(RegisterError::TooMany { plugin: self.info.name.clone(), limit, what });
        if hookimpls().count() > MAX_HOOKIMPLS {
            return too_many(MAX_HOOKIMPLS, "hookimpls");
        }
        let places = |hookimpl: &Arc<HookImpl>| hookimpl.options.before.len() + hookimpl.options.after.len();
        if hookimpls().any(|hookimpl| places(hookimpl) > MAX_PLACES) {
            return too_many(MAX_PLACES, "plugins that a hookimpl is to be called before or after");
        }
        Ok(())
    }
}
