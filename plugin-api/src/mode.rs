//! How the answers of hookimpls make the result of a call.

use std::sync::Arc;

use crate::{
    abi::{Object, RVec},
    arguments::{Argument, Step},
    error::Error,
    wire::Wire,
};

/// How the answers to a hook make a result: [`Collect`], [`FirstResult`] or [`Fold`].
pub trait Mode<Output>: Send + Sync + 'static {
    /// What one hookimpl returns.
    type Answer: Wire<'static>;
    /// What a call returns.
    type Results: Wire<'static>;
    /// Whether the call stops at the first answer that is not `None`.
    const FIRST_RESULT: bool = false;
    /// Whether each hookimpl gets what the one before it has made.
    const FOLDS: bool = false;

    /// What has come of a call so far.
    #[doc(hidden)]
    type State;

    /// The result of a call that reaches nobody, if that depends on nothing.
    #[doc(hidden)]
    fn nothing() -> Option<Self::Results>;

    /// Before the first answer to a call with `args`, with room for `answers` of them.
    #[doc(hidden)]
    fn start(args: &Object, answers: usize) -> Result<Self::State, Error>;

    /// What the next hookimpl gets in the place of `args`, if not these.
    #[doc(hidden)]
    fn args(state: &Self::State, args: &Object) -> Option<Object> {
        let _ = (state, args);
        None
    }

    /// Adds an answer; whether the call ends with it.
    #[doc(hidden)]
    fn add(state: &mut Self::State, answer: Self::Answer) -> bool;

    /// What comes of the call.
    #[doc(hidden)]
    fn finish(state: Self::State) -> Self::Results;
}

/// Every hookimpl is called and every answer is kept.
#[derive(Clone, Copy, Debug)]
pub struct Collect;

impl<Output: Wire<'static>> Mode<Output> for Collect {
    type Answer = Output;
    type Results = Vec<Output>;
    type State = Vec<Output>;

    fn nothing() -> Option<Vec<Output>> {
        Some(Vec::new())
    }

    fn start(_: &Object, answers: usize) -> Result<Vec<Output>, Error> {
        Ok(Vec::with_capacity(answers))
    }

    fn add(state: &mut Vec<Output>, answer: Output) -> bool {
        state.push(answer);
        false
    }

    fn finish(state: Vec<Output>) -> Vec<Output> {
        state
    }
}

/// Hookimpls are called until one answers with `Some`.
#[derive(Clone, Copy, Debug)]
pub struct FirstResult;

impl<Output: Wire<'static>> Mode<Output> for FirstResult {
    type Answer = Option<Output>;
    type Results = Option<Output>;
    type State = Option<Output>;
    const FIRST_RESULT: bool = true;

    fn nothing() -> Option<Option<Output>> {
        Some(None)
    }

    fn start(_: &Object, _: usize) -> Result<Option<Output>, Error> {
        Ok(None)
    }

    fn add(state: &mut Option<Output>, answer: Option<Output>) -> bool {
        *state = answer;
        state.is_some()
    }

    fn finish(state: Option<Output>) -> Option<Output> {
        state
    }
}

/// Each hookimpl gets the value that the one before it has made; the first, that of the call.
#[derive(Clone, Copy, Debug)]
pub struct Fold;

impl<Output: Argument> Mode<Output> for Fold {
    type Answer = Output;
    type Results = Output;
    type State = Arc<Output>;
    const FOLDS: bool = true;

    fn nothing() -> Option<Output> {
        None
    }

    fn start(args: &Object, _: usize) -> Result<Arc<Output>, Error> {
        Output::from_value(args.call(0, RVec::new())).map(Arc::new)
    }

    fn args(state: &Arc<Output>, args: &Object) -> Option<Object> {
        Some(Object::new(Step { value: Arc::clone(state), rest: args.clone() }))
    }

    fn add(state: &mut Arc<Output>, answer: Output) -> bool {
        *state = Arc::new(answer);
        false
    }

    fn finish(state: Arc<Output>) -> Output {
        // A plugin may have kept its arguments.
        Arc::unwrap_or_clone(state)
    }
}
