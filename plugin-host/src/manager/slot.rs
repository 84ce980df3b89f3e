//! What the callers of a hook and its registrations share.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
    atomic::{AtomicU8, Ordering},
};

use hookspec::HookImplRank;

use super::{
    hookimpl::HookImpl,
    shared::Shared,
    trace::{self, Monitors},
    waiting::Waiting,
};
use crate::error::HookError;

/// The hookimpls of one hook in the order of their calls, and who watches those. Replaced whole, so
/// that calls need no lock.
#[derive(Clone, Default)]
pub(super) struct Order {
    pub(super) wrappers: Vec<Arc<HookImpl>>,
    pub(super) plain: Vec<Arc<HookImpl>>,
    pub(super) monitors: Monitors,
}

impl Order {
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
/// Plugins are to be loaded first.
const WAITING: u8 = 2;

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
    state: AtomicU8,
    /// Who loads the plugins that wait for a call, once there was one.
    loader: OnceLock<Weak<dyn Loader>>,
    /// Calls of a historic hook. Whoever changes the order or adds a call holds it, so that each
    /// hookimpl gets each call once.
    history: Mutex<Vec<Past>>,
}

impl Slot {
    /// Whether calls reach somebody, and need no more than the order.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }

    /// Whether plugins are to be loaded before a call.
    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        self.state.load(Ordering::Acquire) == WAITING
    }

    /// Loads the plugins that wait for `hook`, which this is the slot of, and are wanted.
    #[cold]
    pub(super) fn load_waiting(&self, hook: &str, is_wanted: &dyn Fn(&Waiting) -> bool) {
        if let Some(loader) = self.loader.get().and_then(Weak::upgrade) {
            loader.load_waiting(hook, is_wanted);
        }
    }

    /// From now on plugins wait for a call, and this is who loads them.
    pub(super) fn wait(&self, loader: Weak<dyn Loader>) {
        self.loader.get_or_init(|| loader);
        self.state.store(WAITING, Ordering::Release);
    }

    /// No plugin waits any more.
    pub(super) fn end_waiting(&self) {
        self.state.store(if self.order.get().is_empty() { NOBODY } else { READY }, Ordering::Release);
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

    pub(super) fn order(&self) -> Arc<Order> {
        self.order.get()
    }

    /// Replaces the order; one at a time, as the manager's lock has it.
    pub(super) fn set_order(&self, order: Order) {
        self.order.set(order);
        if !self.is_waiting() {
            self.end_waiting();
        }
    }

    /// Remembers a call, and gives the order of those whom it reaches now.
    pub(super) fn remember(&self, past: Past) -> Arc<Order> {
        let mut history = self.history();
        history.push(past);
        self.order.get()
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
