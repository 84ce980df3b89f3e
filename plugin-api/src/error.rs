//! What the other side of the boundary says when it fails.

use std::{error::Error as StdError, fmt};

use crate::abi::Failure;

/// Most causes that cross with an error.
const MAX_CAUSES: usize = 16;
/// Longest text of an error, or of one of its causes, that is taken from the other side, in bytes.
const MAX_TEXT: usize = 16 * 1024;
/// Longest code, in bytes.
const MAX_CODE: usize = 64;

/// How the other side failed: a message for a person, a [code](Self::code) for programs, and the
/// causes, as [`source`](StdError::source)s.
///
/// It is a standard error, so `?` passes it on to anything that takes those, among them
/// [`Failed`](crate::Failed), which is what hookimpls return:
///
/// ```
/// # use hookspec::Error;
/// let cause = std::io::Error::other("no space left");
/// let error = Error::new("cannot save the note").with_source(cause).with_code("disk_full");
/// assert_eq!(error.code(), Some("disk_full"));
/// assert_eq!(error.to_string(), "cannot save the note");
/// assert_eq!(format!("{error:#}"), "cannot save the note: no space left");
///
/// let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
/// assert_eq!(boxed.source().unwrap().to_string(), "no space left");
/// ```
///
/// `{}` shows the message, `{:#}` the causes, too, in the same line. Text from the other side is as
/// it was said: whoever shows it takes out what a terminal would act upon.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    /// Empty where nobody said.
    code: String,
    panicked: bool,
    cause: Option<Error>,
}

impl Error {
    /// An error that says `message`: what happened, to what, and what to do.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::of(message.to_string(), None)
    }

    /// With a short word by which programs tell this error from others, such as `disk_full`. It has
    /// letters, digits, `_`, `-` and `.`, at most 64; anything else in it becomes `_`.
    pub fn with_code(mut self, code: impl AsRef<str>) -> Self {
        self.0.code = word(code.as_ref());
        self
    }

    /// With what led to it, and what led to that.
    pub fn with_source(mut self, source: impl StdError + 'static) -> Self {
        let source = Self::from_std(&source);
        if self.0.code.is_empty() {
            self.0.code.clone_from(&source.0.code);
        }
        self.0.cause = Some(source);
        self
    }

    /// Made of an error behind a box, or of `anyhow`'s or `eyre`'s, with its causes and code.
    pub fn from_boxed(error: impl AsRef<dyn StdError + Send + Sync>) -> Self {
        Self::from_std(error.as_ref())
    }

    /// What happened, without the causes.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The word that its author has set, if any.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        Some(&*self.0.code).filter(|code| !code.is_empty())
    }

    /// Whether the code behind the error panicked.
    #[must_use]
    pub fn panicked(&self) -> bool {
        self.0.panicked
    }

    /// Of any error, with its causes. The code is that of the first among them that has one.
    pub(crate) fn from_std(error: &(dyn StdError + 'static)) -> Self {
        if let Some(same) = error.downcast_ref::<Self>() {
            return same.clone();
        }
        let sources = || sources(error);
        let code = sources().take(MAX_CAUSES).find_map(|error| error.downcast_ref::<Self>()?.code());
        let made = Self::of(error.to_string(), Self::chain(sources().map(ToString::to_string)));
        match code {
            Some(code) => made.with_code(code),
            None => made,
        }
    }

    fn of(message: String, cause: Option<Self>) -> Self {
        Self(Box::new(Inner { message, code: String::new(), panicked: false, cause }))
    }

    /// The first of `causes`, which the others led to.
    fn chain(causes: impl Iterator<Item = String>) -> Option<Self> {
        let causes: Vec<_> = causes.take(MAX_CAUSES).map(bounded).collect();
        causes.into_iter().rev().fold(None, |cause, message| Some(Self::of(message, cause)))
    }

    fn causes(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.0.cause.as_ref(), |error| error.0.cause.as_ref())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return f.write_str(&self.0.message);
        }
        let mut shown = self.0.message.clone();
        for cause in self.causes() {
            // Some errors show their source themselves.
            if !shown.contains(&cause.0.message) {
                shown = format!("{shown}: {}", cause.0.message);
            }
        }
        f.write_str(&shown)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes: Vec<_> = self.causes().map(Self::message).collect();
        let mut shown = f.debug_struct("Error");
        shown.field("message", &self.0.message);
        if let Some(code) = self.code() {
            shown.field("code", &code);
        }
        if self.0.panicked {
            shown.field("panicked", &true);
        }
        if !causes.is_empty() {
            shown.field("causes", &causes);
        }
        shown.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

/// So that `?` works in a view's method that returns this error. What is not here is passed on by
/// `map_err(Error::new)`, or the view returns [`hookspec::Result`](crate::Result), which takes all.
macro_rules! from_common {
    ($($Common:ty)*) => {$(
        impl From<$Common> for Error {
            fn from(error: $Common) -> Self {
                Self::from_std(&error)
            }
        }
    )*};
}
from_common! {
    std::io::Error fmt::Error std::env::VarError std::time::SystemTimeError std::net::AddrParseError
    std::num::ParseIntError std::num::ParseFloatError std::num::TryFromIntError
    std::str::Utf8Error std::string::FromUtf8Error std::str::ParseBoolError std::char::ParseCharError
}

impl From<Box<dyn StdError + Send + Sync>> for Error {
    fn from(error: Box<dyn StdError + Send + Sync>) -> Self {
        Self::from_std(&*error)
    }
}

impl Error {
    /// As it crosses, read.
    #[doc(hidden)]
    #[must_use]
    pub fn from_failure(failure: Failure) -> Self {
        let Failure { message, panicked, code, causes } = failure;
        let cause = Self::chain(causes.into_iter().map(Into::into));
        let message = bounded(message.into());
        Self(Box::new(Inner { message, code: word(&code), panicked, cause }))
    }

    /// To the other side.
    #[doc(hidden)]
    #[must_use]
    pub fn into_failure(self) -> Failure {
        let causes = self.causes().take(MAX_CAUSES).map(|cause| cause.message().into()).collect();
        let Inner { message, code, panicked, .. } = *self.0;
        Failure { message: message.into(), panicked, code: code.into(), causes }
    }
}

fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |error| (**error).source())
}

fn bounded(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        let end = (0..=MAX_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

fn word(code: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    code.chars().take(MAX_CODE).map(|letter| if allowed(letter) { letter } else { '_' }).collect()
}
