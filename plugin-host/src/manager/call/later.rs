//! Calling an async hook: its hookimpls answer at once, or later, in the executor of whoever calls.

use std::{
    borrow::Borrow,
    future::poll_fn,
    marker::PhantomData,
    task::{Context, Poll},
};

use hookspec::{
    Answer, Arguments, AsyncHook, Error, HookSpec, Mode, Results, Wire,
    abi::{Object, RBox, RErr, ROk, Value},
    future::{self, Crossing, Unanswered},
};

use super::{
    HookCaller,
    run::{Heard, error_of, failure_of, not_called},
};
use crate::{
    error::{FailureKind, HookError},
    manager::{
        depth::{MAX_DEPTH, Within},
        failures::Failures,
        hookimpl::HookImpl,
        slot::Order,
        trace::Watched,
    },
};

impl<H: AsyncHook> HookCaller<H> {
    /// Calls the hookimpls of an async hook. The future may be awaited in any executor, also in one
    /// that moves it between threads; nothing is called before it is polled.
    ///
    /// Where every answer is kept, all hookimpls are called, last registered first, and then their
    /// futures run side by side; the answers are in the order of the calls. For a first result, and
    /// for a fold, one is awaited after the other.
    ///
    /// Dropping the future drops those of the plugins, which ends what they do. A monitor does not
    /// hear of the end of such a call.
    ///
    /// A hook that is not async does not compile here:
    ///
    /// ```compile_fail,E0277
    /// # use hookspec::specs::{BeforeCommandRun, CommandRun};
    /// # use hookspec_host::HookCaller;
    /// # fn hook() -> (HookCaller<BeforeCommandRun>, CommandRun) { unimplemented!() }
    /// # let (before_command_run, run) = hook();
    /// let _ = before_command_run.call_async(&run);
    /// ```
    ///
    /// # Errors
    /// As [`call`](Self::call). The first failure ends the futures of the others.
    pub fn call_async(
        &self,
        args: &H::Args,
    ) -> impl Future<Output = Result<Results<H>, HookError>> + Send + 'static + use<H> {
        let call = self.later(args, ());
        async move { call.await.map(|(results, ())| results) }
    }

    /// A call that has not begun; `heard` is told of each plugin that answers.
    pub(super) fn later<L: Heard + Send + Sync + 'static>(
        &self,
        args: &H::Args,
        heard: L,
    ) -> impl Future<Output = Result<(Results<H>, L), HookError>> + Send + 'static + use<H, L> {
        let args: Object = Object::clone(args.cross().borrow());
        let caller = self.clone();
        async move {
            caller.make_ready();
            let order = caller.slot.without(&caller.without);
            let call = Later::<H, L> {
                failures: &caller.failures,
                order: &order,
                args: &args,
                heard: &heard,
                hook: PhantomData,
            };
            let watched = Watched::begin(&order.monitors, H::NAME, || order.plugins());
            let results = call.all().await;
            watched.end(order.plugins(), results.as_ref().err());
            results.map(|results| (results, heard))
        }
    }
}

/// A call of an async hook that is being made.
struct Later<'a, H, L> {
    failures: &'a Failures,
    order: &'a Order,
    args: &'a Object,
    heard: &'a L,
    hook: PhantomData<fn() -> H>,
}

/// What has come of one hookimpl.
enum Asked<T> {
    Answered(T),
    /// Reported and passed over.
    Failed,
    Waiting(Object),
}

