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
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Self::peek(&value).map_or_else(|| unexpected("()", value), Ok)
    }
    #[inline]
    fn peek(value: &Value<'a>) -> Option<Self> {
        matches!(value, Value::None).then_some(())
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
        Self::peek(&value).map_or_else(|| unexpected("a bool", value), Ok)
    }
    #[inline]
    fn peek(value: &Value<'a>) -> Option<Self> {
        if let Value::Bool(value) = value { Some(*value) } else { None }
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
        Self::peek(&value).map_or_else(|| unexpected("a char", value), Ok)
    }
    fn peek(value: &Value<'a>) -> Option<Self> {
        let Value::Int(number) = value else { return None };
        u32::try_from(*number).ok().and_then(Self::from_u32)
    }
    fn missing(_: Error) -> Self {
        Self::default()
    }
}
