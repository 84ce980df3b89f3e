//! The inputs or outputs of a node.

use std::{collections::BTreeMap, rc::Rc};

/// The inputs or outputs of a node, in the form in which they are given: Kedro compares that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Datasets {
    /// There are none.
    None,
    /// One name.
    One(Rc<str>),
    /// A list of names.
    Several(Vec<Rc<str>>),
    /// Names of arguments or results, and of their datasets.
    Named(BTreeMap<Rc<str>, Rc<str>>),
}

impl Datasets {
    /// The names of all.
    pub(crate) fn names(&self) -> Vec<&Rc<str>> {
        match self {
            Self::None => Vec::new(),
            Self::One(name) => vec![name],
            Self::Several(names) => names.iter().collect(),
            Self::Named(names) => names.values().collect(),
        }
    }

    /// The same form with other names.
    pub(crate) fn renamed(&self, mut rename: impl FnMut(&Rc<str>) -> Rc<str>) -> Self {
        match self {
            Self::None => Self::None,
            Self::One(name) => Self::One(rename(name)),
            Self::Several(names) => Self::Several(names.iter().map(rename).collect()),
            Self::Named(names) => Self::Named(names.iter().map(|(key, name)| (Rc::clone(key), rename(name))).collect()),
        }
    }
}

/// A dataset's name without the way it is read or written, `cars` of `cars@spark`.
pub(crate) fn untranscoded(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}
