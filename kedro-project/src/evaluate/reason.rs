//! Why a value is unknown.

use std::{borrow::Cow, fmt, rc::Rc};

use crate::python::Syntax;

/// Why a value is unknown: written out only when somebody reads it, since most are not.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// This text.
    Text(Rc<str>),
    /// What stands in this place.
    At(Rc<Place>),
}

/// What stands somewhere in a source.
#[derive(Debug)]
pub(crate) struct Place {
    syntax: Rc<Syntax>,
    row: usize,
    what: Cow<'static, str>,
}

impl Reason {
    /// What stands in this row (from 0) of a source.
    pub(crate) fn at(syntax: &Rc<Syntax>, row: usize, what: impl Into<Cow<'static, str>>) -> Self {
        Self::At(Rc::new(Place { syntax: Rc::clone(syntax), row, what: what.into() }))
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
            Self::At(place) => write!(f, "{}: {}", place.syntax.place(place.row), place.what),
        }
    }
}

/// A name from a source, for people: no longer than anybody reads.
pub(crate) fn short(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}
