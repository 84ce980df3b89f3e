//! Lists, of any length and of one that the type says.

use std::collections::{BinaryHeap, LinkedList, VecDeque};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

impl<'a, T: Wire<'a>> Wire<'a> for Vec<T> {
    fn describe(into: &mut Describe) -> String {
        format!("list<{}>", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        T::list_into_value(self)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        T::list_from_value(value)
    }
    fn missing(_: Error) -> Self {
        Self::new()
    }
}

/// Other lists of the standard library, which cross as a `Vec` does.
macro_rules! lists {
    ($($List:ident<T $(: $Bound:ident)?>)*) => {$(
        impl<'a, T: Wire<'a> $(+ $Bound)?> Wire<'a> for $List<T> {
            fn describe(into: &mut Describe) -> String {
                Vec::<T>::describe(into)
            }
            fn into_value(self) -> Value<'a> {
                T::list_into_value(self.into_iter().collect())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                Ok(T::list_from_value(value)?.into_iter().collect())
            }
            fn missing(_: Error) -> Self {
                Self::new()
            }
        }
    )*};
}
lists!(VecDeque<T> LinkedList<T> BinaryHeap<T: Ord>);

impl<'a, T: Wire<'a>, const N: usize> Wire<'a> for [T; N] {
    const EMPTY_IS_FINITE: () = T::EMPTY_IS_FINITE;

    fn describe(into: &mut Describe) -> String {
        format!("[{}; {N}]", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        T::list_into_value(Vec::from(self))
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let list = T::list_from_value(value)?;
        let of_another_length =
            |list: Vec<T>| Error::new(format_args!("expected a list of {N}, got one of {}", list.len()));
        Self::try_from(list).map_err(of_another_length)
    }
    fn missing(error: Error) -> Self {
        std::array::from_fn(|_| T::missing(error.clone()))
    }
}
