//! One call of a hook: hookimpl after hookimpl, wrappers around them.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    marker::PhantomData,
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use hookspec::{
    Answer, Error, HookSpec, Mode, Results, Wire,
    abi::{Failure, Next, Object, RBox, RErr, ROk, RResult, Rest, TD_Opaque, Value},
};

use crate::{
    current,
    error::{FailureKind, HookError},
    manager::{failures::Failures, hookimpl::HookImpl, slot::Order},
};

/// Hears who has answered.
pub(super) trait Heard {
    fn answered(&self, plugin: &Arc<str>);
}

/// Does not listen.
impl Heard for () {
    #[inline]
    fn answered(&self, _: &Arc<str>) {}
}

/// A call that is being made.
pub(super) struct Run<'a, H, L> {
    failures: &'a Failures,
    args: &'a Object,
    heard: &'a L,
    hook: PhantomData<fn() -> H>,
}

impl<'a, H: HookSpec, L: Heard> Run<'a, H, L> {
    #[inline]
    pub(super) fn new(failures: &'a Failures, args: &'a Object, heard: &'a L) -> Self {
        Self { failures, args, heard, hook: PhantomData }
    }

    /// Calls everybody.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as the calls are short")]
    pub(super) fn all(&self, order: &Order) -> Result<Results<H>, HookError> {
        if order.wrappers.is_empty() {
            return self.plain(&order.plain);
        }
        self.wrapped(&order.wrappers, &order.plain)
    }

    /// What a call gives that reaches nobody.
    #[cold]
    pub(super) fn nothing(&self, order: &Order) -> Result<Results<H>, HookError> {
        H::Mode::start(self.args, 0).map(H::Mode::finish).map_err(|error| not_called::<H>(order, error))
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as the calls are short")]
    fn plain(&self, hookimpls: &[Arc<HookImpl>]) -> Result<Results<H>, HookError> {
        let mut state = match H::Mode::start(self.args, hookimpls.len()) {
            Ok(state) => state,
            Err(error) => return Err(misfit::<H>(hookimpls.first(), error)),
        };
        let in_plugin = current::begin();
        for hookimpl in hookimpls {
            current::go_to(hookimpl.place);
            let answered = if <H::Mode as Mode<H::Output>>::FOLDS {
                let step = H::Mode::args(&state, self.args);
                hookimpl.function.call(step.as_ref().unwrap_or(self.args))
            } else {
                hookimpl.function.call(self.args)
            };
            let answer = match read::<H>(hookimpl, answered) {
                Ok(answer) => answer,
                Err(error) => {
                    in_plugin.go_back();
                    self.failures.fail(H::POLICY, error)?;
                    continue;
                }
            };
            self.heard.answered(&hookimpl.plugin);
            if H::Mode::add(&mut state, answer) {
                break;
            }
        }
        Ok(H::Mode::finish(state))
    }

    /// Apart, so that wrappers within one another take less of the stack.
    #[inline(never)]
    fn innermost(&self, hookimpls: &[Arc<HookImpl>]) -> Result<Results<H>, HookError> {
        self.plain(hookimpls)
    }

    #[inline(never)]
    fn wrapped(&self, wrappers: &[Arc<HookImpl>], plain: &[Arc<HookImpl>]) -> Result<Results<H>, HookError> {
        let Some((outer, inner)) = wrappers.split_first() else {
            return self.innermost(plain);
        };
        let run = || self.wrapped(inner, plain).map(Wire::into_value);
        let rest = RestOfCall { run, outcome: RefCell::new(None), panic: Cell::new(None) };
        let next: Next<'_> = Next::from_ptr(&rest, TD_Opaque);
        let in_plugin = outer.enter();
        let answer = outer.function.wrap(self.args, &next);
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
        self.failures.fail(H::POLICY, error)?;
        match outcome {
            Some(outcome) => Results::<H>::from_value(outcome?).map_err(wrong_type),
            None => self.wrapped(inner, plain),
        }
    }
}

/// What one hookimpl answers.
#[inline]
pub(super) fn answer<H: HookSpec>(hookimpl: &HookImpl, args: &Object) -> Result<Answer<H>, HookError> {
    let _in_plugin = hookimpl.enter();
    read::<H>(hookimpl, hookimpl.function.call(args))
}

/// What a hookimpl has answered.
#[inline]
fn read<H: HookSpec>(
    hookimpl: &HookImpl,
    answered: RResult<Value<'static>, RBox<Failure>>,
) -> Result<Answer<H>, HookError> {
    let answered = ManuallyDrop::new(answered);
    let peeked = match &*answered {
        ROk(value) => Answer::<H>::peek(value),
        RErr(_) => None,
    };
    match peeked {
        // What is left behind owns nothing.
        Some(answer) => Ok(answer),
        None => take::<H>(hookimpl, ManuallyDrop::into_inner(answered)),
    }
}

fn take<H: HookSpec>(
    hookimpl: &HookImpl,
    answered: RResult<Value<'static>, RBox<Failure>>,
) -> Result<Answer<H>, HookError> {
    match answered {
        ROk(value) => Answer::<H>::from_value(value)
            .map_err(|error| error_of::<H>(&hookimpl.plugin, FailureKind::WrongType, error)),
        RErr(failure) => Err(failure_of::<H>(&hookimpl.plugin, RBox::into_inner(failure))),
    }
}

#[cold]
pub(super) fn failure_of<H: HookSpec>(plugin: &str, failure: Failure) -> HookError {
    let kind = if failure.panicked { FailureKind::Panicked } else { FailureKind::Failed };
    error_of::<H>(plugin, kind, Error::from_failure(failure))
}

#[cold]
pub(super) fn error_of<H: HookSpec>(plugin: &str, kind: FailureKind, said: Error) -> HookError {
    HookError::new(plugin, H::NAME, kind, said)
}

/// The error of a call that reaches nobody, of whom the first is named.
#[cold]
pub(super) fn not_called<H: HookSpec>(order: &Order, why: Error) -> HookError {
    misfit::<H>(order.wrappers.first().or(order.plain.first()), why)
}

#[cold]
fn misfit<H: HookSpec>(first: Option<&Arc<HookImpl>>, why: Error) -> HookError {
    let plugin = first.map(|hookimpl| &*hookimpl.plugin).unwrap_or_default();
    error_of::<H>(plugin, FailureKind::NotCalled, why)
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
