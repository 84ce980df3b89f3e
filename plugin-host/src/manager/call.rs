//! Calling a hook.

#[cfg(feature = "cli")]
mod named;

use std::{
    any::Any,
    cell::{Cell, RefCell},
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::{ArcSwap, Guard};
use hookspec::{
    Answer, Collect, Error, HookImplRank, HookSpec, Mode, Result as HookResult, Results, View, Wire,
    abi::{Failure, Next, Object, RBox, RErr, ROk, RResult, Rest, TD_Opaque, Value},
    plugin,
};

use super::{
    hookimpl::HookImpl,
    trace::{self, Monitors},
};
use crate::{
    error::{ErrorPolicy, FailureKind, HookError},
    services::HostServices,
};

/// Calls a hook with an argument that is what the hook takes, as its signature has shown.
pub(super) type OpenCall = Arc<dyn Fn(Object) -> Result<Value<'static>, HookError> + Send + Sync>;

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
    fn without(&self, plugins: &[String]) -> Self {
        let is_kept = |hookimpl: &&Arc<HookImpl>| !plugins.iter().any(|name| **name == *hookimpl.plugin);
        Self {
            wrappers: self.wrappers.iter().filter(is_kept).cloned().collect(),
            plain: self.plain.iter().filter(is_kept).cloned().collect(),
            monitors: self.monitors.clone(),
        }
    }

    /// With `extra` as if registered last.
    fn with_extra(&self, extra: Vec<Arc<HookImpl>>) -> Self {
        let mut order = self.clone();
        let first = order.plain.iter().take_while(|hookimpl| hookimpl.options.rank == HookImplRank::First).count();
        order.plain.splice(first..first, extra.into_iter().rev());
        order
    }
}

fn names(hookimpls: &[Arc<HookImpl>]) -> impl Iterator<Item = &str> {
    hookimpls.iter().map(|hookimpl| &*hookimpl.plugin)
}

/// What a hook's callers and its registrations share.
#[derive(Default)]
pub(super) struct Slot {
    order: ArcSwap<Order>,
    /// Whether the order has anybody in it. Most hooks of most programs have nobody, and to ask
    /// takes no locked instruction; the order takes two, nearly all of such a call.
    is_used: AtomicBool,
    /// Calls of a historic hook. Whoever changes the order or adds a call holds it, so that each
    /// hookimpl gets each call once.
    history: Mutex<Vec<Past>>,
}

impl Slot {
    pub(super) fn order(&self) -> Guard<Arc<Order>> {
        self.order.load()
    }

    /// Replaces the order; one at a time, as the manager's lock has it.
    pub(super) fn set_order(&self, order: Order) {
        let is_used = !order.is_empty();
        self.order.store(Arc::new(order));
        self.is_used.store(is_used, Ordering::Release);
    }

    pub(super) fn history(&self) -> MutexGuard<'_, Vec<Past>> {
        // Additions are complete before the lock is let go.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A past call of a historic hook.
#[derive(Clone)]
pub(super) struct Past {
    /// Plugins that it passes over.
    without: Arc<[String]>,
    /// Calls one hookimpl with the arguments of then.
    call: Arc<Deliver>,
}

type Deliver = dyn Fn(&HookImpl) -> Result<(), HookError> + Send + Sync;

impl Past {
    /// Makes up for the call at a hookimpl that was registered after it.
    pub(super) fn replay(&self, hook: &str, hookimpl: &Arc<HookImpl>, monitors: &Monitors) -> Result<(), HookError> {
        if self.without.iter().any(|name| **name == *hookimpl.plugin) {
            return Ok(());
        }
        trace::watch(monitors, hook, [&*hookimpl.plugin], || (self.call)(hookimpl))
    }
}

/// Calls one hook. Cheap to keep and to clone; sees every later registration.
pub struct HookCaller<H> {
    slot: Arc<Slot>,
    services: Arc<dyn HostServices>,
    policy: ErrorPolicy,
    /// Plugins that are passed over.
    without: Arc<[String]>,
    hook: PhantomData<fn() -> H>,
}

impl<H> Clone for HookCaller<H> {
    fn clone(&self) -> Self {
        Self {
            slot: Arc::clone(&self.slot),
            services: Arc::clone(&self.services),
            policy: self.policy,
            without: Arc::clone(&self.without),
            hook: PhantomData,
        }
    }
}

impl<H: HookSpec> fmt::Debug for HookCaller<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookCaller({})", H::NAME)
    }
}

