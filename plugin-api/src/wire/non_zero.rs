//! Integers that are never zero, and those that wrap or saturate.

use std::num::{NonZero, Saturating, Wrapping};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

macro_rules! non_zero {
    ($($int:ident)*) => {$(
        impl<'a> Wire<'a> for NonZero<$int> {
            fn describe(_: &mut Describe) -> String {
                concat!("non_zero<", stringify!($int), ">").to_owned()
            }
            fn into_value(self) -> Value<'a> {
                self.get().into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                let not_zero = concat!("expected ", stringify!($int), " other than zero, got 0");
                Self::new($int::from_value(value)?).ok_or_else(|| Error::new(not_zero))
            }
            /// The least that there is.
            fn missing(_: Error) -> Self {
                Self::new(1).unwrap_or(Self::MAX)
            }
        }
    )*};
}
non_zero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! transparent {
    ($($Number:ident)*) => {$(
        impl<'a, T: Wire<'a>> Wire<'a> for $Number<T> {
            fn describe(into: &mut Describe) -> String {
                T::describe(into)
            }
            fn into_value(self) -> Value<'a> {
                self.0.into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                T::from_value(value).map(Self)
            }
            fn missing(error: Error) -> Self {
                Self(T::missing(error))
            }
        }
    )*};
}
transparent!(Wrapping Saturating);
