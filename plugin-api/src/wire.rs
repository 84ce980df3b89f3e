//! Plain Rust types on either side of the boundary.

use crate::{
    abi::{Numbers, Object, RBox, RString, RVec, Slice, Value},
    describe::Describe,
    error::Error,
};

/// A type that may stand in a view or as a hook's output.
///
/// Implemented for `()`, `bool`, the integers, `f64`, `&str`, `String`, `Option`, `Vec`, tuples of
/// two and three, `Result<_, `[`Error`]`>` and every view. An integer that does not fit the
/// receiving type counts as missing.
pub trait Wire<'a>: Sized {
    /// Whether a value of this type may cross as "none", and so cannot stand in an `Option` or be
    /// the first result of a hook.
    const NULLABLE: bool = false;

    /// Writes this type's name, and adds the views it mentions to the signature.
    fn describe(into: &mut Describe) -> String;
    /// To the other side.
    fn into_value(self) -> Value<'a>;
    /// From the other side.
    ///
    /// # Errors
    /// The failure that the other side reported, or a line that says what came instead.
    fn from_value(value: Value<'a>) -> Result<Self, Error>;
    /// What a reader gets when there is no value: the empty value of the type, or `error` where the
    /// type has room for it.
    fn missing(error: Error) -> Self;
}

/// The value, or the type's fallback.
#[must_use]
pub fn from_answer<'a, T: Wire<'a>>(value: Value<'a>) -> T {
    T::from_value(value).unwrap_or_else(T::missing)
}

/// The arguments of a method call, taken one by one.
pub struct Args<'a>(std::vec::IntoIter<Value<'a>>);

impl<'a> Args<'a> {
    /// The arguments as they crossed.
    #[must_use]
    pub fn new(args: RVec<Value<'a>>) -> Self {
        Self(args.into_vec().into_iter())
    }

    /// The next argument, or the fallback of its type when it is missing or of another type.
    pub fn take<T: Wire<'a>>(&mut self) -> T {
        from_answer(self.0.next().unwrap_or(Value::Absent))
    }
}

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
    /// The value with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        owned(self.0)
    }
}

fn owned(value: Value<'_>) -> Value<'static> {
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
        Value::List(items) => Value::List(items.into_iter().map(owned).collect()),
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

/// The object of a view.
///
/// # Errors
/// As [`Wire::from_value`].
pub fn object(value: Value<'_>) -> Result<Object, Error> {
    match value {
        Value::Object(object) => Ok(object),
        other => unexpected("an object", other),
    }
}

#[cold]
fn unexpected<T>(expected: &str, value: Value<'_>) -> Result<T, Error> {
    let found = match value {
        Value::Failure(failure) => return Err(Error::from_failure(RBox::into_inner(failure))),
        Value::Absent => "nothing: the other side does not have this method",
        Value::None => "none",
        Value::Bool(_) => "a bool",
        Value::Int(_) | Value::Unsigned(_) => "an integer of another size",
        Value::Float(_) => "a float",
        Value::Str(_) | Value::String(_) => "a string",
        Value::List(_) => "a list of another shape",
        Value::Slice(_) | Value::Numbers(_) => "numbers",
        Value::Object(_) => "an object",
        Value::Future(_) => "an answer that is not there yet",
    };
    Err(Error::new(format_args!("expected {expected}, got {found}")))
}

impl<'a> Wire<'a> for () {
    const NULLABLE: bool = true;

    fn describe(_: &mut Describe) -> String {
        "()".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::None
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::None => Ok(()),
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

impl<'a> Wire<'a> for f64 {
    fn describe(_: &mut Describe) -> String {
        "f64".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        Value::Float(self)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Float(value) => Ok(value),
            other => unexpected("a float", other),
        }
    }
    fn missing(_: Error) -> Self {
        0.0
    }
}

macro_rules! integers {
    ($($int:ident)*) => {$(
        impl<'a> Wire<'a> for $int {
            fn describe(_: &mut Describe) -> String {
                stringify!($int).to_owned()
            }
            fn into_value(self) -> Value<'a> {
                match i64::try_from(self) {
                    Ok(value) => Value::Int(value),
                    Err(_) => Value::Unsigned(self as u64),
                }
            }
            #[inline]
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                let fitting = if let Value::Int(int) = value { $int::try_from(int).ok() } else { None };
                fitting.map_or_else(|| unexpected(stringify!($int), value), Ok)
            }
            fn missing(_: Error) -> Self {
                0
            }
        }
    )*};
}
integers!(i32 i64 u8 u32 u64 usize);

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

impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    const NULLABLE: bool = true;

    fn describe(into: &mut Describe) -> String {
        format!("option<{}>", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        const { assert!(!T::NULLABLE, "`Some` of a type that may itself be none would arrive as `None`") };
        self.map_or(Value::None, T::into_value)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::None => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
    fn missing(_: Error) -> Self {
        None
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Vec<T> {
    fn describe(into: &mut Describe) -> String {
        format!("list<{}>", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::List(list) => list.into_iter().map(T::from_value).collect(),
            other => unexpected("a list", other),
        }
    }
    fn missing(_: Error) -> Self {
        Self::new()
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => {$(
        impl<'a, $($name: Wire<'a>),+> Wire<'a> for ($($name,)+) {
            fn describe(into: &mut Describe) -> String {
                format!("({})", [$($name::describe(into)),+].join(", "))
            }
            #[allow(non_snake_case, reason = "a type and its value share the macro's name")]
            fn into_value(self) -> Value<'a> {
                let ($($name,)+) = self;
                Value::List(vec![$($name.into_value()),+].into())
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                let Value::List(list) = value else {
                    return unexpected("a tuple", value);
                };
                let mut items = list.into_iter();
                let tuple = ($($name::from_value(items.next().unwrap_or(Value::Absent))?,)+);
                match items.next() {
                    None => Ok(tuple),
                    Some(_) => Err(Error::new("expected a tuple, got a longer list")),
                }
            }
            fn missing(error: Error) -> Self {
                ($($name::missing(error.clone()),)+)
            }
        }
    )*};
}
tuples!((A B) (A B C) (A B C D));

impl<'a, T: Wire<'a>> Wire<'a> for Result<T, Error> {
    fn describe(into: &mut Describe) -> String {
        format!("result<{}>", T::describe(into))
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Ok(value) => value.into_value(),
            Err(error) => error.into_failure().into(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(T::from_value(value))
    }
    fn missing(error: Error) -> Self {
        Err(error)
    }
}