/// A hookimpl for one call, see [`HookCaller::call_extra`].
pub struct ExtraHookImpl<H> {
    hookimpl: Arc<HookImpl>,
    hook: PhantomData<fn() -> H>,
}

impl<H: HookSpec> ExtraHookImpl<H> {
    /// A hookimpl that goes by `name` in errors.
    pub fn new<F>(name: &str, function: F) -> Self
    where
        F: Fn(&H::Args) -> HookResult<Answer<H>> + Send + Sync + 'static,
    {
        let hookimpl = HookImpl::extra(name, plugin::function::<H, _>(function));
        Self { hookimpl: Arc::new(hookimpl), hook: PhantomData }
    }
}

impl<H: HookSpec> HookCaller<H> {
    pub(super) fn new(slot: Arc<Slot>, services: Arc<dyn HostServices>, policy: ErrorPolicy) -> Self {
        Self { slot, services, policy, without: Arc::default(), hook: PhantomData }
    }

    /// Calls the hook for a plugin.
    pub(super) fn open(&self) -> OpenCall {
        let caller = self.clone();
        Arc::new(move |args| caller.call_hookimpls(&H::Args::from_object(args)).map(Wire::into_value))
    }

    /// Calls the hookimpls, last registered first, wrappers around them.
    ///
    /// A historic hook does not compile here: see [`call_historic`](Self::call_historic).
    ///
    /// ```compile_fail,E0080
    /// hookspec::hookspecs! {
    ///     /// Remembered.
    ///     pub hook Configure = "configure" fn(hookspec::Host), historic;
    /// }
    /// # fn hook() -> (hookspec_host::HookCaller<Configure>, hookspec::Host) { unimplemented!() }
    /// # fn main() {
    /// # let (configure, host) = hook();
    /// let _ = configure.call(&host);
    /// # }
    /// ```
    ///
    /// Nor does an argument of another hook:
    ///
    /// ```compile_fail,E0308
    /// # use hookspec::{Host, specs::BeforeCommandRun};
    /// # use hookspec_host::HookCaller;
    /// # fn hook() -> (HookCaller<BeforeCommandRun>, Host) { unimplemented!() }
    /// # let (before_command_run, host) = hook();
    /// let _ = before_command_run.call(&host);
    /// ```
    ///
    /// # Errors
    /// Under [`ErrorPolicy::Propagate`], the first failure, after which no further hookimpl is
    /// called. Under [`ErrorPolicy::Isolate`], never.
    pub fn call(&self, args: &H::Args) -> Result<Results<H>, HookError> {
        const { assert!(!H::HISTORIC, "call a historic hook by `call_historic`") };
        self.call_hookimpls(args)
    }

    #[inline]
    fn call_hookimpls(&self, args: &H::Args) -> Result<Results<H>, HookError> {
        if !self.slot.is_used.load(Ordering::Acquire) {
            return Ok(H::Mode::start(0));
        }
        let order = self.slot.order();
        if self.without.is_empty() {
            return self.call_order(&order, args);
        }
        self.call_order(&order.without(&self.without), args)
    }

