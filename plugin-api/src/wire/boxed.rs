//! Boxes, which cross as what they hold.

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

impl<'a, T: Wire<'a>> Wire<'a> for Box<T> {
    const NULLABLE: bool = T::NULLABLE;
    const FALLIBLE: bool = T::FALLIBLE;
    const EMPTY_IS_FINITE: () = T::EMPTY_IS_FINITE;

    fn describe(into: &mut Describe) -> String {
        T::describe(into)
    }
    fn into_value(self) -> Value<'a> {
        (*self).into_value()
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        T::from_value(value).map(Self::new)
    }
    fn missing(error: Error) -> Self {
        Self::new(T::missing(error))
    }
}
