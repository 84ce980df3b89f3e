//! The arguments of a method call.

use super::crossing::{Wire, from_answer};
use crate::abi::{RVec, Value};

/// The arguments of a method call, taken one by one.
pub struct Args<'a>(std::vec::IntoIter<Value<'a>>);

impl<'a> Args<'a> {
    /// The arguments as they crossed.
    #[must_use]
    pub fn new(args: RVec<Value<'a>>) -> Self {
        Self(args.into_vec().into_iter())
    }

    /// The next argument, or the empty value of its type when the caller gave none. One of another
    /// type fails the call.
    pub fn take<T: Wire<'a>>(&mut self) -> T {
        from_answer(self.0.next().unwrap_or(Value::Absent))
    }
}
