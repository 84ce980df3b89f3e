//! What is said of a value of another type than its reader's.

use crate::{
    abi::{Numbers, Object, RBox, Slice, Value},
    error::Error,
};

/// The error of a reader that got something else than it `expected`; the failure of the other side
/// where that is what came.
///
/// # Errors
/// Always.
#[cold]
pub fn unexpected<T>(expected: &str, value: Value<'_>) -> Result<T, Error> {
    let found = match value {
        Value::Failure(failure) => return Err(Error::from_failure(RBox::into_inner(failure))),
        Value::Int(number) => number.to_string(),
        Value::Unsigned(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::List(list) => format!("a list of {}", list.len()),
        other => kind(&other).to_owned(),
    };
    Err(Error::new(format_args!("expected {expected}, got {found}")))
}

fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Absent => "nothing: the other side does not have this method",
        Value::None => "none",
        Value::Bool(_) => "a bool",
        Value::Int(_) | Value::Unsigned(_) | Value::Float(_) => "a number",
        Value::Str(_) => "a borrowed string",
        Value::String(_) => "a string",
        Value::Slice(slice) => kind_of_slice(slice),
        Value::Numbers(numbers) => kind_of_numbers(numbers),
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
        Value::Future(_) => "an answer that is not there yet",
        Value::Failure(_) => "a failure",
    }
}

fn kind_of_slice(slice: &Slice<'_>) -> &'static str {
    match slice {
        Slice::U8(_) => "borrowed bytes",
        Slice::I8(_) => "a borrowed list of i8",
        Slice::I16(_) => "a borrowed list of i16",
        Slice::I32(_) => "a borrowed list of i32",
        Slice::I64(_) => "a borrowed list of i64",
        Slice::U16(_) => "a borrowed list of u16",
        Slice::U32(_) => "a borrowed list of u32",
        Slice::U64(_) => "a borrowed list of u64",
        Slice::F32(_) => "a borrowed list of f32",
        Slice::F64(_) => "a borrowed list of f64",
    }
}

fn kind_of_numbers(numbers: &Numbers) -> &'static str {
    match numbers {
        Numbers::U8(_) => "bytes",
        Numbers::I8(_) => "a list of i8",
        Numbers::I16(_) => "a list of i16",
        Numbers::I32(_) => "a list of i32",
        Numbers::I64(_) => "a list of i64",
        Numbers::U16(_) => "a list of u16",
        Numbers::U32(_) => "a list of u32",
        Numbers::U64(_) => "a list of u64",
        Numbers::F32(_) => "a list of f32",
        Numbers::F64(_) => "a list of f64",
    }
}

/// The object of a view.
///
/// # Errors
/// As `Wire::from_value`.
pub fn object(value: Value<'_>) -> Result<Object, Error> {
    match value {
        Value::Object(object) => Ok(object),
        other => unexpected("an object", other),
    }
}
