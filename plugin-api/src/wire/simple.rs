//! Nothing, yes and no, and single characters.

use super::{crossing::Wire, unexpected::unexpected};
use crate::{abi::Value, describe::Describe, error::Error};

impl<'a> Wire<'a> for () {
    const NULLABLE: bool = true;

    fn describe(_: &mut Describe) -> String {
        "()".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::None
    }
    #[inline]
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::None => {
                // Holds nothing to be dropped, which the compiler does not see.
                std::mem::forget(value);
                Ok(())
            }
            other => unexpected("()", other),
        }
    }
    fn missing(_: Error) -> Self {}
}

impl<'a> Wire<'a> for bool {
    fn describe(_: &mut Describe) -> String {
        "bool".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::Bool(self)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Bool(value) => Ok(value),
            other => unexpected("a bool", other),
        }
    }
    fn missing(_: Error) -> Self {
        false
    }
}

impl<'a> Wire<'a> for char {
    fn describe(_: &mut Describe) -> String {
        "char".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::Int(u32::from(self).into())
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let fitting = match value {
            Value::Int(number) => u32::try_from(number).ok().and_then(Self::from_u32),
            _ => None,
        };
        fitting.map_or_else(|| unexpected("a char", value), Ok)
    }
    fn missing(_: Error) -> Self {
        Self::default()
    }
}
