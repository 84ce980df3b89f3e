//! A part of a source, and what becomes of it.

use tree_sitter::Node;

use crate::python::tree::text;

/// What becomes of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Some Pythons refuse it, or it is not known here whether they do.
    Doubtful,
    /// Every Python refuses it.
    Wrong,
}

/// [`Verdict::Wrong`] if it `is_wrong`.
pub(super) fn wrong_if(is_wrong: bool) -> Option<Verdict> {
    is_wrong.then_some(Verdict::Wrong)
}

/// A part of a source, and what it is in.
#[derive(Clone, Copy)]
pub(super) struct Place<'s, 'a> {
    pub(super) source: &'s str,
    pub(super) node: Node<'a>,
    /// What it is to what it is in.
    pub(super) field: Option<&'static str>,
    /// What it is in, innermost last. Asking a node for its parent takes the longer, the deeper it
    /// is.
    pub(super) path: &'s [(Node<'a>, Option<&'static str>)],
}

impl<'s, 'a> Place<'s, 'a> {
    pub(super) fn text(&self) -> &'s str {
        text(self.source, self.node)
    }

    pub(super) fn parent(&self) -> Option<Node<'a>> {
        self.path.last().map(|(node, _)| *node)
    }

    pub(super) fn parent_kind(&self) -> &'static str {
        self.parent().map_or("", |parent| parent.kind())
    }

    /// The kinds of what it is in, innermost first.
    pub(super) fn kinds_around(&self) -> impl Iterator<Item = &'static str> {
        self.path.iter().rev().map(|(node, _)| node.kind())
    }
}
