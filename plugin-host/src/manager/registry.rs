//! Which plugins there are, which hooks, and which hookimpls of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, LazyLock, Weak},
};

use hookspec::{ErrorPolicy, HookImplOptions, HookSpec, abi::Signature, signature::Mismatch};

use super::{
    call::{HookCaller, OpenCall},
    hookimpl::HookImpl,
    offered::{Offered, PluginInfo},
    slot::{Loader, Order, Past, Slot, Unused},
    trace::Monitors,
    waiting::Waiting,
};
use crate::{error::RegisterError, growth::advice};

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
    /// In the order of registration.
    plugins: Vec<Registered>,
    /// The marks of the plugins, which are their names, too.
    marks: HashSet<Arc<str>>,
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
    /// Plugins that list the hook and are not loaded, in the order of registration.
    waiting: Vec<Arc<Waiting>>,
    /// Whether a hookimpl was ever among these that wants to be before or after another.
    has_wishes: bool,
    slot: Arc<Slot>,
}

/// What the host says of a hook.
struct Declared {
    /// Described when a plugin has a hookimpl of the hook: most hooks are nobody's.
    signature: LazyLock<Signature, fn() -> Signature>,
    is_historic: bool,
    policy: Option<ErrorPolicy>,
    deprecated: Option<&'static str>,
    /// How plugins call it, if they may.
    open: Option<OpenCall>,
}

