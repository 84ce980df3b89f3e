//! Text, borrowed and owned.

use std::borrow::Cow;

use super::{crossing::Wire, numbers::Number, unexpected::unexpected};
use crate::{
    abi::{RString, Value},
    describe::Describe,
    error::Error,
};

impl<'a> Wire<'a> for &'a str {
    fn describe(_: &mut Describe) -> String {
        "str".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::Str(self.into())
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Str(text) => Ok(text.as_str()),
            other => unexpected("a borrowed string", other),
        }
    }
    fn missing(_: Error) -> Self {
        ""
    }
}

impl<'a> Wire<'a> for String {
    fn describe(_: &mut Describe) -> String {
        "string".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::String(RString::from(self))
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::String(text) => Ok(text.into_string()),
            Value::Str(text) => Ok(text.to_string()),
            other => unexpected("a string", other),
        }
    }
    fn missing(_: Error) -> Self {
        Self::new()
    }
}

/// Crosses borrowed or owned, as it is.
impl<'a> Wire<'a> for Cow<'a, str> {
    fn describe(_: &mut Describe) -> String {
        "cow<str>".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Cow::Borrowed(text) => text.into_value(),
            Cow::Owned(text) => text.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Str(text) => Ok(Cow::Borrowed(text.as_str())),
            other => String::from_value(other).map(Cow::Owned),
        }
    }
    fn missing(_: Error) -> Self {
        Cow::Borrowed("")
    }
}

/// Crosses borrowed or owned, as it is.
impl<'a, T: Number> Wire<'a> for Cow<'a, [T]> {
    fn describe(_: &mut Describe) -> String {
        format!("cow<{}>", T::NAME)
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Cow::Borrowed(numbers) => numbers.into_value(),
            Cow::Owned(numbers) => T::list_into_value(numbers),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            value @ Value::Slice(_) => <&'a [T]>::from_value(value).map(Cow::Borrowed),
            other => T::list_from_value(other).map(Cow::Owned),
        }
    }
    fn missing(_: Error) -> Self {
        Cow::Borrowed(&[])
    }
}
