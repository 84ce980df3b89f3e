//! Holds the plugins of a program, and calls its hooks.

mod call;
mod depth;
mod failures;
mod hookimpl;
mod nesting;
mod offered;
mod order;
mod registry;
mod shared;
mod slot;
#[cfg(feature = "cli")]
mod timed;
mod trace;
mod turn;
mod waiting;

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use hookspec::{
    Error, ErrorPolicy, HookSpec, Host, LogLevel, Plugin,
    abi::{HookImpl as HookImplOfPlugin, Object, Signature, Value, guard},
    plugin, signature,
};

#[cfg(feature = "cli")]
pub(crate) use self::timed::Timings;
pub use self::{
    call::{ExtraHookImpl, HookCaller, NamedAnswer},
    failures::CountedFailure,
    offered::PluginInfo,
    registry::{HookImplFit, HookImplInfo},
    trace::{HookCall, HookCallOutcome, Monitor, Tracer},
};
use self::{
    failures::Failures,
    hookimpl::HookImpl,
    nesting::{CallsAtOnce, TooNested},
    offered::Offered,
    registry::{Afterwards, Registry},
    slot::Loader,
    trace::Monitors,
    turn::Turn,
    waiting::{Begun, Waiting},
};
use crate::{
    discover::PluginFile,
    ends::Ends,
    error::{FailureKind, HookError, LoadError, LoadProblem, PendingError, RegisterError, StartError},
    inspect::{self, OpenLibrary},
    load,
    services::{HostServices, OpenCalls, host_for},
    trust::Trust,
    verify::VerifiedPlugin,
};

/// A plugin that is made, with its hookimpls.
type Started = (PluginInfo, Vec<HookImplOfPlugin>);

/// Holds the plugins of a program and the hooks they may implement.
///
/// All methods take `&self` and may be called from any thread.
pub struct PluginManager {
    shared: Arc<Shared>,
}

/// What the manager shares with its plugins, which hold it weakly.
struct Shared {
    services: Arc<dyn HostServices>,
    failures: Arc<Failures>,
    registry: Mutex<Registry>,
    turn: Turn,
    open_calls: CallsAtOnce,
    /// The first call of a plugin that was one too many.
    endless: OnceLock<HookError>,
    /// Dropped when the plugins are, which may print as they go.
    ends: Ends,
}

