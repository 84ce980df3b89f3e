//! What the callers of a hook and its registrations share.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use hookspec::HookImplRank;

use super::{
    hookimpl::HookImpl,
    shared::Shared,
    trace::{self, Monitors},
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

/// What a hook's callers and its registrations share.
#[derive(Default)]
pub(super) struct Slot {
    order: Shared<Order>,
    /// Whether the order has anybody in it: most hooks of most programs have nobody.
    is_used: AtomicBool,
    /// Calls of a historic hook. Whoever changes the order or adds a call holds it, so that each
    /// hookimpl gets each call once.
    history: Mutex<Vec<Past>>,
}

impl Slot {
    /// Whether a call comes to anything.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Acquire)
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
        let is_used = !order.is_empty();
        self.order.set(order);
        self.is_used.store(is_used, Ordering::Release);
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
