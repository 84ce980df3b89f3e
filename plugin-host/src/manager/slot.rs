//! What the callers of a hook and its registrations share.

use std::{
    collections::HashSet,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU8, Ordering},
    },
};

use hookspec::HookImplRank;

use super::{
    hookimpl::HookImpl,
    order::call_order,
    shared::Shared,
    trace::{self, Monitors},
    waiting::Waiting,
};
use crate::error::{HookError, RegisterError};

/// The hookimpls of one hook in the order of their calls, and who watches those. Replaced whole, so
/// that calls need no lock.
#[derive(Clone, Default)]
pub(super) struct Order {
    pub(super) wrappers: Vec<Arc<HookImpl>>,
    pub(super) plain: Vec<Arc<HookImpl>>,
    pub(super) monitors: Monitors,
}

impl Order {
    /// The order of hookimpls that come in the order of their registration.
    pub(super) fn of<'a>(
        hook: &str,
        hookimpls: impl Iterator<Item = &'a Arc<HookImpl>>,
        monitors: &Monitors,
    ) -> Result<Self, RegisterError> {
        let (wrappers, plain): (Vec<_>, Vec<_>) = hookimpls.cloned().partition(|hookimpl| hookimpl.options.is_wrapper);
        let (wrappers, plain) = (call_order(hook, &wrappers)?, call_order(hook, &plain)?);
        Ok(Self { wrappers, plain, monitors: monitors.clone() })
    }

    /// Whether a call comes to nothing: nobody is called, and nobody watches.
    fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.wrappers.is_empty() && self.monitors.is_empty()
    }

    /// Passes over the hookimpls of `plugins`.
    pub(super) fn without(&self, plugins: &[String]) -> Self {
        let is_kept = |hookimpl: &&Arc<HookImpl>| !plugins.iter().any(|name| **name == *hookimpl.plugin);
        Self {
            wrappers: self.wrappers.iter().filter(is_kept).cloned().collect(),
            plain: self.plain.iter().filter(is_kept).cloned().collect(),
            monitors: self.monitors.clone(),
        }
    }

    /// With `extra` as if registered last.
    pub(super) fn with_extra(&self, extra: Vec<Arc<HookImpl>>) -> Self {
        let mut order = self.clone();
        let first = order.plain.iter().take_while(|hookimpl| hookimpl.options.rank == HookImplRank::First).count();
        order.plain.splice(first..first, extra.into_iter().rev());
        order
    }

    /// The plugins whose hookimpls are called, wrappers aside, in that order.
    pub(super) fn plugins(&self) -> impl Iterator<Item = &str> + Clone {
        self.plain.iter().map(|hookimpl| &*hookimpl.plugin)
    }
}

/// Nobody is called: so it is with most hooks of most programs.
const NOBODY: u8 = 0;
/// The order has all who are called.
const READY: u8 = 1;
/// Hookimpls were added since the order was made.
const OUTDATED: u8 = 2;
/// Plugins are to be loaded first.
const WAITING: u8 = 3;

/// Loads the plugins that wait.
pub(super) trait Loader: Send + Sync {
    /// Loads those that wait for `hook` and are wanted. When this returns, each of them can be called
    /// or has failed, unless this thread is loading it.
    fn load_waiting(self: Arc<Self>, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool);
}

/// What a hook's callers and its registrations share.
#[derive(Default)]
pub(super) struct Slot {
    order: Shared<Order>,
    /// What a call is to do, which follows from what is registered.
    state: AtomicU8,
    registered: Mutex<Registrations>,
    /// Who loads the plugins that wait for a call, once there was one.
    loader: OnceLock<Weak<dyn Loader>>,
    /// Calls of a historic hook. Whoever changes the order or adds a call holds it, so that each
    /// hookimpl gets each call once.
    history: Mutex<Vec<Past>>,
}

/// What calls are to reach, once the order is made of it.
#[derive(Default)]
pub(super) struct Registrations {
    /// In the order of registration.
    pub(super) hookimpls: Vec<Arc<HookImpl>>,
    pub(super) monitors: Monitors,
    /// Whether the order lacks some of the hookimpls. It is made when it is called for, since to make
    /// it anew for each of many would take as long as their number squared.
    is_outdated: bool,
    is_waiting: bool,
}

impl Registrations {
    /// Now that the hook is declared, calls reach what was registered before.
    pub(super) fn begin(&mut self, monitors: Monitors) {
        self.is_outdated = !self.hookimpls.is_empty() || !monitors.is_empty();
        self.monitors = monitors;
    }

    pub(super) fn watch(&mut self, monitors: Monitors) {
        self.is_outdated = true;
        self.monitors = monitors;
    }

    /// Adds hookimpls of one plugin before those of the plugins that were registered `later`.
    pub(super) fn add(&mut self, new: Vec<Arc<HookImpl>>, later: &HashSet<*const u8>) {
        self.is_outdated = true;
        if later.is_empty() {
            self.hookimpls.extend(new);
            return;
        }
        let is_later = |hookimpl: &Arc<HookImpl>| later.contains(&hookimpl.plugin.as_ptr());
        let place = self.hookimpls.iter().position(is_later).unwrap_or(self.hookimpls.len());
        self.hookimpls.splice(place..place, new);
    }

    /// Lets calls from now on reach a hookimpl that has got the past ones.
    pub(super) fn enliven(&mut self, hookimpl: &HookImpl) {
        self.is_outdated = true;
        hookimpl.set_live(true);
    }
}