impl fmt::Debug for PluginManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginManager").field("plugins", &self.plugins()).finish_non_exhaustive()
    }
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
        let services: Arc<dyn HostServices> = Arc::new(services);
        let failures = Arc::new(Failures::new(Arc::clone(&services), policy));
        let (registry, turn, open_calls) = (Mutex::default(), Turn::default(), CallsAtOnce::default());
        let (endless, ends) = (OnceLock::new(), Ends::default());
        Self { shared: Arc::new(Shared { services, failures, registry, turn, open_calls, endless, ends }) }
    }

    /// Declares a hook, which lets it be called and plugins for it be checked. Declaring it again
    /// gives another caller.
    ///
    /// # Errors
    /// When a hookimpl that was registered before does not fit; then the hook stays undeclared.
    /// When another hook of this name, with other types or options, is declared already.
    pub fn declare<H: HookSpec>(&self, hook: H) -> Result<HookCaller<H>, RegisterError> {
        let _ = hook;
        let failures = Arc::clone(&self.shared.failures);
        let declared = self.registry().declare(|slot| HookCaller::new(slot, failures));
        let (caller, afterwards) = declared?;
        self.finish(afterwards)?;
        Ok(caller)
    }

    /// Loads the library that [`discover`](crate::discover) found, and registers its plugin.
    ///
    /// # Errors
    /// What is wrong with the library or its plugin; what [`discover`](crate::discover) has refused
    /// stays refused. A name that is blocked or taken is refused before anything is loaded.
    pub fn load(&self, file: &PluginFile) -> Result<PluginInfo, LoadError> {
        self.load_changed(file, |_, hookimpl| hookimpl)
    }

    /// The same, and measures that and each call of the plugin's hookimpls.
    #[cfg(feature = "cli")]
    pub(crate) fn load_timed(&self, file: &PluginFile, timings: &Timings) -> Result<PluginInfo, LoadError> {
        let start = std::time::Instant::now();
        let loaded = self.load_changed(file, |plugin, hookimpl| timings.timed(plugin, hookimpl))?;
        timings.add(&loaded.name, "(load)", start.elapsed());
        Ok(loaded)
    }

    fn load_changed(
        &self,
        file: &PluginFile,
        change: impl Fn(&str, HookImplOfPlugin) -> HookImplOfPlugin,
    ) -> Result<PluginInfo, LoadError> {
        let path = file.path();
        let refuse = |error| LoadError::new(path, LoadProblem::Register(error));
        let library = file.open()?;
        self.registry().check_name(&library.description.manifest.name).map_err(refuse)?;
        let (info, hookimpls) = self.start(library)?;
        let hookimpls = hookimpls.into_iter().map(|hookimpl| change(&info.name, hookimpl));
        self.attach(Offered::new(info.clone(), hookimpls)).map_err(refuse)?;
        Ok(info)
    }

    fn start(&self, library: OpenLibrary<'_>) -> Result<Started, LoadError> {
        let manifest = library.description.manifest.clone();
        let info = PluginInfo::of_library(manifest, library.path.to_owned());
        let hookimpls = load::load(library, self.host_for(&info.name), &self.shared.ends)?;
        Ok((info, hookimpls))
    }

    /// Registers the plugin of a library that [`discover`](crate::discover) found, and loads it when
    /// one of the hooks that it [lists](hookspec::Plugin::HOOKS) is first called. Its place among the
    /// others is that of its registration. A plugin is loaded at once that lists none, one that is
    /// not declared, or one that is historic.
    ///
    /// `failed` hears of a library that cannot be loaded when it is needed, which is then no longer
    /// registered; one that is another by then is not loaded. The call that has loaded a plugin goes
    /// on with it, and calls in other threads wait for that: a plugin that is being made does not wait
    /// for another thread which calls a hook.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_when_called(
        &self,
        file: &PluginFile,
        failed: impl Fn(&LoadError) + Send + Sync + 'static,
    ) -> Result<PluginInfo, LoadError> {
        let load = |manager: &Self, file: &PluginFile| manager.start(file.open_unchanged()?);
        match self.wait(file, load, failed)? {
            Some(info) => Ok(info),
            None => self.load(file),
        }
    }

    /// The same, and measures the load, whenever it is, and each call of the plugin's hookimpls.
    #[cfg(feature = "cli")]
    pub(crate) fn load_timed_when_called(
        &self,
        file: &PluginFile,
        timings: &Arc<Timings>,
        failed: impl Fn(&LoadError) + Send + Sync + 'static,
    ) -> Result<PluginInfo, LoadError> {
        let kept = Arc::clone(timings);
        let load = move |manager: &Self, file: &PluginFile| {
            let start = std::time::Instant::now();
            let (info, hookimpls) = manager.start(file.open_unchanged()?)?;
            kept.add(&info.name, "(load)", start.elapsed());
            let hookimpls = hookimpls.into_iter().map(|hookimpl| kept.timed(&info.name, hookimpl)).collect();
            Ok((info, hookimpls))
        };
        match self.wait(file, load, failed)? {
            Some(info) => Ok(info),
            None => self.load_timed(file, timings),
        }
    }

    /// Registers a plugin that waits for a call; `None` when it cannot.
    fn wait(
        &self,
        file: &PluginFile,
        load: impl Fn(&Self, &PluginFile) -> Result<Started, LoadError> + Send + Sync + 'static,
        failed: impl Fn(&LoadError) + Send + Sync + 'static,
    ) -> Result<Option<PluginInfo>, LoadError> {
        let manifest = file.manifest().map_err(Clone::clone)?;
        let Some(hooks) = manifest.hooks.clone() else { return Ok(None) };
        let info = PluginInfo::of_library(manifest.clone(), file.path().to_owned());
        let mark: Arc<str> = info.name.as_str().into();
        let (shared, kept, in_time) = (Arc::downgrade(&self.shared), file.clone(), Arc::clone(&mark));
        let load = move || {
            let shared = shared.upgrade().ok_or_else(|| LoadError::new(kept.path(), LoadProblem::Changed))?;
            let (info, hookimpls) = load(&PluginManager { shared }, &kept)?;
            Ok(Offered::marked(info, Arc::clone(&in_time), hookimpls))
        };
        let (commands, begun) = (manifest.commands.clone(), Begun::default());
        let waiting = Waiting { mark, hooks, commands, load: Box::new(load), failed: Box::new(failed), begun };
        let shared: Weak<Shared> = Arc::downgrade(&self.shared);
        let loader: Weak<dyn Loader> = shared;
        let waits = self.registry().wait(info.clone(), &Arc::new(waiting), &loader);
        let waits = waits.map_err(|error| LoadError::new(file.path(), LoadProblem::Register(error)))?;
        Ok(waits.then_some(info))
    }

    fn load_waiting(&self, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool) {
        let _turn = self.shared.turn.take();
        loop {
            let next = self.registry().next_waiting(hook, is_wanted);
            let Some(waiting) = next else { break };
            if let Err(error) = (waiting.load)().and_then(|offered| self.attach_waiting(&waiting, offered)) {
                self.detach(&waiting.mark);
                (waiting.failed)(&error);
            }
        }
    }

    fn attach_waiting(&self, waiting: &Waiting, offered: Offered) -> Result<(), LoadError> {
        let mut afterwards = Afterwards::default();
        // Kept until the lock is let go, as in `attach`.
        let kept = offered.clone();
        let attached = self.registry().attach_waiting(waiting, offered, &mut afterwards);
        let outcome = attached.and_then(|()| self.finish(afterwards));
        outcome.map_err(|error| LoadError::new(kept.path(), LoadProblem::Register(error)))
    }

    /// Loads the library at `path`, and tells of each hookimpl and whether [`load`](Self::load)
    /// would register its plugin, which is not done.
    ///
    /// This runs the library's code; a program that must outlive a library which crashes does it in
    /// a process of its own. Whose the file is does not count: who names it wants it run. In whose
    /// folders it has other libraries looked for does, by `trust`.
    ///
    /// # Errors
    /// What is wrong with the library, as far as it keeps its hookimpls from being known.
    pub fn verify(&self, path: &Path, trust: Trust) -> Result<VerifiedPlugin, LoadError> {
        self.verify_offered(path, trust).map(|(verified, _)| verified)
    }

    /// The same for a trial, whose manager is there for this plugin alone: where nothing is wrong
    /// it is registered, so that what it does can be seen, until it is
    /// [unregistered](Self::unregister).
    #[cfg(feature = "cli")]
    pub(crate) fn verify_and_keep(&self, path: &Path, trust: Trust) -> Result<VerifiedPlugin, LoadError> {
        let (mut verified, offered) = self.verify_offered(path, trust)?;
        if verified.problem.is_none() {
            let kept = self.attach(offered);
            verified.problem = kept.err().map(|error| LoadError::new(path, LoadProblem::Register(error)));
        }
        Ok(verified)
    }

    /// Calls each hook that plugins may call and that this plugin implements, with an argument that
    /// has nothing in it. The error is that of calls without an end.
    #[cfg(feature = "cli")]
    pub(crate) fn rehearse_open_hooks(&self, plugin: &str) -> Result<(), HookError> {
        let calls = self.registry().open_hooks_of(plugin);
        for call in calls {
            // An argument without anything in it may be an error to the plugin, and rightly so.
            let _ = call(Object::empty());
        }
        self.shared.endless.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    fn verify_offered(&self, path: &Path, trust: Trust) -> Result<(VerifiedPlugin, Offered), LoadError> {
        let refuse = |error| LoadError::new(path, LoadProblem::Register(error));
        let library = inspect::look(path, trust)?;
        let manifest = library.description.manifest.clone();
        self.registry().check_name(&manifest.name).map_err(refuse)?;
        let (info, hookimpls) = self.start(library)?;
        let offered = Offered::new(info, hookimpls);
        let registry = self.registry();
        let (hookimpls, checked) = (registry.describe(&offered), registry.check(&offered).map_err(refuse));
        drop(registry);
        Ok((VerifiedPlugin { manifest, hookimpls, problem: checked.err() }, offered))
    }

    /// Registers a plugin of the host's own, made by [`Plugin::new`].
    ///
    /// # Errors
    /// When the plugin cannot be made, or the manager would not have it; a name that is blocked or
    /// taken is refused before the plugin is made.
    pub fn register<P: Plugin>(&self, name: &str) -> Result<(), RegisterError> {
        self.registry().check_name(name)?;
        let made = guard(|| P::new(self.host_for(name)).map_err(Error::from)).map_err(Error::from_failure);
        let plugin = made.and_then(|plugin| plugin).map_err(|error| not_started(name, error))?;
        self.register_value(name, plugin)
    }

    /// Registers a plugin of the host's own that is made already.
    ///
    /// # Errors
    /// When the manager would not have it.
    pub fn register_value<P: Plugin>(&self, name: &str, plugin: P) -> Result<(), RegisterError> {
        let named = plugin::hookimpls(plugin);
        let hookimpls = named.map_err(|failure| not_started(name, Error::from_failure(failure)))?;
        self.attach(Offered::new(PluginInfo::own(name), hookimpls))
    }

    /// Has the libraries of the plugins write out what they have printed: each has a standard
    /// library of its own, and so a buffer.
    ///
    /// Done when the manager is dropped. A program that ends by [`std::process::exit`] does it
    /// first.
    pub fn flush(&self) {
        self.shared.ends.flush();
    }

    /// Detaches a plugin's hookimpls and gives what there was. Its library stays loaded, and it may
    /// be registered again.
    pub fn unregister(&self, name: &str) -> Option<PluginInfo> {
        let mark = self.registry().mark(name)?;
        self.detach(&mark)
    }

    fn detach(&self, mark: &Arc<str>) -> Option<PluginInfo> {
        let mut afterwards = Afterwards::default();
        let info = self.registry().detach(mark, &mut afterwards);
        // Only drops what the plugin left behind, which cannot fail.
        let _ = self.finish(afterwards);
        info
    }

    /// Refuses plugins of this name from now on, and unregisters the one there is. A name that no
    /// plugin has is remembered.
    pub fn block(&self, name: &str) {
        self.registry().block(name);
        self.unregister(name);
    }

    /// Takes [`block`](Self::block) back. Whether the name was blocked.
    pub fn unblock(&self, name: &str) -> bool {
        self.registry().unblock(name)
    }

    /// Whether plugins of this name are refused.
    pub fn is_blocked(&self, name: &str) -> bool {
        self.registry().is_blocked(name)
    }

    /// The plugins, in the order of their registration.
    pub fn plugins(&self) -> Vec<PluginInfo> {
        self.registry().plugins().cloned().collect()
    }

    /// The plugin of this name.
    pub fn plugin(&self, name: &str) -> Option<PluginInfo> {
        self.registry().plugins().find(|plugin| plugin.name == name).cloned()
    }

    /// The hookimpls of every plugin: by hook name, then in the order of registration.
    pub fn hookimpls(&self) -> Vec<HookImplInfo> {
        self.registry().hookimpls()
    }

    /// Hookimpls of hooks that the host has not declared, those left out that are optional.
    pub fn pending(&self) -> Vec<HookImplInfo> {
        let mut pending = self.registry().pending();
        pending.retain(|info| !info.options.is_optional);
        pending
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

    /// The failures that the host heard of, in the order in which they first came. It hears of each
    /// once, and of how often it came here. Only the first 64 are counted; those that differ from
    /// them are heard of each time.
    pub fn failures(&self) -> Vec<CountedFailure> {
        self.shared.failures.all()
    }

    /// Watches every hook call, until the guard is dropped.
    pub fn monitor(&self, monitor: impl Monitor) -> MonitorGuard<'_> {
        let monitor: Arc<dyn Monitor> = Arc::new(monitor);
        self.change_monitors(|monitors| monitors.with(Arc::clone(&monitor)));
        MonitorGuard { manager: self, monitor }
    }

    fn change_monitors(&self, change: impl FnOnce(&Monitors) -> Monitors) {
        let unused = self.registry().change_monitors(change);
        drop(unused);
    }

    fn host_for(&self, plugin: &str) -> Host {
        let shared: Weak<Shared> = Arc::downgrade(&self.shared);
        host_for(&self.shared.services, shared, plugin)
    }

    /// What is offered is made before the lock is taken, and kept until it is let go: dropping it
    /// may run the plugin's code.
    fn attach(&self, offered: Offered) -> Result<(), RegisterError> {
        let mut afterwards = Afterwards::default();
        let attached = self.registry().attach(offered.clone(), &mut afterwards);
        attached?;
        let outcome = self.finish(afterwards);
        if outcome.is_err() {
            // By now the name may be another plugin's.
            self.detach(&offered.mark);
        }
        outcome
    }

    fn finish(&self, afterwards: Afterwards) -> Result<(), RegisterError> {
        for (plugin, warning) in &afterwards.warnings {
            self.shared.services.log(plugin, LogLevel::Warn, warning);
        }
        for (hook, hookimpl) in &afterwards.replays {
            self.replay(hook, hookimpl).map_err(RegisterError::Replay)?;
        }
        Ok(())
    }

    /// Gives a hookimpl of a historic hook the past calls, those made meanwhile included, and then
    /// lets calls reach it.
    ///
    /// Ends early when the plugin is unregistered meanwhile, which it may do itself.
    fn replay(&self, hook: &str, hookimpl: &Arc<HookImpl>) -> Result<(), HookError> {
        for next in 0.. {
            let past = self.registry().past(hook, hookimpl, next);
            let Some((past, monitors)) = past else { break };
            past.replay(hook, hookimpl, &monitors)?;
        }
        Ok(())
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.shared.registry()
    }
}

