//! Options and results, within one another too.

use super::{crossing::Wire, unexpected::unexpected};
use crate::{abi::Value, describe::Describe, error::Error};

impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    const NULLABLE: bool = true;
    // One that may be none crosses within a list, and its failure with it.
    const FALLIBLE: bool = T::FALLIBLE && !T::NULLABLE;

    fn describe(into: &mut Describe) -> String {
        format!("option<{}>", T::describe(into))
    }
    #[inline]
    fn into_value(self) -> Value<'a> {
        match self {
            None => Value::None,
            Some(value) if T::NULLABLE => list_of_one(value),
            Some(value) => value.into_value(),
        }
    }
    #[inline]
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::None => Ok(None),
            value if T::NULLABLE => from_list_of_one(value).map(Some),
            value => T::from_value(value).map(Some),
        }
    }
    #[inline]
    fn peek(value: &Value<'a>) -> Option<Self> {
        match value {
            Value::None => Some(None),
            _ if T::NULLABLE => None,
            value => T::peek(value).map(Some),
        }
    }
    fn missing(_: Error) -> Self {
        None
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Result<T, Error> {
    const NULLABLE: bool = T::NULLABLE && !T::FALLIBLE;
    const FALLIBLE: bool = true;

    fn describe(into: &mut Describe) -> String {
        format!("result<{}>", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Err(error) => error.into_failure().into(),
            Ok(value) if T::FALLIBLE => list_of_one(value),
            Ok(value) => value.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(if T::FALLIBLE { from_list_of_one(value) } else { T::from_value(value) })
    }
    fn missing(error: Error) -> Self {
        Err(error)
    }
}

fn list_of_one<'a, T: Wire<'a>>(value: T) -> Value<'a> {
    Value::List(vec![value.into_value()].into())
}

fn from_list_of_one<'a, T: Wire<'a>>(value: Value<'a>) -> Result<T, Error> {
    match value {
        Value::List(list) if list.len() == 1 => T::from_value(list.into_iter().next().unwrap_or(Value::Absent)),
        other => unexpected("a list of one", other),
    }
}
