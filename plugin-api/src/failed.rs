//! What plugins return when they fail.

use std::{error::Error as StdError, fmt, ops::Deref};

use crate::{
    abi::{Failure, Value},
    describe::Describe,
    error::Error,
    wire::Wire,
};

/// That a hookimpl, or what else a plugin's author writes, has failed: made by `?` from any
/// [standard error](StdError), with its causes.
///
/// It holds an [`Error`], which is what the other side gets, and whose methods it has. It is no
/// standard error itself, since none can be made by `?` from all others (`anyhow` has the same
/// reason); [`into_error`](Self::into_error) gives one.
///
/// ```
/// use hookspec::{Failed, Result};
///
/// fn minutes(text: &str) -> Result<u32> {
///     if text.is_empty() {
///         return Err(Failed::new("say how many minutes").with_code("no_minutes"));
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(minutes("").unwrap_err().code(), Some("no_minutes"));
/// assert_eq!(minutes("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
///
/// `anyhow`'s error is none that `?` takes: `Failed::from_boxed` does, as in
/// `bake().map_err(Failed::from_boxed)?`.
#[derive(Clone, PartialEq, Eq)]
pub struct Failed(Error);

/// What hookimpls and [`Plugin::new`](crate::Plugin::new) return.
pub type Result<T, E = Failed> = std::result::Result<T, E>;

impl Failed {
    /// A failure that says `message`: what happened, to what, and what to do.
    pub fn new(message: impl fmt::Display) -> Self {
        Self(Error::new(message))
    }

    /// As [`Error::with_code`].
    pub fn with_code(self, code: impl AsRef<str>) -> Self {
        Self(self.0.with_code(code))
    }

    /// As [`Error::with_source`].
    pub fn with_source(self, source: impl StdError + 'static) -> Self {
        Self(self.0.with_source(source))
    }

    /// As [`Error::from_boxed`].
    pub fn from_boxed(error: impl AsRef<dyn StdError + Send + Sync>) -> Self {
        Self(Error::from_boxed(error))
    }

    /// As a standard error.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.0
    }

    /// To the other side.
    #[doc(hidden)]
    #[must_use]
    pub fn into_failure(self) -> Failure {
        self.0.into_failure()
    }
}

impl<E: StdError + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(Error::from_std(&error))
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.0
    }
}

impl From<Failed> for Box<dyn StdError + Send + Sync> {
    fn from(failed: Failed) -> Self {
        failed.0.into()
    }
}

impl From<Failed> for Box<dyn StdError> {
    fn from(failed: Failed) -> Self {
        failed.0.into()
    }
}

impl Deref for Failed {
    type Target = Error;

    fn deref(&self) -> &Error {
        &self.0
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The same type as `Result<T, `[`Error`]`>` to the other side: a view may return either.
impl<'a, T: Wire<'a>> Wire<'a> for Result<T> {
    const NULLABLE: bool = Result::<T, Error>::NULLABLE;
    const FALLIBLE: bool = Result::<T, Error>::FALLIBLE;

    fn describe(into: &mut Describe) -> String {
        Result::<T, Error>::describe(into)
    }

    fn into_value(self) -> Value<'a> {
        self.map_err(Error::from).into_value()
    }

    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(Result::<T, Error>::from_value(value)?.map_err(Failed))
    }

    fn missing(error: Error) -> Self {
        Err(Failed(error))
    }
}
