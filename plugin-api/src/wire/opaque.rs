//! Values passed on by whoever does not know their type.

use super::{
    crossing::Wire,
    depth::{is_too_deep, too_deep},
};
use crate::{
    abi::{Numbers, RBox, Slice, Value},
    describe::Describe,
    error::Error,
};

/// A value that is passed on as it is, to be read by whoever knows its type.
pub struct Opaque<'a>(pub Value<'a>);

impl<'a> Wire<'a> for Opaque<'a> {
    const NULLABLE: bool = true;

    fn describe(_: &mut Describe) -> String {
        "any".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        self.0
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Failure(failure) => Err(Error::from_failure(RBox::into_inner(failure))),
            value => Ok(Self(value)),
        }
    }
    fn missing(_: Error) -> Self {
        Self(Value::None)
    }
}

impl Opaque<'_> {
    /// The value with texts and numbers of its own. Whatever is nested too deeply in it is a
    /// failure in its place.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        owned(self.0, 0)
    }
}

fn owned(value: Value<'_>, depth: usize) -> Value<'static> {
    match value {
        Value::Absent => Value::Absent,
        Value::None => Value::None,
        Value::Bool(value) => Value::Bool(value),
        Value::Int(value) => Value::Int(value),
        Value::Unsigned(value) => Value::Unsigned(value),
        Value::Float(value) => Value::Float(value),
        Value::Str(text) => Value::String(text.into()),
        Value::String(text) => Value::String(text),
        Value::Slice(slice) => Value::Numbers(copied(slice)),
        Value::Numbers(numbers) => Value::Numbers(numbers),
        Value::List(_) if is_too_deep(depth) => too_deep().into_failure().into(),
        Value::List(items) => Value::List(items.into_iter().map(|item| owned(item, depth + 1)).collect()),
        Value::Object(object) => Value::Object(object),
        Value::Future(object) => Value::Future(object),
        Value::Failure(failure) => Value::Failure(failure),
    }
}

fn copied(slice: Slice<'_>) -> Numbers {
    match slice {
        Slice::I8(numbers) => Numbers::I8(numbers.to_rvec()),
        Slice::I16(numbers) => Numbers::I16(numbers.to_rvec()),
        Slice::I32(numbers) => Numbers::I32(numbers.to_rvec()),
        Slice::I64(numbers) => Numbers::I64(numbers.to_rvec()),
        Slice::U8(numbers) => Numbers::U8(numbers.to_rvec()),
        Slice::U16(numbers) => Numbers::U16(numbers.to_rvec()),
        Slice::U32(numbers) => Numbers::U32(numbers.to_rvec()),
        Slice::U64(numbers) => Numbers::U64(numbers.to_rvec()),
        Slice::F32(numbers) => Numbers::F32(numbers.to_rvec()),
        Slice::F64(numbers) => Numbers::F64(numbers.to_rvec()),
    }
}