/// Orders that are in use no more. To drop them may run the code of plugins, which is for when no
/// lock is held.
#[must_use = "it is to be dropped when no lock is held"]
pub(super) struct Unused(#[expect(dead_code, reason = "it is only dropped")] Vec<Arc<Order>>);

impl Slot {
    /// Whether calls reach somebody, and need no more than the order.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }

    /// Whether something is to be done before a call.
    #[inline]
    pub(super) fn is_unready(&self) -> bool {
        self.state.load(Ordering::Acquire) >= OUTDATED
    }

    /// Whether plugins are to be loaded before a call.
    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        self.state.load(Ordering::Acquire) == WAITING
    }

    /// Whether a call that has been made ready comes to nothing.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        match self.state.load(Ordering::Acquire) {
            NOBODY => true,
            // This thread is loading one of the plugins that it waits for.
            WAITING => self.order.read(Order::is_empty),
            _ => false,
        }
    }

    /// Does what is to be done before a call of `hook`, which this is the slot of.
    #[cold]
    pub(super) fn make_ready(&self, hook: &str) {
        if self.is_waiting() {
            self.load_waiting(hook, &|_| true);
        }
        drop(self.update(hook));
    }

    /// Loads the plugins that wait for `hook`, which this is the slot of, and are wanted.
    pub(super) fn load_waiting(&self, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool) {
        if let Some(loader) = self.loader.get().and_then(Weak::upgrade) {
            loader.load_waiting(hook, is_wanted);
        }
    }

    /// From now on plugins wait for a call, and this is who loads them.
    pub(super) fn wait(&self, loader: Weak<dyn Loader>) {
        self.loader.get_or_init(|| loader);
        self.change(|registered| registered.is_waiting = true);
    }

    /// No plugin waits any more.
    pub(super) fn end_waiting(&self) {
        self.change(|registered| registered.is_waiting = false);
    }

    /// What is registered. Under this lock no code but the host's own is run.
    pub(super) fn registered(&self) -> MutexGuard<'_, Registrations> {
        // Each change is a whole one.
        self.registered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is registered; one at a time, as the manager's lock has it.
    pub(super) fn change(&self, change: impl FnOnce(&mut Registrations)) {
        let mut registered = self.registered();
        change(&mut registered);
        self.settle(&registered);
    }

    /// Takes hookimpls away.
    pub(super) fn remove(&self, is_gone: impl Fn(&HookImpl) -> bool) -> Vec<Arc<HookImpl>> {
        let mut registered = self.registered();
        if !registered.hookimpls.iter().any(|hookimpl| is_gone(hookimpl)) {
            return Vec::new();
        }
        let all = mem::take(&mut registered.hookimpls);
        let (gone, kept) = all.into_iter().partition(|hookimpl| is_gone(hookimpl));
        registered.hookimpls = kept;
        registered.is_outdated = true;
        self.settle(&registered);
        gone
    }

    /// Makes the order of what is registered, unless it is so already.
    pub(super) fn update(&self, hook: &str) -> Option<Unused> {
        let mut registered = self.registered();
        if !registered.is_outdated {
            return None;
        }
        let live = registered.hookimpls.iter().filter(|hookimpl| hookimpl.is_live());
        // Cycles were refused when the hookimpls were registered.
        let order = Order::of(hook, live, &registered.monitors).ok()?;
        let unused = self.order.set(order);
        registered.is_outdated = false;
        self.settle(&registered);
        Some(Unused(unused))
    }

    fn settle(&self, registered: &Registrations) {
        let state = match registered {
            Registrations { is_waiting: true, .. } => WAITING,
            Registrations { is_outdated: true, .. } => OUTDATED,
            _ if self.order.get().is_empty() => NOBODY,
            _ => READY,
        };
        self.state.store(state, Ordering::Release);
    }

    /// Reads the order, for one call: it stays as it is until that ends.
    #[inline]
    pub(super) fn read<R>(&self, read: impl FnOnce(&Order) -> R) -> R {
        self.order.read(read)
    }

    /// The order without the hookimpls of `plugins`, to be kept.
    pub(super) fn without(&self, plugins: &[String]) -> Order {
        self.order.read(|order| order.without(plugins))
    }

    /// Remembers a call of `hook`, which this is the slot of, and gives the order of those whom it
    /// reaches now.
    pub(super) fn remember(&self, hook: &str, past: Past) -> Arc<Order> {
        let mut history = self.history();
        history.push(past);
        let unused = self.update(hook);
        let order = self.order.get();
        drop(history);
        drop(unused);
        order
    }

    pub(super) fn history(&self) -> MutexGuard<'_, Vec<Past>> {
        // Additions are complete before the lock is let go.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A past call of a historic hook.
///
/// It is kept as long as the hook is, so it holds nothing that holds the hook or its plugins.
#[derive(Clone)]
pub(super) struct Past {
    /// Plugins that it passes over.
    pub(super) without: Arc<[String]>,
    /// Calls one hookimpl with the arguments of then.
    pub(super) call: Arc<Deliver>,
}

pub(super) type Deliver = dyn Fn(&HookImpl) -> Result<(), HookError> + Send + Sync;

impl Past {
    /// Makes up for the call at a hookimpl that was registered after it.
    pub(super) fn replay(&self, hook: &str, hookimpl: &Arc<HookImpl>, monitors: &Monitors) -> Result<(), HookError> {
        if self.without.iter().any(|name| **name == *hookimpl.plugin) {
            return Ok(());
        }
        trace::watch(monitors, hook, [&*hookimpl.plugin], || (self.call)(hookimpl))
    }
}
