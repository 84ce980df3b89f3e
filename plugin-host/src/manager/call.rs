//! Calling a hook.

mod later;
mod named;
mod run;

use std::{borrow::Borrow, fmt, marker::PhantomData, sync::Arc};

use hookspec::{
    Answer, Arguments, Collect, Error, HistoricHook, HookSpec, Mode, PlainHook, Result as HookResult, Results, Wire,
    abi::{Object, Value},
    plugin,
};

pub use self::named::NamedAnswer;
use self::run::{Run, answer, not_called};
use super::{
    depth::{MAX_DEPTH, Within},
    failures::Failures,
    hookimpl::HookImpl,
    slot::{Order, Past, Slot},
    trace,
};
use crate::error::HookError;

/// Calls a hook with an argument that is what the hook takes, as its signature has shown.
pub(super) type OpenCall = Arc<dyn Fn(Object) -> Result<Value<'static>, HookError> + Send + Sync>;

/// Calls one hook. Cheap to keep and to clone; sees every later registration.
pub struct HookCaller<H> {
    slot: Arc<Slot>,
    failures: Arc<Failures>,
    /// Plugins that are passed over.
    without: Arc<[String]>,
    hook: PhantomData<fn() -> H>,
}

impl<H> Clone for HookCaller<H> {
    fn clone(&self) -> Self {
        Self {
            slot: Arc::clone(&self.slot),
            failures: Arc::clone(&self.failures),
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
        let hookimpl = HookImpl::extra(name, H::NAME, plugin::function::<H, _>(function));
        Self { hookimpl: Arc::new(hookimpl), hook: PhantomData }
    }
}

impl<H: HookSpec> HookCaller<H> {
    pub(super) fn new(slot: Arc<Slot>, failures: Arc<Failures>) -> Self {
        Self { slot, failures, without: Arc::default(), hook: PhantomData }
    }

    /// Calls the hook for a plugin.
    pub(super) fn open(&self) -> OpenCall {
        let caller = self.clone();
        Arc::new(move |args| {
            caller.make_ready();
            caller.call_object(&args).map(Wire::into_value)
        })
    }

    /// Calls the hookimpls, last registered first, wrappers around them.
    ///
    /// A historic hook does not compile here: see [`call_historic`](Self::call_historic).
    ///
    /// ```compile_fail,E0277
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
    /// Nor does an async one: see [`call_async`](Self::call_async).
    ///
    /// ```compile_fail,E0277
    /// hookspec::hookspecs! {
    ///     /// May take a while.
    ///     pub hook Export = "export" fn(hookspec::Host), async;
    /// }
    /// # fn hook() -> (hookspec_host::HookCaller<Export>, hookspec::Host) { unimplemented!() }
    /// # fn main() {
    /// # let (export, host) = hook();
    /// let _ = export.call(&host);
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
    /// Under [`ErrorPolicy::Propagate`](crate::ErrorPolicy::Propagate), the first failure, after
    /// which no further hookimpl is called. Under [`ErrorPolicy::Isolate`](crate::ErrorPolicy::Isolate),
    /// never. Which of them holds the hook says, or else the manager. A call that is the 65th within
    /// calls of one thread is such a failure, and reaches nobody.
    pub fn call(&self, args: &H::Args) -> Result<Results<H>, HookError>
    where
        H: PlainHook,
    {
        let nothing = if self.slot.is_ready() { None } else { self.reaches_nobody() };
        match nothing {
            Some(results) => Ok(results),
            None => self.call_object(args.cross().borrow()),
        }
    }

    /// What a call gives that reaches nobody, once that is known.
    fn reaches_nobody(&self) -> Option<Results<H>> {
        self.make_ready();
        H::Mode::nothing().filter(|_| self.slot.is_empty())
    }

    /// Whether plugins wait for a call of this hook.
    #[cfg(feature = "cli")]
    pub(crate) fn is_waiting(&self) -> bool {
        self.slot.is_waiting()
    }

    /// Has those of the plugins loaded that wait for this hook and that are wanted by the commands that
    /// they list.
    #[cfg(feature = "cli")]
    pub(crate) fn load_waiting(&self, is_wanted: &dyn Fn(&[String]) -> bool) {
        if self.slot.is_waiting() {
            self.slot.load_waiting(H::NAME, &|waiting| is_wanted(&waiting.commands));
        }
    }

    /// Does what is to be done before a call: plugins that wait for one are loaded, and the order is
    /// made.
    #[inline]
    fn make_ready(&self) {
        if self.slot.is_unready() {
            self.slot.make_ready(H::NAME);
        }
    }

    #[inline]
    fn call_object(&self, args: &Object) -> Result<Results<H>, HookError> {
        if !self.without.is_empty() {
            return self.call_others(args);
        }
        self.slot.read(|order| self.call_order(order, args, &()))
    }

    /// Passes over some plugins.
    #[cold]
    fn call_others(&self, args: &Object) -> Result<Results<H>, HookError> {
        self.call_order(&self.slot.without(&self.without), args, &())
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
    ) -> Result<Results<H>, HookError>
    where
        H: PlainHook,
    {
        self.make_ready();
        let extra = extra.into_iter().map(|extra| extra.hookimpl).collect();
        let order = self.slot.without(&self.without).with_extra(extra);
        self.call_order(&order, args.cross().borrow(), &())
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
    /// `args` and `on_result` are kept as long as the hook is.
    ///
    /// A hook that is not historic does not compile here:
    ///
    /// ```compile_fail,E0277
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
        H: HistoricHook + HookSpec<Mode = Collect>,
    {
        let failures = Arc::clone(&self.failures);
        let call = Arc::new(move |hookimpl: &HookImpl| match answer::<H>(hookimpl, args.cross().borrow()) {
            Ok(output) => {
                on_result(output);
                Ok(())
            }
            Err(error) => failures.fail(H::POLICY, error),
        });
        let past = Past { without: Arc::clone(&self.without), call: call.clone() };
        let order = self.slot.remember(H::NAME, past).without(&self.without);
        let Some(_within) = Within::new() else {
            return self.too_deep(&order);
        };
        trace::watch(&order.monitors, H::NAME, order.plugins(), || {
            order.plain.iter().try_for_each(|hookimpl| call(hookimpl))
        })
    }

    /// Makes a call; `heard` is told of each plugin that answers.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "half of what a call of one hookimpl takes would be to go from here to there"
    )]
    fn call_order<L: run::Heard>(&self, order: &Order, args: &Object, heard: &L) -> Result<Results<H>, HookError> {
        let run = Run::<H, L>::new(&self.failures, args, heard);
        let Some(_within) = Within::new() else {
            self.too_deep(order)?;
            return run.nothing(order);
        };
        if order.monitors.is_empty() {
            return run.all(order);
        }
        call_watched(order, &run)
    }

    /// What comes of a call that is one too many.
    #[cold]
    fn too_deep(&self, order: &Order) -> Result<(), HookError> {
        let why = Error::new(format_args!("{MAX_DEPTH} calls are within one another already"));
        self.failures.fail(H::POLICY, not_called::<H>(order, why))
    }
}

/// Apart and cold, so that calls that nobody watches stay short.
#[cold]
fn call_watched<H: HookSpec, L: run::Heard>(order: &Order, run: &Run<'_, H, L>) -> Result<Results<H>, HookError> {
    trace::watch(&order.monitors, H::NAME, order.plugins(), || run.all(order))
}
