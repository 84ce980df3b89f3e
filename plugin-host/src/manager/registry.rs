//! Which plugins there are, which hooks, and which hookimpls of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

use hookspec::{
    ErrorPolicy, HookImplOptions, HookSpec, Manifest,
    abi::{self, Signature},
    signature::Mismatch,
};

use super::{
    call::{HookCaller, OpenCall},
    hookimpl::HookImpl,
    order::call_order,
    slot::{Order, Past, Slot},
    trace::Monitors,
};
use crate::{error::RegisterError, growth::advice};

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

/// A hookimpl, as it is shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookImplInfo {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
    /// Its options.
    pub options: HookImplOptions,
    /// Whether it fits the host's declaration of the hook.
    pub fit: HookImplFit,
}

/// Whether a hookimpl fits the host's declaration of its hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookImplFit {
    /// It can be called.
    Fits,
    /// It was compiled against a hook that differs.
    Differs(Mismatch),
    /// The host has not declared the hook.
    Pending,
}

#[derive(Default)]
pub(super) struct Registry {
    hooks: HashMap<String, Hook>,
    plugins: Vec<Registered>,
    blocked: BTreeSet<String>,
    monitors: Monitors,
}

/// A plugin, and what tells its registration from every other one of the name.
struct Registered {
    info: PluginInfo,
    mark: Arc<str>,
}

#[derive(Default)]
struct Hook {
    /// `None` while only plugins have spoken of the hook.
    declared: Option<Declared>,
    /// In the order of registration.
    hookimpls: Vec<Arc<HookImpl>>,
    slot: Arc<Slot>,
}

/// What the host says of a hook.
#[derive(Clone)]
struct Declared {
    signature: Signature,
    is_historic: bool,
    policy: Option<ErrorPolicy>,
    deprecated: Option<&'static str>,
    /// How plugins call it, if they may.
    open: Option<OpenCall>,
}

impl Declared {
    fn is_same(&self, other: &Self) -> bool {
        self.signature == other.signature && self.is_historic == other.is_historic && self.policy == other.policy
    }

    fn check(&self, hook: &str, hookimpl: &HookImpl) -> Result<(), RegisterError> {
        let plugin = || hookimpl.plugin.to_string();
        if self.is_historic && hookimpl.options.is_wrapper {
            return Err(RegisterError::HistoricWrapper { plugin: plugin(), hook: hook.to_owned() });
        }
        hookimpl.fits(&self.signature).map_err(|mismatch| RegisterError::Mismatch {
            plugin: plugin(),
            hook: hook.to_owned(),
            mismatch,
            advice: advice(&hookimpl.plugin, hookimpl.built_for(), &self.signature.interface),
        })
    }
}

/// What a plugin offers that is to be registered.
#[derive(Clone)]
pub(super) struct Offered {
    pub(super) info: PluginInfo,
    /// The plugin's name: this very one is the mark of its registration.
    pub(super) mark: Arc<str>,
    /// Its hookimpls, by their hooks.
    hookimpls: BTreeMap<String, Vec<Arc<HookImpl>>>,
}

impl Offered {
    /// Takes what a plugin offers across the boundary.
    pub(super) fn new(info: PluginInfo, offered: impl IntoIterator<Item = abi::HookImpl>) -> Self {
        let mark: Arc<str> = info.name.as_str().into();
        let mut hookimpls = BTreeMap::<_, Vec<_>>::new();
        for hookimpl in offered {
            let of_hook = hookimpls.entry(hookimpl.hook.to_string()).or_default();
            of_hook.push(Arc::new(HookImpl::new(&mark, hookimpl)));
        }
        Self { info, mark, hookimpls }
    }

