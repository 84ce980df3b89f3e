//! What a type is asked for so that it can cross.

use crate::{
    abi::{Value, can_raise, raise},
    describe::Describe,
    error::Error,
};

use super::unexpected::unexpected;

/// A type that may stand in a view, in a struct or enum of an interface, or as a hook's output.
///
/// | crosses | as |
/// |---|---|
/// | `()`, `bool`, `char`, every integer and float, `NonZero` | themselves |
/// | `String`, `&str`, `Cow<str>` | text, without a copy where it is borrowed |
/// | `Vec<u8>`, `Vec<f64>` and the other plain numbers | one piece, copied once |
/// | [`Bytes`](crate::Bytes), [`Buffer<T>`](crate::Buffer), `&[u8]`, `&[f64]` … | one piece, never copied |
/// | `Vec<T>`, `[T; N]`, every other collection of the standard library, tuples | lists |
/// | `Option<T>`, `Result<T, `[`Error`]`>` | what they hold, nested as you like |
/// | `Box`, `Rc`, `Arc` and `Cow`, of a slice, text or a path too | what they hold |
/// | `Duration`, `SystemTime` | seconds and nanoseconds |
/// | `PathBuf`, `OsString`, `&Path`, `&OsStr` | what the system has, Unicode or not |
/// | `IpAddr`, `SocketAddr` and those of one version | their bytes and numbers |
/// | [views](crate::views!) | handles; nothing is computed until a method is called |
/// | [structs and enums](crate::types!) of an interface | their fields |
/// | `Json<T>` (feature `json`) | the JSON of a type of serde's |
///
/// Nothing is silently changed on its way. What does not fit the reader's type is an error that
/// names it: `expected u8, got 300`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross between a host and a plugin",
    label = "does not cross",
    note = "numbers, text, bytes, lists, maps, options, tuples, paths and times of the standard library cross, owned",
    note = "a type of your own crosses when it is declared in `hookspec::views!` or `hookspec::types!`",
    note = "errors cross as `hookspec::Error`, types of serde's as `hookspec::Json<T>` (feature `json`)"
)]
pub trait Wire<'a>: Sized {
    /// Whether a value of this type may cross as "none". `Some` of it then crosses as a list of
    /// one.
    const NULLABLE: bool = false;

    /// Whether a value of this type may cross as a failure. `Ok` of it then crosses as a list of
    /// one.
    const FALLIBLE: bool = false;

    /// Evaluated for types that contain others in any case: a type that contains itself this way
    /// has no empty value, and does not compile.
    #[doc(hidden)]
    const EMPTY_IS_FINITE: () = ();

    /// Writes this type's name, and adds the types of the interface that it mentions to the
    /// signature.
    fn describe(into: &mut Describe) -> String;

    /// To the other side.
    fn into_value(self) -> Value<'a>;

    /// From the other side.
    ///
    /// # Errors
    /// The failure that the other side reported, or a line that says what came instead.
    fn from_value(value: Value<'a>) -> Result<Self, Error>;

    /// Reads a value that owns nothing where it lies, so that it is neither moved nor dropped, which
    /// is most of what taking a number over costs; `None` leaves it to [`from_value`](Self::from_value).
    #[doc(hidden)]
    #[inline]
    fn peek(value: &Value<'a>) -> Option<Self> {
        let _ = value;
        None
    }

    /// What a reader gets when there is no value: the empty value of the type, or `error` where the
    /// type has room for it.
    fn missing(error: Error) -> Self;

    /// Many to the other side: in one piece where the type can.
    #[doc(hidden)]
    fn list_into_value(list: Vec<Self>) -> Value<'a> {
        Value::List(list.into_iter().map(Self::into_value).collect())
    }

    /// Many from the other side.
    #[doc(hidden)]
    fn list_from_value(value: Value<'a>) -> Result<Vec<Self>, Error> {
        match value {
            Value::List(list) => list.into_iter().map(Self::from_value).collect(),
            other => unexpected("a list", other),
        }
    }
}

/// The value that a method gave.
///
/// Where the other side does not know the method, that is the type's empty value. So it is where
/// the other side failed and the caller is a host outside of any hookimpl, which no plugin may take
/// down; within a hookimpl or another method the failure ends that, and is its failure.
#[must_use]
#[inline]
pub fn from_answer<'a, T: Wire<'a>>(value: Value<'a>) -> T {
    if let Some(answer) = T::peek(&value) {
        // It owns nothing.
        std::mem::forget(value);
        return answer;
    }
    taken(value)
}

fn taken<'a, T: Wire<'a>>(value: Value<'a>) -> T {
    let is_absent = matches!(value, Value::Absent);
    T::from_value(value).unwrap_or_else(|error| no_answer(error, is_absent))
}

#[cold]
fn no_answer<'a, T: Wire<'a>>(error: Error, is_absent: bool) -> T {
    if !is_absent && can_raise() {
        raise(error.into_failure());
    }
    T::missing(error)
}