    /// Calls the hookimpls and `extra` ones, which take part in this call only, as if registered
    /// last.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_extra(
        &self,
        args: &H::Args,
        extra: impl IntoIterator<Item = ExtraHookImpl<H>>,
    ) -> Result<Results<H>, HookError> {
        const { assert!(!H::HISTORIC, "call a historic hook by `call_historic`") };
        let extra = extra.into_iter().map(|extra| extra.hookimpl).collect();
        let order = self.slot.order().without(&self.without).with_extra(extra);
        self.call_order(&order, args)
    }

    /// A caller that passes over these plugins, those registered later included. Names that no
    /// plugin has are ignored.
    pub fn without<S: Into<String>>(&self, plugins: impl IntoIterator<Item = S>) -> Self {
        let more = plugins.into_iter().map(Into::into);
        Self { without: self.without.iter().cloned().chain(more).collect(), ..self.clone() }
    }

    /// Calls the hookimpls of a historic hook, and each one that is registered later, then.
    /// `on_result` gets each answer, as it comes.
    ///
    /// A hook that is not historic does not compile here:
    ///
    /// ```compile_fail,E0080
    /// # use hookspec::specs::{BeforeCommandRun, CommandRun};
    /// # use hookspec_host::HookCaller;
    /// # fn hook() -> (HookCaller<BeforeCommandRun>, CommandRun) { unimplemented!() }
    /// # let (before_command_run, run) = hook();
    /// let _ = before_command_run.call_historic(run, |()| {});
    /// ```
    ///
    /// A hookimpl gets the calls in their order, also those made while it is registered.
    ///
    /// # Errors
    /// As [`call`](Self::call). A later hookimpl's failure is that of its registration, or
    /// reported.
    pub fn call_historic<F>(&self, args: H::Args, on_result: F) -> Result<(), HookError>
    where
        F: Fn(H::Output) + Send + Sync + 'static,
        H: HookSpec<Mode = Collect>,
    {
        const { assert!(H::HISTORIC, "only a hook that is declared `historic` is remembered") };
        let caller = self.clone();
        let call = Arc::new(move |hookimpl: &HookImpl| {
            match answer::<H>(hookimpl, &args) {
                Ok(output) => on_result(output),
                Err(error) => caller.fail(error)?,
            }
            Ok(())
        });
        let past = Past { without: Arc::clone(&self.without), call: call.clone() };
        let order = {
            let mut history = self.slot.history();
            history.push(past);
            self.slot.order.load_full()
        };
        let order = order.without(&self.without);
        trace::watch(&order.monitors, H::NAME, names(&order.plain), || {
            order.plain.iter().try_for_each(|hookimpl| call(hookimpl))
        })
    }

    fn call_order(&self, order: &Order, args: &H::Args) -> Result<Results<H>, HookError> {
        if order.monitors.is_empty() {
            return self.call_unwatched(order, args);
        }
        self.call_watched(order, args)
    }

    /// Apart and cold, so that calls that nobody watches stay short.
    #[cold]
    fn call_watched(&self, order: &Order, args: &H::Args) -> Result<Results<H>, HookError> {
        trace::watch(&order.monitors, H::NAME, names(&order.plain), || self.call_unwatched(order, args))
    }

    fn call_unwatched(&self, order: &Order, args: &H::Args) -> Result<Results<H>, HookError> {
        if order.wrappers.is_empty() {
            return self.call_plain(&order.plain, args);
        }
        self.call_wrapped(&order.wrappers, &order.plain, args)
    }

    fn call_plain(&self, hookimpls: &[Arc<HookImpl>], args: &H::Args) -> Result<Results<H>, HookError> {
        let mut results = H::Mode::start(hookimpls.len());
        for hookimpl in hookimpls {
            match answer::<H>(hookimpl, args) {
                Ok(answer) => {
                    if H::Mode::add(&mut results, answer) {
                        break;
                    }
                }
                Err(error) => self.fail(error)?,
            }
        }
        Ok(results)
    }

    fn call_wrapped(
        &self,
        wrappers: &[Arc<HookImpl>],
        plain: &[Arc<HookImpl>],
        args: &H::Args,
    ) -> Result<Results<H>, HookError> {
        let Some((outer, inner)) = wrappers.split_first() else {
            return self.call_plain(plain, args);
        };
        let run = || self.call_wrapped(inner, plain, args).map(Wire::into_value);
        let rest = RestOfCall { run, outcome: RefCell::new(None), panic: Cell::new(None) };
        let next: Next<'_> = Next::from_ptr(&rest, TD_Opaque);
        let in_plugin = outer.enter(H::NAME);
        let answer = outer.function.wrap(args.as_object(), &next);
        drop(in_plugin);
        drop(next);
        if let Some(payload) = rest.panic.take() {
            resume_unwind(payload);
        }
        let outcome = rest.outcome.into_inner();
        let wrong_type = |error: Error| error_of::<H>(&outer.plugin, FailureKind::WrongType, error);
        let error = match (answer, &outcome) {
            // Looked at here, not by the next wrapper or the caller, so that the one to blame is
            // known.
            (ROk(value), Some(_)) => match Results::<H>::from_value(value) {
                Ok(results) => return Ok(results),
                Err(error) => wrong_type(error),
            },
            (ROk(_), None) => error_of::<H>(
                &outer.plugin,
                FailureKind::SkippedRest,
                Error::new("a wrapper has to run the rest of the call once"),
            ),
            // A wrapper that lets an error through is not its cause.
            (RErr(failure), Some(Err(inner))) if failure.message == inner.message => {
                return Err(inner.clone());
            }
            (RErr(failure), _) => failure_of::<H>(&outer.plugin, RBox::into_inner(failure)),
        };
        self.fail(error)?;
        match outcome {
            Some(outcome) => Results::<H>::from_value(outcome?).map_err(wrong_type),
            None => self.call_wrapped(inner, plain, args),
        }
    }

    /// The policy: stop with `error`, or report it and go on.
    fn fail(&self, error: HookError) -> Result<(), HookError> {
        match self.policy {
            ErrorPolicy::Propagate => Err(error),
            ErrorPolicy::Isolate => {
                self.services.hook_failed(&error);
                Ok(())
            }
        }
    }
}

