//! Calling a hook.

use std::{cell::RefCell, fmt, marker::PhantomData, sync::Arc};

use abi_stable::std_types::{RArc, RErr, ROk, RResult};
use arc_swap::ArcSwap;

use super::{
    ErrorPolicy, HostServices,
    error::{FailureKind, HookError},
    order::{Place, Placed},
};
use crate::{
    Answer, HookSpec, Mode, Results, View, Wire,
    abi::{Failure, Function_TO, Next, Rest, TD_Opaque, Value},
};

/// A hookimpl that is registered.
pub(super) struct Registered {
    pub(super) plugin: Arc<str>,
    pub(super) place: Place,
    pub(super) wrapper: bool,
    pub(super) function: Function_TO<RArc<()>>,
}

impl Placed for Arc<Registered> {
    fn plugin(&self) -> &str {
        &self.plugin
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// The hookimpls of one hook in the order of their calls. Replaced whole, so that calls need no lock.
#[derive(Default)]
pub(super) struct Order {
    pub(super) wrappers: Vec<Arc<Registered>>,
    pub(super) plain: Vec<Arc<Registered>>,
}

/// Calls one hook. Cheap to keep and to clone; sees every later registration.
pub struct HookCaller<H> {
    order: Arc<ArcSwap<Order>>,
    services: Arc<dyn HostServices>,
    policy: ErrorPolicy,
    hook: PhantomData<fn() -> H>,
}

impl<H> Clone for HookCaller<H> {
    fn clone(&self) -> Self {
        Self {
            order: Arc::clone(&self.order),
            services: Arc::clone(&self.services),
            policy: self.policy,
            hook: PhantomData,
        }
    }
}

impl<H: HookSpec> fmt::Debug for HookCaller<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookCaller({})", H::NAME)
    }
}

impl<H: HookSpec> HookCaller<H> {
    pub(super) fn new(order: Arc<ArcSwap<Order>>, services: Arc<dyn HostServices>, policy: ErrorPolicy) -> Self {
        Self { order, services, policy, hook: PhantomData }
    }

    /// Calls the hookimpls, last registered first, wrappers around them.
    ///
    /// # Errors
    /// Under [`ErrorPolicy::Propagate`], the first failure, after which no further hookimpl is called. Under
    /// [`ErrorPolicy::Isolate`], never.
    pub fn call(&self, args: &H::Args) -> Result<Results<H>, HookError> {
        let order = self.order.load();
        if order.wrappers.is_empty() {
            return self.call_plain(&order.plain, args);
        }
        let value = self.call_wrapped(&order.wrappers, &order.plain, args)?;
        Results::<H>::from_value(value).or_else(|error| {
            let outermost = &order.wrappers[0].plugin;
            self.fail(error_of::<H>(outermost, FailureKind::WrongType, error.to_string()))?;
            Ok(H::Mode::start())
        })
    }

    fn call_plain(&self, hookimpls: &[Arc<Registered>], args: &H::Args) -> Result<Results<H>, HookError> {
        let mut results = H::Mode::start();
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
        wrappers: &[Arc<Registered>],
        plain: &[Arc<Registered>],
        args: &H::Args,
    ) -> Result<Value<'static>, HookError> {
        let Some((outer, inner)) = wrappers.split_first() else {
            return self.call_plain(plain, args).map(Wire::into_value);
        };
        let rest = RestOfCall { run: || self.call_wrapped(inner, plain, args), outcome: RefCell::new(None) };
        let next: Next<'_> = Next::from_ptr(&rest, TD_Opaque);
        let answer = outer.function.wrap(args.as_object(), &next);
        drop(next);
        let outcome = rest.outcome.into_inner();
        let error = match (answer, &outcome) {
            (ROk(value), Some(_)) => return Ok(value),
            (ROk(_), None) => error_of::<H>(
                &outer.plugin,
                FailureKind::SkippedRest,
                "a wrapper has to run the rest of the call once".to_owned(),
            ),
            // A wrapper that lets an error through is not its cause.
            (RErr(failure), Some(Err(inner))) if failure.message == inner.message => {
                return Err(inner.clone());
            }
            (RErr(failure), _) => failure_of::<H>(&outer.plugin, failure),
        };
        self.fail(error)?;
        outcome.unwrap_or_else(|| self.call_wrapped(inner, plain, args))
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

fn answer<H: HookSpec>(hookimpl: &Registered, args: &H::Args) -> Result<Answer<H>, HookError> {
    match hookimpl.function.call(args.as_object()) {
        ROk(value) => Answer::<H>::from_value(value)
            .map_err(|error| error_of::<H>(&hookimpl.plugin, FailureKind::WrongType, error.to_string())),
        RErr(failure) => Err(failure_of::<H>(&hookimpl.plugin, failure)),
    }
}

fn failure_of<H: HookSpec>(plugin: &str, failure: Failure) -> HookError {
    let kind = if failure.panicked { FailureKind::Panicked } else { FailureKind::Failed };
    error_of::<H>(plugin, kind, failure.message.into_string())
}

fn error_of<H: HookSpec>(plugin: &str, kind: FailureKind, message: String) -> HookError {
    HookError { plugin: plugin.to_owned(), hook: H::NAME.to_owned(), kind, message }
}

/// What a wrapper surrounds; remembers how it ended.
struct RestOfCall<F> {
    run: F,
    outcome: RefCell<Option<Result<Value<'static>, HookError>>>,
}

impl<F: Fn() -> Result<Value<'static>, HookError>> Rest for RestOfCall<F> {
    fn run(&self) -> RResult<Value<'static>, Failure> {
        let outcome = (self.run)();
        self.outcome.replace(Some(outcome.clone()));
        match outcome {
            Ok(value) => ROk(value),
            Err(error) => {
                RErr(Failure { message: error.message.into(), panicked: error.kind == FailureKind::Panicked })
            }
        }
    }
}
