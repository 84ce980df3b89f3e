//! Boxes and what else points to one value, which cross as what they hold.

use std::{
    borrow::Cow,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

/// A pointer; what the type needs besides, and how what it holds is taken out.
macro_rules! pointers {
    ($($Pointer:ident<T $(: $Bound:ident)?>: $take:expr;)*) => {$(
        impl<'a, T: Wire<'a> $(+ $Bound)?> Wire<'a> for $Pointer<T> {
            const NULLABLE: bool = T::NULLABLE;
            const FALLIBLE: bool = T::FALLIBLE;
            const EMPTY_IS_FINITE: () = T::EMPTY_IS_FINITE;

            fn describe(into: &mut Describe) -> String {
                T::describe(into)
            }
            fn into_value(self) -> Value<'a> {
                let take: fn(Self) -> T = $take;
                take(self).into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                T::from_value(value).map(Self::new)
            }
            fn missing(error: Error) -> Self {
                Self::new(T::missing(error))
            }
        }
    )*};
}
pointers! {
    Box<T>: |held| *held;
    Rc<T: Clone>: Rc::unwrap_or_clone;
    Arc<T: Clone>: Arc::unwrap_or_clone;
}

/// What has a size of its own is in the place of what has none. Where the pointer shares it, it is
/// copied.
macro_rules! unsized_pointers {
    ($($Pointer:ident<$Unsized:ty>: $Owned:ty, $take:expr;)*) => {$(
        impl<'a> Wire<'a> for $Pointer<$Unsized> {
            fn describe(into: &mut Describe) -> String {
                <$Owned>::describe(into)
            }
            fn into_value(self) -> Value<'a> {
                let take: fn(Self) -> $Owned = $take;
                take(self).into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                <$Owned>::from_value(value).map(Self::from)
            }
            fn missing(error: Error) -> Self {
                <$Owned>::missing(error).into()
            }
        }
    )*};
}
unsized_pointers! {
    Box<str>: String, str::into_string;
    Rc<str>: String, |text| (*text).to_owned();
    Arc<str>: String, |text| (*text).to_owned();
    Box<OsStr>: OsString, OsStr::into_os_string;
    Rc<OsStr>: OsString, |text| (*text).to_owned();
    Arc<OsStr>: OsString, |text| (*text).to_owned();
    Box<Path>: PathBuf, Path::into_path_buf;
    Rc<Path>: PathBuf, |path| (*path).to_owned();
    Arc<Path>: PathBuf, |path| (*path).to_owned();
}

macro_rules! slices {
    ($($Pointer:ident<[T $(: $Bound:ident)?]>: $take:expr;)*) => {$(
        impl<'a, T: Wire<'a> $(+ $Bound)?> Wire<'a> for $Pointer<[T]> {
            fn describe(into: &mut Describe) -> String {
                Vec::<T>::describe(into)
            }
            fn into_value(self) -> Value<'a> {
                let take: fn(Self) -> Vec<T> = $take;
                take(self).into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                Vec::from_value(value).map(Self::from)
            }
            fn missing(_: Error) -> Self {
                Vec::new().into()
            }
        }
    )*};
}
slices! {
    Box<[T]>: <[T]>::into_vec;
    Rc<[T: Clone]>: |list| list.to_vec();
    Arc<[T: Clone]>: |list| list.to_vec();
}

/// Crosses owned; text, paths and numbers cross borrowed where they are.
impl<'a, T: Wire<'a> + Clone> Wire<'a> for Cow<'a, T> {
    const NULLABLE: bool = T::NULLABLE;
    const FALLIBLE: bool = T::FALLIBLE;
    const EMPTY_IS_FINITE: () = T::EMPTY_IS_FINITE;

    fn describe(into: &mut Describe) -> String {
        T::describe(into)
    }
    fn into_value(self) -> Value<'a> {
        self.into_owned().into_value()
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        T::from_value(value).map(Cow::Owned)
    }
    fn missing(error: Error) -> Self {
        Cow::Owned(T::missing(error))
    }
}
