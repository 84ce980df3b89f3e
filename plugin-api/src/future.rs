//! Answers that come later, across the boundary.
//!
//! A future is an object: its method `POLL` takes the object of a waker, and gives nothing while
//! there is no answer, a list with the answer, or a failure. A waker is an object whose method
//! `WAKE` wakes. Either side may have any executor, and dropping the object drops the future.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, TryLockError},
    task::{Context, Poll, Wake, Waker},
};

use crate::{
    abi::{Dispatch, Failure, Guarded, Object, RBox, RVec, Value, guard},
    error::Error,
    failed::Result,
    wire::Wire,
};

/// The method of a future that polls it.
const POLL: u32 = 0;
/// The method of a waker that wakes.
const WAKE: u32 = 0;

/// A future of this side, dropped under guard.
type Pinned<F> = Guarded<Pin<Box<F>>>;

/// Begins `future`: its answer where it is there at once, and otherwise the future, to be polled by
/// the other side.
///
/// # Errors
/// What it ends with at once.
pub(crate) fn begin<T, F>(future: F) -> Result<Value<'static>>
where
    T: for<'a> Wire<'a> + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut future: Pinned<F> = Guarded::new(Box::pin(future));
    // Whoever polls it later brings another waker, which a future has to use then.
    match poll_once(&mut future, Waker::noop()) {
        Ok(Poll::Ready(answer)) => answer.map(Wire::into_value),
        Ok(Poll::Pending) => Ok(Value::Future(Object::new(Answering(Mutex::new(Some(future)))))),
        Err(failure) => Err(Error::from_failure(failure).into()),
    }
}

fn poll_once<F: Future>(future: &mut Pinned<F>, waker: &Waker) -> Result<Poll<F::Output>, Failure> {
    guard(|| future.0.as_mut().poll(&mut Context::from_waker(waker)))
}

/// A future behind the boundary, until it has ended.
struct Answering<F>(Mutex<Option<Pinned<F>>>);

impl<T, F> Dispatch for Answering<F>
where
    T: for<'a> Wire<'a> + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    fn dispatch<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a> {
        if method != POLL {
            return failed("a future can only be polled");
        }
        let Some(Value::Object(waker)) = args.into_iter().next() else {
            return failed("a future was polled without a waker");
        };
        let mut future = match self.0.try_lock() {
            Ok(future) => future,
            Err(TryLockError::Poisoned(future)) => future.into_inner(),
            Err(TryLockError::WouldBlock) => return failed("a future was polled while it was being polled"),
        };
        let Some(running) = future.as_mut() else {
            return failed("a future was polled after its end");
        };
        let polled = poll_once(running, &Waker::from(Arc::new(OthersWaker(waker))));
        if let Ok(Poll::Pending) = polled {
            return Value::Absent;
        }
        *future = None;
        match polled {
            Ok(Poll::Ready(Ok(answer))) => Value::List(vec![answer.into_value()].into()),
            Ok(Poll::Ready(Err(error))) => error.into_failure().into(),
            Ok(Poll::Pending) => Value::Absent,
            Err(failure) => failure.into(),
        }
    }
}

fn failed(message: &str) -> Value<'static> {
    Error::new(message).into_failure().into()
}

/// A waker of the other side.
struct OthersWaker(Object);

impl Wake for OthersWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // A waker has nothing to say.
        let _ = self.0.call(WAKE, RVec::new());
    }
}

/// A waker of this side, behind the boundary.
struct OwnWaker(Waker);

impl Dispatch for OwnWaker {
    fn dispatch<'a>(&'a self, method: u32, _: RVec<Value<'_>>) -> Value<'a> {
        if method != WAKE {
            return Value::Absent;
        }
        self.0.wake_by_ref();
        Value::None
    }
}

/// A waker of this side in a form that crosses, made anew when there is another one.
#[derive(Default)]
pub struct Crossing(Option<(Waker, Object)>);

impl Crossing {
    fn of(&mut self, waker: &Waker) -> Object {
        let kept = self.0.take().filter(|(known, _)| known.will_wake(waker));
        let (_, object) = self.0.insert(kept.unwrap_or_else(|| (waker.clone(), Object::new(OwnWaker(waker.clone())))));
        object.clone()
    }
}

/// Why a future of the other side gives no answer.
pub enum Unanswered {
    /// Its code failed.
    Failed(Failure),
    /// What it gave is of another type.
    WrongType(Error),
}

/// Polls a future of the other side.
pub fn poll<T: for<'a> Wire<'a>>(
    future: &Object,
    waker: &Waker,
    crossing: &mut Crossing,
) -> Poll<Result<T, Unanswered>> {
    let args = RVec::from(vec![Value::Object(crossing.of(waker))]);
    let answer = match future.call(POLL, args) {
        Value::Absent => return Poll::Pending,
        Value::Failure(failure) => return Poll::Ready(Err(Unanswered::Failed(RBox::into_inner(failure)))),
        Value::List(answer) => answer.into_iter().next(),
        _ => None,
    };
    Poll::Ready(T::from_value(answer.unwrap_or(Value::Absent)).map_err(Unanswered::WrongType))
}