fn not_started(plugin: &str, error: Error) -> RegisterError {
    RegisterError::Start(StartError::new(plugin, error))
}

impl Shared {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Every change is completed or undone before the lock is let go, so a panic elsewhere
        // leaves nothing half done.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Says once that a call is not made, as a plugin may go on without a word.
    fn refuse_nested(&self, plugin: &str, hook: &str, problem: &TooNested) -> Error {
        let message = format!("hook `{hook}` is not called: {problem}");
        let error = HookError::new(plugin, hook, FailureKind::Failed, Error::new(message));
        if self.endless.set(error.clone()).is_ok() {
            self.failures.tell(&error);
        }
        Error::new(error.message)
    }
}

impl Loader for Shared {
    fn load_waiting(self: Arc<Self>, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool) {
        PluginManager { shared: self }.load_waiting(hook, is_wanted);
    }
}

impl OpenCalls for Shared {
    fn call_open(
        &self,
        plugin: &str,
        hook: &str,
        signature: &Signature,
        args: Object,
    ) -> Result<Value<'static>, Error> {
        let open = self.registry().open(hook);
        let Some((call, declared)) = open else {
            return Err(Error::new(format_args!("this program has no hook `{hook}` that plugins may call")));
        };
        signature::check(&declared, signature)
            .map_err(|mismatch| Error::new(format_args!("cannot call hook `{hook}`: {mismatch}")))?;
        if !self.services.allows_call(plugin, hook) {
            return Err(Error::new(format_args!("this program does not let plugins call the hook `{hook}` now")));
        }
        let _nested = self.open_calls.begin().map_err(|problem| self.refuse_nested(plugin, hook, &problem))?;
        Ok(call(args)?)
    }
}
