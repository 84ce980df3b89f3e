//! For hosts (feature `host`): finding, checking, loading and registering plugins, and calling their hooks.
//!
//! ```no_run
//! use hookspec::{manager::{PluginManager, HostServices, ErrorPolicy, Trust, discover}, specs::{BeforeCommandRun, CommandRun}};
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
mod trace;
mod verify;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::{
    call::{Extra, HookCaller},
    discover::{Found, Trust, discover, look},
    error::{FailureKind, HookError, LoadError, PendingError, Reason, RegisterError, Untrusted},
    inspect::inspect,
    services::HostServices,
    trace::{HookCall, Monitor, Outcome, Tracer},
    verify::{Fit, Verified, VerifiedHookImpl},
};
use self::{
    call::{Order, Past, Registered, Slot},
    order::{Place, Rank, call_order},
    trace::Monitors,
};
use crate::{
    Error, HookSpec, Host, LogLevel, Manifest, Plugin,
    abi::{HookImpl, HookOption, Signature, guard},
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

/// A hookimpl that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookImplInfo {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
    /// Its options as written: `try_first`, `before other`, `wrapper`, `optional`…
    pub options: Vec<String>,
    /// Whether the host has declared the hook.
    pub declared: bool,
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
    monitors: Monitors,
}

#[derive(Default)]
struct Hook {
    /// `None` while only plugins have spoken of the hook.
    declared: Option<Declared>,
    /// In the order of registration.
    hookimpls: Vec<Implementation>,
    slot: Arc<Slot>,
}

/// What the host says of a hook.
#[derive(Clone)]
struct Declared {
    signature: Signature,
    is_historic: bool,
    deprecated: Option<&'static str>,
}

impl Declared {
    fn is_same(&self, other: &Self) -> bool {
        self.signature == other.signature && self.is_historic == other.is_historic
    }
}

#[derive(Clone)]
struct Implementation {
    registered: Arc<Registered>,
    signature: Signature,
    options: Vec<HookOption>,
    api_version: Option<String>,
    /// Whether calls reach it: past calls of a historic hook are replayed first, so that it gets all in their order.
    is_live: bool,
}

/// What is to be done after the lock on the state is let go, because it runs the code of plugins or of the host.
#[derive(Default)]
struct Afterwards {
    /// Hookimpls of historic hooks, by the hooks' names.
    replays: Vec<(String, Arc<Registered>)>,
    warnings: Vec<(Arc<str>, String)>,
    dropped: Vec<Implementation>,
}

/// Takes a monitor away when it is dropped.
#[must_use = "the monitor is taken away when this is dropped"]
pub struct MonitorGuard<'a> {
    manager: &'a PluginManager,
    monitor: Arc<dyn Monitor>,
}

impl Drop for MonitorGuard<'_> {
    fn drop(&mut self) {
        self.manager.change_monitors(|monitors| monitors.without(&self.monitor));
    }
}

impl PluginManager {
    /// A manager without plugins or hooks.
    pub fn new(services: impl HostServices, policy: ErrorPolicy) -> Self {
        Self { services: Arc::new(services), policy, state: Mutex::default() }
    }

    /// Declares a hook, which lets it be called and plugins for it be checked. Declaring it again gives another caller.
    ///
    /// # Errors
    /// When a hookimpl that was registered before does not fit; then the hook stays undeclared. When another hook of this name, with
    /// other types or options, is declared already.
    pub fn declare<H: HookSpec>(&self, hook: H) -> Result<HookCaller<H>, RegisterError> {
        let _ = hook;
        let declared = Declared { signature: H::signature(), is_historic: H::HISTORIC, deprecated: H::DEPRECATED };
        let mut afterwards = Afterwards::default();
        let mut state = self.state();
        let monitors = state.monitors.clone();
        let hook = state.hooks.entry(H::NAME.to_owned()).or_default();
        if let Some(earlier) = &hook.declared {
            if !earlier.is_same(&declared) {
                return Err(RegisterError::Conflict(H::NAME.to_owned()));
            }
        } else {
            for hookimpl in &hook.hookimpls {
                hookimpl.check(H::NAME, &declared)?;
                afterwards.warn(H::NAME, &declared, hookimpl);
            }
            hook.publish(H::NAME, &monitors)?;
            hook.declared = Some(declared);
        }
        let slot = Arc::clone(&hook.slot);
        drop(state);
        self.finish(afterwards)?;
        Ok(HookCaller::new(slot, Arc::clone(&self.services), self.policy))
    }

