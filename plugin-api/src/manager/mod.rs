//! For hosts (feature `host`): finding, checking, loading and registering plugins, and calling their hooks.
//!
//! ```no_run
//! use plugin_api::{manager::{PluginManager, HostServices, ErrorPolicy, Trust, discover}, specs::{BeforeCommandRun, CommandRun}};
//!
//! struct Services;
//! impl HostServices for Services {
//!     fn name(&self) -> &str { "bakery" }
//!     fn version(&self) -> &str { "1.0.0" }
//! }
//!
//! let manager = PluginManager::new(Services, ErrorPolicy::Isolate);
//! let before = manager.declare(BeforeCommandRun)?;
//! for found in discover(&["/usr/lib/bakery/plugins"], Trust::Owner) {
//!     if let Err(error) = manager.load(&found) {
//!         eprintln!("warning: {error}");
//!     }
//! }
//! # fn run() -> CommandRun { unimplemented!() }
//! before.call(&run())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call;
mod discover;
mod error;
mod inspect;
mod load;
mod order;
mod services;

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;

pub use self::{
    call::HookCaller,
    discover::{Found, Trust, discover, look},
    error::{FailureKind, HookError, LoadError, Reason, RegisterError, Untrusted},
    inspect::inspect,
    services::HostServices,
};
use self::{
    call::{Order, Registered},
    order::{Place, Rank, call_order},
};
use crate::{
    Error, HookSpec, Host, Manifest, Plugin,
    abi::{HookImpl, Signature},
    plugin, signature,
};

/// What a failing hookimpl does to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorPolicy {
    /// The call ends with the error, as in pluggy.
    Propagate,
    /// The error goes to [`HostServices::hook_failed`], and the call goes on without that hookimpl.
    Isolate,
}

/// A plugin that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginInfo {
    /// Its name.
    pub name: String,
    /// What its library says of it; `None` for a plugin of the host's own.
    pub manifest: Option<Manifest>,
    /// Its library.
    pub path: Option<PathBuf>,
}

/// A hookimpl of a hook that the host has not declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The plugin.
    pub plugin: String,
    /// The hook that the host does not know.
    pub hook: String,
}

/// Holds the plugins of a program and the hooks they may implement.
///
/// All methods take `&self` and may be called from any thread.
pub struct PluginManager {
    services: Arc<dyn HostServices>,
    policy: ErrorPolicy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    hooks: HashMap<String, Hook>,
    plugins: Vec<PluginInfo>,
    blocked: BTreeSet<String>,
}

#[derive(Default)]
struct Hook {
    /// What the host declares; `None` while only plugins have spoken of the hook.
    declared: Option<Signature>,
    /// In the order of registration.
    hookimpls: Vec<Implementation>,
    order: Arc<ArcSwap<Order>>,
}

struct Implementation {
    registered: Arc<Registered>,
    signature: Signature,
    optional: bool,
}

impl PluginManager {
    /// A manager without plugins or hooks.
    pub fn new(services: impl HostServices, policy: ErrorPolicy) -> Self {
        Self { services: Arc::new(services), policy, state: Mutex::default() }
    }

    /// Declares a hook, which lets it be called and plugins for it be checked. Declaring it again gives another caller.
    ///
    /// # Errors
    /// When a hookimpl that was registered before does not fit.
    pub fn declare<H: HookSpec>(&self, hook: H) -> Result<HookCaller<H>, RegisterError> {
        let _ = hook;
        let mut state = self.state();
        let hook = state.hooks.entry(H::NAME.to_owned()).or_default();
        if hook.declared.is_none() {
            let ours = H::signature();
            for hookimpl in &hook.hookimpls {
                signature::check(&ours, &hookimpl.signature).map_err(|mismatch| RegisterError::Mismatch {
                    plugin: hookimpl.registered.plugin.to_string(),
                    hook: H::NAME.to_owned(),
                    mismatch,
                })?;
            }
            hook.declared = Some(ours);
            hook.reorder(H::NAME)?;
        }
        Ok(HookCaller::new(Arc::clone(&hook.order), Arc::clone(&self.services), self.policy))
    }

    /// Loads the library that [`discover`] found, and registers its plugin.
    ///
    /// # Errors
    /// What is wrong with the library or its plugin. A name that is blocked or taken is refused before anything is loaded.
    pub fn load(&self, found: &Found) -> Result<PluginInfo, LoadError> {
        let manifest = found.current()?;
        let refuse = |error| LoadError::new(&found.path, Reason::Register(error));
        self.state().check_name(&manifest.name).map_err(refuse)?;
        let host = self.host_for(&manifest.name);
        let hookimpls = load::load(&found.path, &manifest, host)?;
        let info = PluginInfo { name: manifest.name.clone(), manifest: Some(manifest), path: Some(found.path.clone()) };
        self.add(info.clone(), hookimpls).map_err(refuse)?;
        Ok(info)
    }

    /// Registers a plugin of the host's own, made by [`Plugin::new`].
    ///
    /// # Errors
    /// When the plugin cannot be made, or the manager would not have it.
    pub fn register<P: Plugin>(&self, name: &str) -> Result<(), Error> {
        let plugin = P::new(self.host_for(name))?;
        self.register_value(name, plugin)
    }

