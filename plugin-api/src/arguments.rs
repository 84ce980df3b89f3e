//! What a hook tells its hookimpls: a view, nothing, or several values.

use std::{
    borrow::Borrow,
    ops::RangeFrom,
    sync::{Arc, OnceLock},
};

use crate::{
    abi::{Dispatch, Object, RVec, Value},
    error::Error,
    view::View,
    wire::Wire,
};

/// What a hook tells its hookimpls: a [view](crate::views!), nothing, or up to six named values.
///
/// A view crosses as the object that it is. Values cross as an object that gives each when it is
/// asked for, so a hookimpl may know fewer of them than its host, or more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a hook tells its hookimpls",
    label = "not a view, and not one to six named values",
    note = "write `fn()`, `fn(SomeView)`, or a name before each value: `fn(note: Note, force: bool)`",
    note = "a value is one of its own: `String` in the place of `&str`"
)]
pub trait Arguments: Clone + Send + Sync + 'static {
    /// The object by which they cross: lent, or made for one call.
    #[doc(hidden)]
    type Crossing<'a>: Borrow<Object>;
    /// As a hookimpl has them: lent, or made for one call.
    #[doc(hidden)]
    type Received<'a>: Borrow<Self>;

    /// The object by which they cross.
    #[doc(hidden)]
    fn cross(&self) -> Self::Crossing<'_>;

    /// What a hookimpl has, to be kept.
    #[doc(hidden)]
    fn keep(received: Self::Received<'_>) -> Self;
}

impl<V: View> Arguments for V {
    type Crossing<'a> = &'a Object;
    type Received<'a> = &'a V;

    #[inline]
    fn cross(&self) -> &Object {
        self.as_object()
    }

    fn keep(received: &Self) -> Self {
        received.clone()
    }
}

impl Arguments for () {
    type Crossing<'a> = &'static Object;
    type Received<'a> = ();

    fn cross(&self) -> &'static Object {
        static NOTHING: OnceLock<Object> = OnceLock::new();
        NOTHING.get_or_init(Object::empty)
    }

    fn keep((): ()) {}
}

/// One of several values that a hook tells its hookimpls, and the value that a hook folds: a type of
/// [`Wire`] that borrows nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a hook",
    label = "not a value of its own that crosses",
    note = "an argument can be cloned and sent to another thread, borrows nothing, and implements `Wire`"
)]
pub trait Argument: for<'a> Wire<'a> + Clone + Send + Sync + 'static {}

impl<T: for<'a> Wire<'a> + Clone + Send + Sync + 'static> Argument for T {}

/// Arguments of which the first is a `Value`, as a hook has that folds it.
#[diagnostic::on_unimplemented(
    message = "a hook that folds hands a `{Value}` on, and its arguments do not begin with one",
    label = "the first argument has another type than the output",
    note = "write `fn(value: {Value}, …) -> {Value}, fold`"
)]
#[doc(hidden)]
pub trait BeginWith<Value> {}

/// Values behind the boundary.
struct Values<T>(T);

macro_rules! arguments {
    ($(($First:ident $($Name:ident)*) ($($index:tt)+))*) => {$(
        impl<$First: Argument $(, $Name: Argument)*> Arguments for ($First, $($Name,)*) {
            type Crossing<'a> = Object;
            type Received<'a> = Self;

            fn cross(&self) -> Object {
                Object::new(Values(self.clone()))
            }

            fn keep(received: Self) -> Self {
                received
            }
        }

        impl<$First: Argument $(, $Name: Argument)*> Dispatch for Values<($First, $($Name,)*)> {
            fn dispatch<'a>(&'a self, method: u32, _: RVec<Value<'_>>) -> Value<'a> {
                match method {
                    $($index => self.0.$index.clone().into_value(),)+
                    _ => Value::Absent,
                }
            }
        }

        impl<$First $(, $Name)*> BeginWith<$First> for ($First, $($Name,)*) {}
    )*};
}
arguments! {
    (A) (0)
    (A B) (0 1)
    (A B C) (0 1 2)
    (A B C D) (0 1 2 3)
    (A B C D E) (0 1 2 3 4)
    (A B C D E F) (0 1 2 3 4 5)
}

/// The next argument of a call, or its default where the caller is older than the argument.
///
/// # Errors
/// When the other side gives something else.
pub fn argument<T: Argument>(
    args: &Object,
    name: &str,
    index: &mut RangeFrom<u32>,
    default: Option<fn() -> T>,
) -> Result<T, Error> {
    let number = index.next().unwrap_or(u32::MAX);
    match (args.call(number, RVec::new()), default) {
        (Value::Absent, Some(default)) => Ok(default()),
        (value, _) => T::from_value(value)
            .map_err(|error| Error::new(format_args!("the argument `{name}` cannot be used: {error}"))),
    }
}

/// The arguments of one step of a fold: the value as it is by now, and what else there is.
pub struct Step<T> {
    pub value: Arc<T>,
    pub rest: Object,
}

impl<T: Argument> Dispatch for Step<T> {
    fn dispatch<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a> {
        if method == 0 {
            return T::clone(&self.value).into_value();
        }
        self.rest.call(method, args)
    }
}