    /// Loads the library that [`discover`] found, and registers its plugin.
    ///
    /// # Errors
    /// What is wrong with the library or its plugin; what [`discover`] has refused stays refused. A name that is blocked or taken is
    /// refused before anything is loaded.
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
    /// When the plugin cannot be made, or the manager would not have it; a name that is blocked or taken is refused before the
    /// plugin is made.
    pub fn register<P: Plugin>(&self, name: &str) -> Result<(), Error> {
        self.state().check_name(name)?;
        let plugin = guard(|| P::new(self.host_for(name))).map_err(Error::from_failure)??;
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

    /// Detaches a plugin's hookimpls and gives what there was. Its library stays loaded, and it may be registered again.
    pub fn unregister(&self, name: &str) -> Option<PluginInfo> {
        let mut afterwards = Afterwards::default();
        let info = self.state().detach(name, &mut afterwards);
        // Only drops what the plugin left behind, which cannot fail.
        let _ = self.finish(afterwards);
        info
    }

    /// Refuses plugins of this name from now on, and unregisters the one there is. A name that no plugin has is remembered.
    pub fn block(&self, name: &str) {
        self.state().blocked.insert(name.to_owned());
        self.unregister(name);
    }

    /// Takes [`block`](Self::block) back. Whether the name was blocked.
    pub fn unblock(&self, name: &str) -> bool {
        self.state().blocked.remove(name)
    }

    /// Whether plugins of this name are refused.
    pub fn is_blocked(&self, name: &str) -> bool {
        self.state().blocked.contains(name)
    }

    /// The plugins, in the order of their registration.
    pub fn plugins(&self) -> Vec<PluginInfo> {
        self.state().plugins.clone()
    }

    /// The plugin of this name.
    pub fn plugin(&self, name: &str) -> Option<PluginInfo> {
        self.state().plugins.iter().find(|plugin| plugin.name == name).cloned()
    }

    /// The hookimpls of every plugin: by hook name, then in the order of registration.
    pub fn hookimpls(&self) -> Vec<HookImplInfo> {
        let state = self.state();
        let mut hooks: Vec<_> = state.hooks.iter().collect();
        hooks.sort_by_key(|(name, _)| *name);
        hooks
            .into_iter()
            .flat_map(|(name, hook)| hook.hookimpls.iter().map(|hookimpl| hookimpl.info(name, hook)))
            .collect()
    }

    /// Hookimpls of hooks that the host has not declared, those left out that are optional.
    pub fn pending(&self) -> Vec<HookImplInfo> {
        let is_pending =
            |info: &HookImplInfo| !info.declared && !info.options.iter().any(|option| option == "optional");
        self.hookimpls().into_iter().filter(is_pending).collect()
    }

    /// Fails when there is a [`pending`](Self::pending) hookimpl.
    ///
    /// # Errors
    /// The first of them.
    pub fn check_pending(&self) -> Result<(), PendingError> {
        match self.pending().into_iter().next() {
            None => Ok(()),
            Some(HookImplInfo { plugin, hook, .. }) => Err(PendingError { plugin, hook }),
        }
    }

    /// Watches every hook call, until the guard is dropped.
    pub fn monitor(&self, monitor: impl Monitor) -> MonitorGuard<'_> {
        let monitor: Arc<dyn Monitor> = Arc::new(monitor);
        self.change_monitors(|monitors| monitors.with(Arc::clone(&monitor)));
        MonitorGuard { manager: self, monitor }
    }

    fn change_monitors(&self, change: impl FnOnce(&Monitors) -> Monitors) {
        let mut state = self.state();
        state.monitors = change(&state.monitors);
        let monitors = state.monitors.clone();
        for hook in state.hooks.values() {
            let order = Order { monitors: monitors.clone(), ..Order::clone(&hook.slot.order()) };
            hook.slot.set_order(order);
        }
    }

