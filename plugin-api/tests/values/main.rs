//! Values on their way to the other side and back: every type, what does not fit, and what the
//! macros make.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bad;
mod declared;
mod failing;
#[cfg(feature = "json")]
mod json;
mod macros;
mod plain;

use hookspec::{Error, Wire, abi::Value};

/// What arrives of `value`.
fn crossed<T: Wire<'static>>(value: T) -> T {
    T::from_value(value.into_value()).expect("it arrives")
}

/// What a reader of `T` says of `value`.
fn refused<T: Wire<'static>>(value: Value<'static>) -> String {
    let error: Option<Error> = T::from_value(value).err();
    error.expect("it is refused").to_string()
}