    /// Registers a plugin of the host's own that is made already.
    ///
    /// # Errors
    /// When the manager would not have it.
    pub fn register_value<P: Plugin>(&self, name: &str, plugin: P) -> Result<(), Error> {
        let hookimpls = plugin::hookimpls(plugin).map_err(Error::from_failure)?;
        let info = PluginInfo { name: name.to_owned(), manifest: None, path: None };
        Ok(self.add(info, hookimpls)?)
    }

    /// Detaches a plugin's hookimpls. Its library stays loaded. Whether there was one of this name.
    pub fn unregister(&self, name: &str) -> bool {
        let mut state = self.state();
        let known = state.plugins.iter().any(|plugin| plugin.name == name);
        if known {
            state.detach(name);
        }
        known
    }

    /// Refuses plugins of this name from now on, and unregisters the one there is. A name that no plugin has is remembered.
    pub fn block(&self, name: &str) {
        self.unregister(name);
        self.state().blocked.insert(name.to_owned());
    }

    /// Takes [`block`](Self::block) back. Whether the name was blocked.
    pub fn unblock(&self, name: &str) -> bool {
        self.state().blocked.remove(name)
    }

    /// The plugins, in the order of their registration.
    #[must_use]
    pub fn plugins(&self) -> Vec<PluginInfo> {
        self.state().plugins.clone()
    }

    /// Hookimpls of hooks that the host has not declared, those apart that are optional.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let state = self.state();
        let unknown = state.hooks.iter().filter(|(_, hook)| hook.declared.is_none());
        let mut pending: Vec<Pending> = unknown
            .flat_map(|(name, hook)| {
                hook.hookimpls
                    .iter()
                    .filter(|hookimpl| !hookimpl.optional)
                    .map(|hookimpl| Pending { plugin: hookimpl.registered.plugin.to_string(), hook: name.clone() })
            })
            .collect();
        pending.sort_by(|a, b| (&a.plugin, &a.hook).cmp(&(&b.plugin, &b.hook)));
        pending
    }

    fn host_for(&self, plugin: &str) -> Host {
        services::host_for(&self.services, plugin)
    }

    fn add(&self, info: PluginInfo, hookimpls: impl IntoIterator<Item = HookImpl>) -> Result<(), RegisterError> {
        let mut state = self.state();
        state.check_name(&info.name)?;
        let name = info.name.clone();
        state.plugins.push(info);
        let attached = state.attach(&name, hookimpls);
        if attached.is_err() {
            state.detach(&name);
        }
        attached
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is completed or undone before the lock is let go, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check_name(&self, name: &str) -> Result<(), RegisterError> {
        if self.blocked.contains(name) {
            return Err(RegisterError::Blocked(name.to_owned()));
        }
        if self.plugins.iter().any(|plugin| plugin.name == name) {
            return Err(RegisterError::Duplicate(name.to_owned()));
        }
        Ok(())
    }

    fn attach(&mut self, plugin: &str, hookimpls: impl IntoIterator<Item = HookImpl>) -> Result<(), RegisterError> {
        let plugin: Arc<str> = plugin.into();
        let mut changed = BTreeSet::new();
        for hookimpl in hookimpls {
            let name = hookimpl.hook.to_string();
            let hook = self.hooks.entry(name.clone()).or_default();
            if let Some(ours) = &hook.declared {
                signature::check(ours, &hookimpl.signature).map_err(|mismatch| RegisterError::Mismatch {
                    plugin: plugin.to_string(),
                    hook: name.clone(),
                    mismatch,
                })?;
            }
            hook.hookimpls.push(Implementation::new(&plugin, hookimpl));
            changed.insert(name);
        }
        for name in changed {
            if let Some(hook) = self.hooks.get_mut(&name) {
                hook.reorder(&name)?;
            }
        }
        Ok(())
    }

    fn detach(&mut self, plugin: &str) {
        self.plugins.retain(|info| info.name != plugin);
        for (name, hook) in &mut self.hooks {
            let before = hook.hookimpls.len();
            hook.hookimpls.retain(|hookimpl| &*hookimpl.registered.plugin != plugin);
            if hook.hookimpls.len() != before {
                // Taking one away makes no cycle.
                let _ = hook.reorder(name);
            }
        }
    }
}

impl Hook {
    fn reorder(&mut self, name: &str) -> Result<(), RegisterError> {
        if self.declared.is_none() {
            return Ok(());
        }
        let (wrappers, plain): (Vec<_>, Vec<_>) = self
            .hookimpls
            .iter()
            .map(|hookimpl| Arc::clone(&hookimpl.registered))
            .partition(|registered| registered.wrapper);
        let order = Order { wrappers: call_order(name, &wrappers)?, plain: call_order(name, &plain)? };
        self.order.store(Arc::new(order));
        Ok(())
    }
}

impl Implementation {
    fn new(plugin: &Arc<str>, hookimpl: HookImpl) -> Self {
        let mut place = Place::default();
        let (mut wrapper, mut optional) = (false, false);
        for option in hookimpl.options {
            match option.name.as_str() {
                "try_first" => place.rank = Rank::First,
                "try_last" => place.rank = Rank::Last,
                "before" => place.before.push(option.value.into_string()),
                "after" => place.after.push(option.value.into_string()),
                "wrapper" => wrapper = true,
                "optional" => optional = true,
                // An option of a later plugin-api; the hookimpl is whole without it.
                _ => {}
            }
        }
        Self {
            registered: Arc::new(Registered {
                plugin: Arc::clone(plugin),
                place,
                wrapper,
                function: hookimpl.function,
            }),
            signature: hookimpl.signature,
            optional,
        }
    }
}