    fn check_numbers(&self) -> Result<(), RegisterError> {
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

/// What is to be done after the lock on the registry is let go, because it runs the code of plugins
/// or of the host.
#[derive(Default)]
pub(super) struct Afterwards {
    /// Hookimpls of historic hooks, by the hooks' names.
    pub(super) replays: Vec<(String, Arc<HookImpl>)>,
    pub(super) warnings: Vec<(Arc<str>, String)>,
    /// Hookimpls to be dropped.
    dropped: Vec<Arc<HookImpl>>,
}

impl Afterwards {
    fn warn(&mut self, hook: &str, declared: &Declared, hookimpl: &HookImpl) {
        if let Some(why) = declared.deprecated {
            let warning = format!("implements hook `{hook}`, which is deprecated: {why}");
            self.warnings.push((Arc::clone(&hookimpl.plugin), warning));
        }
    }
}

impl Registry {
    /// Declares a hook; gives what its callers share.
    pub(super) fn declare<H: HookSpec>(
        &mut self,
        caller: impl FnOnce(Arc<Slot>) -> HookCaller<H>,
    ) -> Result<(HookCaller<H>, Afterwards), RegisterError> {
        let mut afterwards = Afterwards::default();
        let monitors = self.monitors.clone();
        let hook = self.hooks.entry(H::NAME.to_owned()).or_default();
        let caller = caller(Arc::clone(&hook.slot));
        let declared = Declared {
            signature: H::signature(),
            is_historic: H::HISTORIC,
            policy: H::POLICY,
            deprecated: H::DEPRECATED,
            open: H::OPEN.then(|| caller.open()),
        };
        match &hook.declared {
            Some(earlier) if earlier.is_same(&declared) => {}
            Some(_) => return Err(RegisterError::Conflict(H::NAME.to_owned())),
            None => {
                for hookimpl in &hook.hookimpls {
                    declared.check(H::NAME, hookimpl)?;
                    afterwards.warn(H::NAME, &declared, hookimpl);
                }
                hook.publish(H::NAME, &monitors)?;
                hook.declared = Some(declared);
            }
        }
        Ok((caller, afterwards))
    }

    /// How plugins call the hook, and its signature; `None` when there is no such hook that is open
    /// to them.
    pub(super) fn open(&self, hook: &str) -> Option<(OpenCall, Signature)> {
        let declared = self.hooks.get(hook)?.declared.as_ref()?;
        Some((declared.open.clone()?, declared.signature.clone()))
    }

    /// How plugins call the hooks that are open to them and that `plugin` implements.
    #[cfg(feature = "cli")]
    pub(super) fn open_hooks_of(&self, plugin: &str) -> Vec<OpenCall> {
        let is_its = |hook: &&Hook| hook.hookimpls.iter().any(|hookimpl| &*hookimpl.plugin == plugin);
        self.hooks.values().filter(is_its).filter_map(|hook| hook.declared.as_ref()?.open.clone()).collect()
    }

    pub(super) fn check_name(&self, name: &str) -> Result<(), RegisterError> {
        if self.blocked.contains(name) {
            return Err(RegisterError::Blocked(name.to_owned()));
        }
        if self.plugins.iter().any(|plugin| plugin.info.name == name) {
            return Err(RegisterError::Duplicate(name.to_owned()));
        }
        Ok(())
    }

    pub(super) fn block(&mut self, name: &str) {
        self.blocked.insert(name.to_owned());
    }

    pub(super) fn unblock(&mut self, name: &str) -> bool {
        self.blocked.remove(name)
    }

    pub(super) fn is_blocked(&self, name: &str) -> bool {
        self.blocked.contains(name)
    }

    pub(super) fn plugins(&self) -> impl Iterator<Item = &PluginInfo> {
        self.plugins.iter().map(|plugin| &plugin.info)
    }

    /// The mark of the plugin of this name.
    pub(super) fn mark(&self, name: &str) -> Option<Arc<str>> {
        self.plugins.iter().find(|plugin| plugin.info.name == name).map(|plugin| Arc::clone(&plugin.mark))
    }

    /// Whether the hookimpls of a plugin could all be attached.
    pub(super) fn check(&self, offered: &Offered) -> Result<(), RegisterError> {
        offered.check_numbers()?;
        for (name, new) in &offered.hookimpls {
            let Some((hook, declared)) = self.declared(name) else { continue };
            for hookimpl in new {
                declared.check(name, hookimpl)?;
            }
            order_of(name, hook.hookimpls.iter().chain(new), &self.monitors)?;
        }
        Ok(())
    }

    fn declared(&self, name: &str) -> Option<(&Hook, &Declared)> {
        let hook = self.hooks.get(name)?;
        Some((hook, hook.declared.as_ref()?))
    }

    pub(super) fn attach(&mut self, offered: Offered, afterwards: &mut Afterwards) -> Result<(), RegisterError> {
        self.check_name(&offered.info.name)?;
        // Everything is checked before the first hookimpl can be called.
        self.check(&offered)?;
        let Offered { info, mark, hookimpls } = offered;
        self.plugins.push(Registered { info, mark });
        for (name, new) in hookimpls {
            let hook = self.hooks.entry(name.clone()).or_default();
            if let Some(declared) = &hook.declared {
                for hookimpl in &new {
                    afterwards.warn(&name, declared, hookimpl);
                }
                if declared.is_historic {
                    for hookimpl in &new {
                        hookimpl.set_live(false);
                        afterwards.replays.push((name.clone(), Arc::clone(hookimpl)));
                    }
                }
            }
            hook.hookimpls.extend(new);
            if hook.declared.is_some() {
                hook.publish(&name, &self.monitors)?;
            }
        }
        Ok(())
    }

    /// Takes away the plugin that was registered under `mark`, and no other of its name.
    pub(super) fn detach(&mut self, mark: &Arc<str>, afterwards: &mut Afterwards) -> Option<PluginInfo> {
        for (name, hook) in &mut self.hooks {
            let (gone, kept): (Vec<_>, Vec<_>) =
                hook.hookimpls.drain(..).partition(|hookimpl| Arc::ptr_eq(&hookimpl.plugin, mark));
            hook.hookimpls = kept;
            if hook.declared.is_some() && !gone.is_empty() {
                // Taking one away makes no cycle.
                let _ = hook.publish(name, &self.monitors);
            }
            afterwards.dropped.extend(gone);
        }
        let index = self.plugins.iter().position(|plugin| Arc::ptr_eq(&plugin.mark, mark))?;
        Some(self.plugins.remove(index).info)
    }

    /// The past call `index` of a historic hook, and who watches it. When there is none, calls
    /// reach `hookimpl` from now on.
    pub(super) fn past(&mut self, hook: &str, hookimpl: &Arc<HookImpl>, index: usize) -> Option<(Past, Monitors)> {
        let monitors = self.monitors.clone();
        let past = self.hooks.get_mut(hook)?.past(hook, hookimpl, index, &monitors)?;
        Some((past, monitors))
    }

    pub(super) fn change_monitors(&mut self, change: impl FnOnce(&Monitors) -> Monitors) {
        self.monitors = change(&self.monitors);
        for hook in self.hooks.values() {
            let order = Order { monitors: self.monitors.clone(), ..Order::clone(&hook.slot.order()) };
            hook.slot.set_order(order);
        }
    }

    /// The hookimpls of every plugin: by hook name, then in the order of registration.
    pub(super) fn hookimpls(&self) -> Vec<HookImplInfo> {
        let mut hooks: Vec<_> = self.hooks.iter().collect();
        hooks.sort_by_key(|(name, _)| *name);
        let infos = |(name, hook): (&String, &Hook)| -> Vec<HookImplInfo> {
            hook.hookimpls.iter().map(|hookimpl| info_of(name, hookimpl, hook.declared.as_ref())).collect()
        };
        hooks.into_iter().flat_map(infos).collect()
    }

    /// The hookimpls that a plugin offers, which is not registered.
    pub(super) fn describe(&self, offered: &Offered) -> Vec<HookImplInfo> {
        let infos = |(name, new): (&String, &Vec<Arc<HookImpl>>)| -> Vec<HookImplInfo> {
            let declared = self.declared(name).map(|(_, declared)| declared);
            new.iter().map(|hookimpl| info_of(name, hookimpl, declared)).collect()
        };
        offered.hookimpls.iter().flat_map(infos).collect()
    }
}

fn info_of(hook: &str, hookimpl: &HookImpl, declared: Option<&Declared>) -> HookImplInfo {
    let fit = match declared.map(|declared| hookimpl.fits(&declared.signature)) {
        None => HookImplFit::Pending,
        Some(Ok(())) => HookImplFit::Fits,
        Some(Err(mismatch)) => HookImplFit::Differs(mismatch),
    };
    HookImplInfo { plugin: hookimpl.plugin.to_string(), hook: hook.to_owned(), options: hookimpl.options.clone(), fit }
}

impl Hook {
    /// Lets calls from now on see the hookimpls as they are.
    fn publish(&self, name: &str, monitors: &Monitors) -> Result<(), RegisterError> {
        let live = self.hookimpls.iter().filter(|hookimpl| hookimpl.is_live());
        self.slot.set_order(order_of(name, live, monitors)?);
        Ok(())
    }

    fn past(&mut self, name: &str, hookimpl: &Arc<HookImpl>, index: usize, monitors: &Monitors) -> Option<Past> {
        let place = self.hookimpls.iter().position(|other| Arc::ptr_eq(other, hookimpl))?;
        let slot = Arc::clone(&self.slot);
        // Held over both, so that a historic call reaches the hookimpl either by itself or by its
        // replay.
        let history = slot.history();
        let past = history.get(index).cloned();
        if past.is_none() {
            self.hookimpls[place].set_live(true);
            // The order with all of them was found free of cycles when they were attached.
            let _ = self.publish(name, monitors);
        }
        past
    }
}

fn order_of<'a>(
    hook: &str,
    hookimpls: impl Iterator<Item = &'a Arc<HookImpl>>,
    monitors: &Monitors,
) -> Result<Order, RegisterError> {
    let (wrappers, plain): (Vec<_>, Vec<_>) = hookimpls.cloned().partition(|hookimpl| hookimpl.options.is_wrapper);
    Ok(Order { wrappers: call_order(hook, &wrappers)?, plain: call_order(hook, &plain)?, monitors: monitors.clone() })
}