impl Declared {
    fn is_same(&self, other: &Self) -> bool {
        *self.signature == *other.signature && self.is_historic == other.is_historic && self.policy == other.policy
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

/// What is to be done after the lock on the registry is let go, because it runs the code of plugins
/// or of the host.
#[derive(Default)]
pub(super) struct Afterwards {
    /// Hookimpls of historic hooks, by the hooks' names.
    pub(super) replays: Vec<(String, Arc<HookImpl>)>,
    pub(super) warnings: Vec<(Arc<str>, String)>,
    /// Hookimpls to be dropped.
    dropped: Vec<Arc<HookImpl>>,
    /// Orders that had them.
    unused: Vec<Unused>,
}

impl Afterwards {
    /// A list that leaves out a hook has kept the plugin from being called.
    fn warn_of_unlisted<'a>(&mut self, waiting: &Waiting, implemented: impl Iterator<Item = &'a String>) {
        for hook in implemented.filter(|hook| !waiting.lists(hook)) {
            let warning = format!("implements hook `{hook}`, which its list leaves out: it was not called until now");
            self.warnings.push((Arc::clone(&waiting.mark), warning));
        }
    }

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
            signature: LazyLock::new(H::signature),
            is_historic: H::HISTORIC,
            policy: H::POLICY,
            deprecated: H::DEPRECATED,
            open: H::OPEN.then(|| caller.open()),
        };
        match &hook.declared {
            Some(earlier) if earlier.is_same(&declared) => {}
            Some(_) => return Err(RegisterError::Conflict(H::NAME.to_owned())),
            None => {
                for hookimpl in &hook.slot.registered().hookimpls {
                    declared.check(H::NAME, hookimpl)?;
                    afterwards.warn(H::NAME, &declared, hookimpl);
                }
                Order::of(H::NAME, hook.slot.registered().hookimpls.iter(), &monitors)?;
                hook.slot.change(|registered| registered.begin(monitors));
                hook.declared = Some(declared);
            }
        }
        Ok((caller, afterwards))
    }

    /// How plugins call the hook, and its signature; `None` when there is no such hook that is open
    /// to them.
    pub(super) fn open(&self, hook: &str) -> Option<(OpenCall, Signature)> {
        let declared = self.hooks.get(hook)?.declared.as_ref()?;
        Some((declared.open.clone()?, Signature::clone(&declared.signature)))
    }

    /// How plugins call the hooks that are open to them and that `plugin` implements.
    #[cfg(feature = "cli")]
    pub(super) fn open_hooks_of(&self, plugin: &str) -> Vec<OpenCall> {
        let is_its = |hook: &&Hook| hook.slot.registered().hookimpls.iter().any(|hookimpl| &*hookimpl.plugin == plugin);
        self.hooks.values().filter(is_its).filter_map(|hook| hook.declared.as_ref()?.open.clone()).collect()
    }

    pub(super) fn check_name(&self, name: &str) -> Result<(), RegisterError> {
        if self.blocked.contains(name) {
            return Err(RegisterError::Blocked(name.to_owned()));
        }
        if self.marks.contains(name) {
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
        self.marks.get(name).map(Arc::clone)
    }

    /// Whether the hookimpls of a plugin could all be attached.
    pub(super) fn check(&self, offered: &Offered) -> Result<(), RegisterError> {
        offered.check_numbers()?;
        for (name, new) in &offered.hookimpls {
            let Some((hook, declared)) = self.declared(name) else { continue };
            for hookimpl in new {
                declared.check(name, hookimpl)?;
            }
            let registered = hook.slot.registered();
            let mut all = registered.hookimpls.iter().chain(new);
            // Else there is no order that cannot be made.
            if hook.has_wishes || new.iter().any(has_wishes) {
                Order::of(name, all.by_ref(), &self.monitors)?;
            }
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
        self.marks.insert(Arc::clone(&mark));
        self.plugins.push(Registered { info, mark });
        self.add(hookimpls, &HashSet::new(), afterwards);
        Ok(())
    }

    /// Adds hookimpls of one plugin before those of the plugins that were registered `later`.
    fn add(
        &mut self,
        hookimpls: BTreeMap<String, Vec<Arc<HookImpl>>>,
        later: &HashSet<*const u8>,
        afterwards: &mut Afterwards,
    ) {
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
            hook.has_wishes |= new.iter().any(has_wishes);
            hook.slot.change(|registered| registered.add(new, later));
        }
    }

    /// Registers a plugin that waits until one of the hooks that it lists is called. `false` when it
    /// cannot: a hook is missing, about which there is something to say, or has past calls.
    pub(super) fn wait(
        &mut self,
        info: PluginInfo,
        waiting: &Arc<Waiting>,
        loader: &Weak<dyn Loader>,
    ) -> Result<bool, RegisterError> {
        self.check_name(&info.name)?;
        let can_wait = |hook: &String| self.declared(hook).is_some_and(|(_, declared)| !declared.is_historic);
        if !waiting.hooks.iter().all(can_wait) {
            return Ok(false);
        }
        for hook in &waiting.hooks {
            if let Some(hook) = self.hooks.get_mut(hook) {
                hook.waiting.push(Arc::clone(waiting));
                hook.slot.wait(Weak::clone(loader));
            }
        }
        self.marks.insert(Arc::clone(&waiting.mark));
        self.plugins.push(Registered { info, mark: Arc::clone(&waiting.mark) });
        Ok(true)
    }

    /// The first plugin that waits for `hook` and is wanted; whoever gets it loads it.
    pub(super) fn next_waiting(&self, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool) -> Option<Arc<Waiting>> {
        let mut waiting = self.hooks.get(hook)?.waiting.iter();
        let next = waiting.find(|waiting| !waiting.begun.is_set() && is_wanted(waiting))?;
        next.begun.set();
        Some(Arc::clone(next))
    }

    /// Attaches the hookimpls of a plugin that has waited, in its place among those of the others.
    /// They come to nothing when it was unregistered meanwhile.
    pub(super) fn attach_waiting(
        &mut self,
        waiting: &Waiting,
        offered: Offered,
        afterwards: &mut Afterwards,
    ) -> Result<(), RegisterError> {
        let Some(index) = self.plugins.iter().position(|plugin| Arc::ptr_eq(&plugin.mark, &waiting.mark)) else {
            return Ok(());
        };
        self.check(&offered)?;
        afterwards.warn_of_unlisted(waiting, offered.hookimpls.keys().filter(|hook| self.declared(hook).is_some()));
        let later = self.plugins[index + 1..].iter().map(|plugin| plugin.mark.as_ptr()).collect();
        let Offered { info, hookimpls, .. } = offered;
        self.plugins[index].info = info;
        self.add(hookimpls, &later, afterwards);
        self.end_waiting(&waiting.mark);
        Ok(())
    }

    /// Nobody waits for the plugin of this mark any more.
    fn end_waiting(&mut self, mark: &Arc<str>) {
        for hook in self.hooks.values_mut().filter(|hook| !hook.waiting.is_empty()) {
            hook.waiting.retain(|waiting| !Arc::ptr_eq(&waiting.mark, mark));
            if hook.waiting.is_empty() {
                hook.slot.end_waiting();
            }
        }
    }

    /// Takes away the plugin that was registered under `mark`, and no other of its name.
    pub(super) fn detach(&mut self, mark: &Arc<str>, afterwards: &mut Afterwards) -> Option<PluginInfo> {
        for (name, hook) in &mut self.hooks {
            let gone = hook.slot.remove(|hookimpl| Arc::ptr_eq(&hookimpl.plugin, mark));
            if !gone.is_empty() {
                // At once, since the order that there is has them in it.
                afterwards.unused.extend(hook.slot.update(name));
            }
            afterwards.dropped.extend(gone);
        }
        self.end_waiting(mark);
        let index = self.plugins.iter().position(|plugin| Arc::ptr_eq(&plugin.mark, mark))?;
        self.marks.remove(mark);
        Some(self.plugins.remove(index).info)
    }

    /// The past call `index` of a historic hook, and who watches it. When there is none, calls
    /// reach `hookimpl` from now on.
    pub(super) fn past(&mut self, hook: &str, hookimpl: &Arc<HookImpl>, index: usize) -> Option<(Past, Monitors)> {
        let past = self.hooks.get(hook)?.past(hookimpl, index)?;
        Some((past, self.monitors.clone()))
    }

    /// Gives what is to be dropped when the lock on this is let go.
    pub(super) fn change_monitors(&mut self, change: impl FnOnce(&Monitors) -> Monitors) -> Vec<Unused> {
        self.monitors = change(&self.monitors);
        let of_hook = |(name, hook): (&String, &Hook)| {
            hook.slot.change(|registered| registered.watch(self.monitors.clone()));
            hook.slot.update(name)
        };
        self.hooks.iter().filter_map(of_hook).collect()
    }

    /// The hookimpls of every plugin: by hook name, then in the order of registration.
    pub(super) fn hookimpls(&self) -> Vec<HookImplInfo> {
        self.hookimpls_of(|_| true)
    }

    /// Those of hooks that the host has not declared.
    pub(super) fn pending(&self) -> Vec<HookImplInfo> {
        self.hookimpls_of(|hook| hook.declared.is_none())
    }

    fn hookimpls_of(&self, is_meant: impl Fn(&Hook) -> bool) -> Vec<HookImplInfo> {
        let mut hooks: Vec<_> = self.hooks.iter().filter(|(_, hook)| is_meant(hook)).collect();
        hooks.sort_by_key(|(name, _)| *name);
        let infos = |(name, hook): (&String, &Hook)| -> Vec<HookImplInfo> {
            let registered = hook.slot.registered();
            registered.hookimpls.iter().map(|hookimpl| info_of(name, hookimpl, hook.declared.as_ref())).collect()
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
    fn past(&self, hookimpl: &Arc<HookImpl>, index: usize) -> Option<Past> {
        let is_registered = |hookimpls: &[Arc<HookImpl>]| hookimpls.iter().any(|other| Arc::ptr_eq(other, hookimpl));
        if !is_registered(&self.slot.registered().hookimpls) {
            return None;
        }
        // Held over both, so that a historic call reaches the hookimpl either by itself or by its
        // replay.
        let history = self.slot.history();
        let past = history.get(index).cloned();
        if past.is_none() {
            self.slot.change(|registered| registered.enliven(hookimpl));
        }
        past
    }
}

/// Whether a hookimpl says before or after which others it is to be called.
fn has_wishes(hookimpl: &Arc<HookImpl>) -> bool {
    !hookimpl.options.before.is_empty() || !hookimpl.options.after.is_empty()
}