    fn host_for(&self, plugin: &str) -> Host {
        services::host_for(&self.services, plugin)
    }

    fn add(&self, info: PluginInfo, hookimpls: impl IntoIterator<Item = HookImpl>) -> Result<(), RegisterError> {
        let name = info.name.clone();
        // Made before the lock is taken and dropped after it is let go: both may run the plugin's code.
        let hookimpls = Implementation::all(&info, hookimpls);
        let mut afterwards = Afterwards::default();
        let attached = {
            let mut state = self.state();
            state.check_name(&name).and_then(|()| state.attach(info, &hookimpls, &mut afterwards))
        };
        attached?;
        let outcome = self.finish(afterwards);
        if outcome.is_err() {
            self.unregister(&name);
        }
        outcome
    }

    fn finish(&self, afterwards: Afterwards) -> Result<(), RegisterError> {
        for (plugin, warning) in afterwards.warnings {
            self.services.log(&plugin, LogLevel::Warn, &warning);
        }
        for (hook, hookimpl) in afterwards.replays {
            self.replay(&hook, &hookimpl).map_err(RegisterError::Replay)?;
        }
        Ok(())
    }

    /// Gives a hookimpl of a historic hook the past calls, those made meanwhile included, and then lets calls reach it.
    ///
    /// Ends early when the plugin is unregistered meanwhile, which it may do itself.
    fn replay(&self, hook: &str, hookimpl: &Arc<Registered>) -> Result<(), HookError> {
        for next in 0.. {
            let (past, monitors) = {
                let mut state = self.state();
                let monitors = state.monitors.clone();
                let Some(past) = state.hooks.get_mut(hook).and_then(|of| of.past(hook, hookimpl, next, &monitors))
                else {
                    break;
                };
                (past, monitors)
            };
            past.replay(hook, hookimpl, &monitors)?;
        }
        Ok(())
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

    fn attach(
        &mut self,
        info: PluginInfo,
        hookimpls: &BTreeMap<String, Vec<Implementation>>,
        afterwards: &mut Afterwards,
    ) -> Result<(), RegisterError> {
        // Everything is checked before the first hookimpl can be called.
        for (name, new) in hookimpls {
            let Some(hook) = self.hooks.get(name) else { continue };
            let Some(declared) = &hook.declared else { continue };
            for hookimpl in new {
                hookimpl.check(name, declared)?;
                afterwards.warn(name, declared, hookimpl);
            }
            order_of(name, hook.hookimpls.iter().chain(new), &self.monitors)?;
        }
        self.plugins.push(info);
        for (name, new) in hookimpls {
            let hook = self.hooks.entry(name.clone()).or_default();
            let is_historic = hook.declared.as_ref().is_some_and(|declared| declared.is_historic);
            if is_historic {
                afterwards.replays.extend(new.iter().map(|new| (name.clone(), Arc::clone(&new.registered))));
            }
            hook.hookimpls.extend(new.iter().map(|new| Implementation { is_live: !is_historic, ..new.clone() }));
            if hook.declared.is_some() {
                hook.publish(name, &self.monitors)?;
            }
        }
        Ok(())
    }

    fn detach(&mut self, plugin: &str, afterwards: &mut Afterwards) -> Option<PluginInfo> {
        for (name, hook) in &mut self.hooks {
            let (gone, kept): (Vec<_>, Vec<_>) =
                hook.hookimpls.drain(..).partition(|hookimpl| &*hookimpl.registered.plugin == plugin);
            hook.hookimpls = kept;
            if hook.declared.is_some() && !gone.is_empty() {
                // Taking one away makes no cycle.
                let _ = hook.publish(name, &self.monitors);
            }
            afterwards.dropped.extend(gone);
        }
        let index = self.plugins.iter().position(|info| info.name == plugin)?;
        Some(self.plugins.remove(index))
    }
}

impl Hook {
    /// Lets calls from now on see the hookimpls as they are.
    fn publish(&self, name: &str, monitors: &Monitors) -> Result<(), RegisterError> {
        let live = self.hookimpls.iter().filter(|hookimpl| hookimpl.is_live);
        self.slot.set_order(order_of(name, live, monitors)?);
        Ok(())
    }

