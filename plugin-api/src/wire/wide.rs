//! Integers of 128 bits, which cross in two halves where 64 bits do not do.

use super::{crossing::Wire, unexpected::unexpected};
use crate::{abi::Value, describe::Describe, error::Error};

macro_rules! wide {
    ($($wide:ident $High:ident)*) => {$(
        impl<'a> Wire<'a> for $wide {
            fn describe(_: &mut Describe) -> String {
                stringify!($wide).to_owned()
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the lower half")]
            fn into_value(self) -> Value<'a> {
                if let Ok(number) = i64::try_from(self) {
                    return Value::Int(number);
                }
                // Both fit: one is what is left of 128 bits, the other is cut to the last 64.
                let high = ((self >> 64) as $High).into_value();
                Value::List(vec![high, (self as u64).into_value()].into())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                match value {
                    Value::List(list) if list.len() == 2 => {
                        let (high, low) = <($High, u64)>::from_value(Value::List(list))?;
                        Ok((Self::from(high) << 64) | Self::from(low))
                    }
                    Value::Int(number) => Self::try_from(number).or_else(|_| unexpected(stringify!($wide), value)),
                    other => unexpected(stringify!($wide), other),
                }
            }
            fn missing(_: Error) -> Self {
                0
            }
        }
    )*};
}
wide!(i128 i64 u128 u64);
