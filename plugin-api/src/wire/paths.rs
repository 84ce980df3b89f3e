//! Paths and other text of the system's, which need not be Unicode: bytes on Unix, units of UTF-16
//! on Windows.

use std::{
    borrow::Cow,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error, os};

impl<'a> Wire<'a> for OsString {
    fn describe(_: &mut Describe) -> String {
        "os_string".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        os::owned(self)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::String(text) => Ok(text.into_string().into()),
            Value::Str(text) => Ok(text.as_str().into()),
            other => os::read_owned(other),
        }
    }
    fn missing(_: Error) -> Self {
        Self::new()
    }
}

impl<'a> Wire<'a> for &'a OsStr {
    fn describe(_: &mut Describe) -> String {
        "os_str".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        os::borrowed(self)
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::Str(text) => Ok(OsStr::new(text.as_str())),
            other => os::read_borrowed(other),
        }
    }
    fn missing(_: Error) -> Self {
        OsStr::new("")
    }
}

impl<'a> Wire<'a> for PathBuf {
    fn describe(_: &mut Describe) -> String {
        "path_buf".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        self.into_os_string().into_value()
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        OsString::from_value(value).map(Self::from)
    }
    fn missing(_: Error) -> Self {
        Self::new()
    }
}

impl<'a> Wire<'a> for &'a Path {
    fn describe(_: &mut Describe) -> String {
        "path".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        self.as_os_str().into_value()
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        <&'a OsStr>::from_value(value).map(Path::new)
    }
    fn missing(_: Error) -> Self {
        Path::new("")
    }
}

/// Crosses borrowed or owned, as it is.
impl<'a> Wire<'a> for Cow<'a, OsStr> {
    fn describe(_: &mut Describe) -> String {
        "cow<os_str>".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Cow::Borrowed(text) => text.into_value(),
            Cow::Owned(text) => text.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            value if os::is_borrowed(&value) => <&'a OsStr>::from_value(value).map(Cow::Borrowed),
            Value::Str(text) => Ok(Cow::Borrowed(OsStr::new(text.as_str()))),
            other => OsString::from_value(other).map(Cow::Owned),
        }
    }
    fn missing(_: Error) -> Self {
        Cow::Borrowed(OsStr::new(""))
    }
}

impl<'a> Wire<'a> for Cow<'a, Path> {
    fn describe(_: &mut Describe) -> String {
        "cow<path>".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Cow::Borrowed(path) => path.into_value(),
            Cow::Owned(path) => path.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(match Cow::<OsStr>::from_value(value)? {
            Cow::Borrowed(text) => Cow::Borrowed(Path::new(text)),
            Cow::Owned(text) => Cow::Owned(text.into()),
        })
    }
    fn missing(_: Error) -> Self {
        Cow::Borrowed(Path::new(""))
    }
}