#[inline]
fn answer<H: HookSpec>(hookimpl: &HookImpl, args: &H::Args) -> Result<Answer<H>, HookError> {
    let in_plugin = hookimpl.enter(H::NAME);
    let answered = hookimpl.function.call(args.as_object());
    drop(in_plugin);
    match answered {
        ROk(value) => Answer::<H>::from_value(value)
            .map_err(|error| error_of::<H>(&hookimpl.plugin, FailureKind::WrongType, error)),
        RErr(failure) => Err(failure_of::<H>(&hookimpl.plugin, RBox::into_inner(failure))),
    }
}

#[cold]
fn failure_of<H: HookSpec>(plugin: &str, failure: Failure) -> HookError {
    let kind = if failure.panicked { FailureKind::Panicked } else { FailureKind::Failed };
    error_of::<H>(plugin, kind, Error::from_failure(failure))
}

#[cold]
fn error_of<H: HookSpec>(plugin: &str, kind: FailureKind, said: Error) -> HookError {
    HookError::new(plugin, H::NAME, kind, said)
}

/// What a wrapper surrounds; remembers how it ended.
struct RestOfCall<F> {
    run: F,
    outcome: RefCell<Option<Result<Value<'static>, HookError>>>,
    /// A panic of the host's own code in there (a monitor, `hook_failed`): it goes around the
    /// wrapper, for it may not go through.
    panic: Cell<Option<Box<dyn Any + Send>>>,
}

impl<F: Fn() -> Result<Value<'static>, HookError>> Rest for RestOfCall<F> {
    fn run(&self) -> RResult<Value<'static>, RBox<Failure>> {
        let outcome = match catch_unwind(AssertUnwindSafe(|| (self.run)())) {
            Ok(outcome) => outcome,
            Err(payload) => {
                self.panic.set(Some(payload));
                let message = "the host panicked".into();
                return RErr(RBox::new(Failure { message, panicked: true, ..Failure::default() }));
            }
        };
        self.outcome.replace(Some(outcome.clone()));
        match outcome {
            Ok(value) => ROk(value),
            Err(error) => RErr(RBox::new(error.into_failure())),
        }
    }
}
