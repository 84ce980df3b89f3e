//! Lists of plain numbers, which cross in one piece.

use super::{crossing::Wire, unexpected::unexpected};
use crate::{
    abi::{Numbers, RVec, Slice, Value},
    describe::Describe,
    error::Error,
};

mod sealed {
    pub trait Sealed {}
}

/// A number of which many cross in one piece: `i8` to `i64`, `u8` to `u64`, `f32` and `f64`.
#[diagnostic::on_unimplemented(
    message = "a slice or buffer of `{Self}` cannot cross between a host and a plugin",
    note = "slices and buffers of plain numbers cross; a list of anything else is a `Vec`"
)]
pub trait Number: sealed::Sealed + Copy + Send + Sync + for<'a> Wire<'a> + 'static {
    /// The number's type as it is written.
    #[doc(hidden)]
    const NAME: &'static str;
    /// The value of borrowed numbers.
    #[doc(hidden)]
    fn borrowed(numbers: &[Self]) -> Slice<'_>;
    /// The value of owned numbers.
    #[doc(hidden)]
    fn owned(numbers: RVec<Self>) -> Numbers;
    /// The numbers, or what came instead.
    #[doc(hidden)]
    fn from_borrowed(slice: Slice<'_>) -> Result<&[Self], Slice<'_>>;
    /// The numbers, or what came instead.
    #[doc(hidden)]
    fn from_owned(numbers: Numbers) -> Result<RVec<Self>, Numbers>;
}

macro_rules! numbers {
    ($($number:ident $Variant:ident)*) => {$(
        impl sealed::Sealed for $number {}

        impl Number for $number {
            const NAME: &'static str = stringify!($number);

            fn borrowed(numbers: &[Self]) -> Slice<'_> {
                Slice::$Variant(numbers.into())
            }
            fn owned(numbers: RVec<Self>) -> Numbers {
                Numbers::$Variant(numbers)
            }
            fn from_borrowed(slice: Slice<'_>) -> Result<&[Self], Slice<'_>> {
                match slice {
                    Slice::$Variant(numbers) => Ok(numbers.as_slice()),
                    other => Err(other),
                }
            }
            fn from_owned(numbers: Numbers) -> Result<RVec<Self>, Numbers> {
                match numbers {
                    Numbers::$Variant(numbers) => Ok(numbers),
                    other => Err(other),
                }
            }
        }
    )*};
}
numbers!(i8 I8 i16 I16 i32 I32 i64 I64 u8 U8 u16 U16 u32 U32 u64 U64 f32 F32 f64 F64);

/// Owned numbers in the allocation that they came in, or in one of this side's where they came
/// borrowed or one by one.
pub fn read_owned<T: Number>(value: Value<'_>) -> Result<RVec<T>, Error> {
    let other = match value {
        Value::Numbers(numbers) => match T::from_owned(numbers) {
            Ok(numbers) => return Ok(numbers),
            Err(other) => Value::Numbers(other),
        },
        Value::Slice(slice) => match T::from_borrowed(slice) {
            Ok(numbers) => return Ok(numbers.to_vec().into()),
            Err(other) => Value::Slice(other),
        },
        Value::List(list) => return list.into_iter().map(T::from_value).collect(),
        other => other,
    };
    unexpected(&format!("a list of {}", T::NAME), other)
}

/// Many in one piece.
pub fn list_of<'a, T: Number>(list: Vec<T>) -> Value<'a> {
    Value::Numbers(T::owned(list.into()))
}

/// Many, in an allocation of this side's.
pub fn read_list<T: Number>(value: Value<'_>) -> Result<Vec<T>, Error> {
    Ok(read_owned(value)?.into_vec())
}

/// Many of a type that crosses as a wider one.
pub fn narrowed<T: Number, U: TryFrom<T>>(value: Value<'_>, name: &str) -> Result<Vec<U>, Error> {
    let fitting = |number: T| U::try_from(number).or_else(|_| unexpected(name, number.into_value()));
    read_list::<T>(value)?.into_iter().map(fitting).collect()
}

impl<'a, T: Number> Wire<'a> for &'a [T] {
    fn describe(_: &mut Describe) -> String {
        format!("slice<{}>", T::NAME)
    }
    fn into_value(self) -> Value<'a> {
        Value::Slice(T::borrowed(self))
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let other = match value {
            Value::Slice(slice) => match T::from_borrowed(slice) {
                Ok(numbers) => return Ok(numbers),
                Err(other) => Value::Slice(other),
            },
            other => other,
        };
        unexpected(&format!("a borrowed list of {}", T::NAME), other)
    }
    fn missing(_: Error) -> Self {
        &[]
    }
}
