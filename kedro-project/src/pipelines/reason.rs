//! Why a value is unknown.

use std::{borrow::Cow, fmt, rc::Rc};

use crate::pipelines::source::Source;

/// Why code is followed no further.
pub(super) const TOO_LARGE: &str = "the code goes too deep or is too large";

/// Why a value is unknown: written out only when somebody reads it, since most are not.
#[derive(Debug, Clone)]
pub(super) enum Reason {
    /// This text.
    Text(Rc<str>),
    /// What stands in this place.
    At(Rc<Place>),
}

/// What stands somewhere in a source.
#[derive(Debug)]
pub(super) struct Place {
    source: Rc<Source>,
    row: usize,
    what: Cow<'static, str>,
}

impl Reason {
    /// What stands in this row (from 0) of `source`.
    pub(super) fn at(source: &Rc<Source>, row: usize, what: impl Into<Cow<'static, str>>) -> Self {
        Self::At(Rc::new(Place { source: Rc::clone(source), row, what: what.into() }))
    }
}

impl<T: AsRef<str>> From<T> for Reason {
    fn from(text: T) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::At(place) => write!(f, "{}: {}", place.source.syntax.place(place.row), place.what),
        }
    }
}

/// A name from a source, for people: no longer than anybody reads.
pub(super) fn short(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}