    /// The past call `index`. When there is none, calls reach `hookimpl` from now on, and `None` is what it gives.
    fn past(&mut self, name: &str, hookimpl: &Arc<Registered>, index: usize, monitors: &Monitors) -> Option<Past> {
        let place = self.hookimpls.iter().position(|other| Arc::ptr_eq(&other.registered, hookimpl))?;
        let slot = Arc::clone(&self.slot);
        // Held over both, so that a historic call reaches the hookimpl either by itself or by its replay.
        let history = slot.history();
        let past = history.get(index).cloned();
        if past.is_none() {
            self.hookimpls[place].is_live = true;
            // The order with all of them was found free of cycles when they were attached.
            let _ = self.publish(name, monitors);
        }
        past
    }
}

fn order_of<'a>(
    hook: &str,
    hookimpls: impl Iterator<Item = &'a Implementation>,
    monitors: &Monitors,
) -> Result<Order, RegisterError> {
    let (wrappers, plain): (Vec<_>, Vec<_>) =
        hookimpls.map(|hookimpl| Arc::clone(&hookimpl.registered)).partition(|registered| registered.wrapper);
    Ok(Order { wrappers: call_order(hook, &wrappers)?, plain: call_order(hook, &plain)?, monitors: monitors.clone() })
}

impl Afterwards {
    fn warn(&mut self, hook: &str, declared: &Declared, hookimpl: &Implementation) {
        if let Some(why) = declared.deprecated {
            let warning = format!("implements hook `{hook}`, which is deprecated: {why}");
            self.warnings.push((Arc::clone(&hookimpl.registered.plugin), warning));
        }
    }
}

impl Implementation {
    /// The hookimpls of a plugin by their hooks.
    fn all(info: &PluginInfo, hookimpls: impl IntoIterator<Item = HookImpl>) -> BTreeMap<String, Vec<Self>> {
        let plugin: Arc<str> = info.name.as_str().into();
        let api_version = info.manifest.as_ref().map(|manifest| manifest.api_version.clone());
        let mut all: BTreeMap<String, Vec<Self>> = BTreeMap::new();
        for hookimpl in hookimpls {
            let of_hook = all.entry(hookimpl.hook.to_string()).or_default();
            of_hook.push(Self::new(&plugin, api_version.clone(), hookimpl));
        }
        all
    }

    fn new(plugin: &Arc<str>, api_version: Option<String>, hookimpl: HookImpl) -> Self {
        let options: Vec<HookOption> = hookimpl.options.into_iter().collect();
        let has = |name: &str| options.iter().any(|option| option.name == name);
        let names = |name: &str| {
            options.iter().filter(|option| option.name == name).map(|option| option.value.to_string()).collect()
        };
        // An option that is not known is of a later hookspec; the hookimpl is whole without it.
        let rank = match (has("try_first"), has("try_last")) {
            (true, false) => Rank::First,
            (false, true) => Rank::Last,
            _ => Rank::Normal,
        };
        let place = Place { rank, before: names("before"), after: names("after") };
        let registered =
            Registered { plugin: Arc::clone(plugin), place, wrapper: has("wrapper"), function: hookimpl.function };
        Self { registered: Arc::new(registered), signature: hookimpl.signature, options, api_version, is_live: true }
    }

    fn check(&self, hook: &str, declared: &Declared) -> Result<(), RegisterError> {
        let plugin = || self.registered.plugin.to_string();
        if declared.is_historic && self.registered.wrapper {
            return Err(RegisterError::HistoricWrapper { plugin: plugin(), hook: hook.to_owned() });
        }
        signature::check(&declared.signature, &self.signature).map_err(|mismatch| RegisterError::Mismatch {
            plugin: plugin(),
            api_version: self.api_version.clone(),
            hook: hook.to_owned(),
            mismatch,
        })
    }

    fn info(&self, name: &str, hook: &Hook) -> HookImplInfo {
        let text = |option: &HookOption| format!("{} {}", option.name, option.value).trim_end().to_owned();
        HookImplInfo {
            plugin: self.registered.plugin.to_string(),
            hook: name.to_owned(),
            options: self.options.iter().map(text).collect(),
            declared: hook.declared.is_some(),
        }
    }
}