impl<H: AsyncHook, L: Heard + Sync> Later<'_, H, L> {
    async fn all(&self) -> Result<Results<H>, HookError> {
        if <H::Mode as Mode<H::Output>>::FIRST_RESULT || <H::Mode as Mode<H::Output>>::FOLDS {
            return self.in_turn().await;
        }
        self.side_by_side().await
    }

    fn start(&self, answers: usize) -> Result<<H::Mode as Mode<H::Output>>::State, HookError> {
        H::Mode::start(self.args, answers).map_err(|error| not_called::<H>(self.order, error))
    }

    /// One hookimpl after the other.
    async fn in_turn(&self) -> Result<Results<H>, HookError> {
        let mut state = self.start(self.order.plain.len())?;
        for hookimpl in &self.order.plain {
            let step = H::Mode::args(&state, self.args);
            let mut asked = self.ask(hookimpl, step.as_ref().unwrap_or(self.args))?;
            let mut crossing = Crossing::default();
            poll_fn(|context| self.poll(hookimpl, &mut asked, context, &mut crossing)).await?;
            let ends = match asked {
                Asked::Answered(answer) => {
                    self.heard.answered(&hookimpl.plugin);
                    H::Mode::add(&mut state, answer)
                }
                _ => false,
            };
            if ends {
                break;
            }
        }
        Ok(H::Mode::finish(state))
    }

    /// All hookimpls, and then their futures together.
    async fn side_by_side(&self) -> Result<Results<H>, HookError> {
        let hookimpls = &self.order.plain;
        let mut all = Vec::with_capacity(hookimpls.len());
        for hookimpl in hookimpls {
            all.push(self.ask(hookimpl, self.args)?);
        }
        let mut crossing = Crossing::default();
        poll_fn(|context| {
            let mut is_waiting = false;
            for (hookimpl, asked) in hookimpls.iter().zip(&mut all) {
                match self.poll(hookimpl, asked, context, &mut crossing) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => is_waiting = true,
                }
            }
            if is_waiting { Poll::Pending } else { Poll::Ready(Ok(())) }
        })
        .await?;
        let mut state = self.start(all.len())?;
        for (hookimpl, asked) in hookimpls.iter().zip(all) {
            if let Asked::Answered(answer) = asked {
                self.heard.answered(&hookimpl.plugin);
                H::Mode::add(&mut state, answer);
            }
        }
        Ok(H::Mode::finish(state))
    }

    /// Calls one hookimpl.
    fn ask(&self, hookimpl: &HookImpl, args: &Object) -> Result<Asked<Answer<H>>, HookError> {
        let Some(_within) = Within::new() else {
            return self.settle(Err(too_deep::<H>(hookimpl)));
        };
        let in_plugin = hookimpl.enter();
        let answered = hookimpl.function.call(args);
        drop(in_plugin);
        match answered {
            ROk(Value::Future(future)) => Ok(Asked::Waiting(future)),
            ROk(value) => self.settle(Answer::<H>::from_value(value).map_err(|error| wrong_type::<H>(hookimpl, error))),
            RErr(failure) => self.settle(Err(failure_of::<H>(&hookimpl.plugin, RBox::into_inner(failure)))),
        }
    }

    /// Goes on with one hookimpl, until it has answered or failed.
    fn poll(
        &self,
        hookimpl: &HookImpl,
        asked: &mut Asked<Answer<H>>,
        context: &mut Context<'_>,
        crossing: &mut Crossing,
    ) -> Poll<Result<(), HookError>> {
        let Asked::Waiting(answering) = asked else { return Poll::Ready(Ok(())) };
        let answer = match Within::new() {
            None => Err(too_deep::<H>(hookimpl)),
            Some(_within) => {
                let in_plugin = hookimpl.enter();
                let polled = future::poll::<Answer<H>>(answering, context.waker(), crossing);
                drop(in_plugin);
                match polled {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(answer)) => Ok(answer),
                    Poll::Ready(Err(Unanswered::Failed(failure))) => Err(failure_of::<H>(&hookimpl.plugin, failure)),
                    Poll::Ready(Err(Unanswered::WrongType(error))) => Err(wrong_type::<H>(hookimpl, error)),
                }
            }
        };
        Poll::Ready(self.settle(answer).map(|settled| *asked = settled))
    }

    /// Takes an answer, or does with a failure what the policy says.
    fn settle(&self, answer: Result<Answer<H>, HookError>) -> Result<Asked<Answer<H>>, HookError> {
        match answer {
            Ok(answer) => Ok(Asked::Answered(answer)),
            Err(error) => self.failures.fail(H::POLICY, error).map(|()| Asked::Failed),
        }
    }
}

fn too_deep<H: HookSpec>(hookimpl: &HookImpl) -> HookError {
    let why = Error::new(format_args!("{MAX_DEPTH} calls are within one another already"));
    error_of::<H>(&hookimpl.plugin, FailureKind::NotCalled, why)
}

fn wrong_type<H: HookSpec>(hookimpl: &HookImpl, error: Error) -> HookError {
    error_of::<H>(&hookimpl.plugin, FailureKind::WrongType, error)
}
