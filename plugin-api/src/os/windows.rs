//! Text of the system's is units of UTF-16, which need not be Unicode.

use std::{
    ffi::{OsStr, OsString},
    os::windows::ffi::{OsStrExt, OsStringExt},
};

use crate::{
    abi::Value,
    error::Error,
    wire::{Wire, unexpected},
};

pub(crate) fn owned<'a>(text: OsString) -> Value<'a> {
    match text.into_string() {
        Ok(text) => text.into_value(),
        Err(text) => text.encode_wide().collect::<Vec<u16>>().into_value(),
    }
}

pub(crate) fn read_owned(value: Value<'_>) -> Result<OsString, Error> {
    Vec::<u16>::from_value(value).map(|units| OsString::from_wide(&units))
}

pub(crate) fn borrowed(text: &OsStr) -> Value<'_> {
    text.to_str().map_or_else(|| owned(text.to_owned()), Wire::into_value)
}

/// What is not Unicode has no form here that both sides could borrow.
pub(crate) fn read_borrowed(value: Value<'_>) -> Result<&OsStr, Error> {
    unexpected("text in Unicode (`PathBuf` and `OsString` have room for any other)", value)
}

pub(crate) fn is_borrowed(_: &Value<'_>) -> bool {
    false
}
