//! Integers up to 64 bits. One that is beyond `i64` crosses as a `u64`.

use super::{
    crossing::Wire,
    numbers::{list_of, narrowed, read_list},
    unexpected::unexpected,
};
use crate::{abi::Value, describe::Describe, error::Error};

/// An integer type; how one of its values crosses, how many do, and how many are read.
macro_rules! integers {
    ($one:path, $many:path, $read_many:path: $($int:ident)*) => {$(
        impl<'a> Wire<'a> for $int {
            fn describe(_: &mut Describe) -> String {
                stringify!($int).to_owned()
            }
            #[inline]
            fn into_value(self) -> Value<'a> {
                $one(self)
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                Self::peek(&value).map_or_else(|| unexpected(stringify!($int), value), Ok)
            }
            #[inline]
            fn peek(value: &Value<'a>) -> Option<Self> {
                match *value {
                    Value::Int(number) => $int::try_from(number).ok(),
                    Value::Unsigned(number) => $int::try_from(number).ok(),
                    _ => None,
                }
            }
            fn missing(_: Error) -> Self {
                0
            }
            fn list_into_value(list: Vec<Self>) -> Value<'a> {
                $many(list)
            }
            fn list_from_value(value: Value<'a>) -> Result<Vec<Self>, Error> {
                $read_many(value)
            }
        }
    )*};
}
integers!(small, list_of, read_list: i8 i16 i32 i64 u8 u16 u32);
integers!(large, list_of, read_list: u64);
integers!(unsigned_size, unsigned_sizes, read_unsigned_sizes: usize);
integers!(signed_size, signed_sizes, read_signed_sizes: isize);

#[inline]
fn small<'a>(number: impl Into<i64>) -> Value<'a> {
    Value::Int(number.into())
}

#[inline]
fn large<'a>(number: u64) -> Value<'a> {
    i64::try_from(number).map_or(Value::Unsigned(number), Value::Int)
}

// No system has addresses of more than 64 bits.

#[inline]
fn unsigned_size<'a>(number: usize) -> Value<'a> {
    large(number as u64)
}

fn unsigned_sizes<'a>(list: Vec<usize>) -> Value<'a> {
    u64::list_into_value(list.into_iter().map(|number| number as u64).collect())
}

fn read_unsigned_sizes(value: Value<'_>) -> Result<Vec<usize>, Error> {
    narrowed::<u64, _>(value, "usize")
}

#[inline]
fn signed_size<'a>(number: isize) -> Value<'a> {
    Value::Int(number as i64)
}

fn signed_sizes<'a>(list: Vec<isize>) -> Value<'a> {
    i64::list_into_value(list.into_iter().map(|number| number as i64).collect())
}

fn read_signed_sizes(value: Value<'_>) -> Result<Vec<isize>, Error> {
    narrowed::<i64, _>(value, "isize")
}
