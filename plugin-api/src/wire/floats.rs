//! Floats.

use super::{
    crossing::Wire,
    numbers::{list_of, read_list},
    unexpected::unexpected,
};
use crate::{abi::Value, describe::Describe, error::Error};

macro_rules! floats {
    ($($float:ident: $read:ident)*) => {$(
        impl<'a> Wire<'a> for $float {
            fn describe(_: &mut Describe) -> String {
                stringify!($float).to_owned()
            }
            fn into_value(self) -> Value<'a> {
                Value::Float(self.into())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                Self::peek(&value).map_or_else(|| unexpected(stringify!($float), value), Ok)
            }
            #[inline]
            fn peek(value: &Value<'a>) -> Option<Self> {
                if let Value::Float(number) = *value { $read(number) } else { None }
            }
            fn missing(_: Error) -> Self {
                0.0
            }
            fn list_into_value(list: Vec<Self>) -> Value<'a> {
                list_of(list)
            }
            fn list_from_value(value: Value<'a>) -> Result<Vec<Self>, Error> {
                read_list(value)
            }
        }
    )*};
}
floats!(f32: single f64: Some);

/// The number in single precision, unless that would change it.
#[allow(clippy::cast_possible_truncation, reason = "what is lost is looked at")]
fn single(number: f64) -> Option<f32> {
    let single = number as f32;
    (f64::from(single).to_bits() == number.to_bits() || number.is_nan()).then_some(single)
}
