//! Text of the system's is bytes.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
};

use crate::{abi::Value, error::Error, wire::Wire};

pub(crate) fn owned<'a>(text: OsString) -> Value<'a> {
    text.into_vec().into_value()
}

pub(crate) fn read_owned(value: Value<'_>) -> Result<OsString, Error> {
    Vec::<u8>::from_value(value).map(OsString::from_vec)
}

pub(crate) fn borrowed(text: &OsStr) -> Value<'_> {
    text.as_bytes().into_value()
}

pub(crate) fn read_borrowed(value: Value<'_>) -> Result<&OsStr, Error> {
    <&[u8]>::from_value(value).map(OsStr::from_bytes)
}

pub(crate) fn is_borrowed(value: &Value<'_>) -> bool {
    matches!(value, Value::Slice(_))
}
