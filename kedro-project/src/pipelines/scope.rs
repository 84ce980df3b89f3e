//! The names of a function while it is followed.
//!
//! Lists and dicts can be changed from afar, so one that meets code which is not understood becomes
//! unknown as well.

use std::{collections::HashMap, rc::Rc};

use tree_sitter::Node;

use crate::{
    pipelines::{source::Source, value::Value},
    python,
};

/// The names of a function while it is followed.
pub(super) struct Scope {
    /// The module that the function is in.
    pub(super) source: Rc<Source>,
    /// The values of its names.
    pub(super) locals: HashMap<String, Value>,
}

impl Scope {
    /// The scope of a function in `source` with these names bound.
    pub(super) fn new(source: &Rc<Source>, locals: HashMap<String, Value>) -> Self {
        Self { source: Rc::clone(source), locals }
    }

    /// An unknown value, because of what stands at `node`.
    pub(super) fn unknown_at(&self, node: Node<'_>, reason: &str) -> Value {
        Value::unknown(format!("{}: {reason}", self.source.syntax.place(node)))
    }

    /// Makes unknown every local list and dict that `node` mentions: it may have been changed
    /// there.
    pub(super) fn taint(&mut self, node: Node<'_>) {
        let reason = self.unknown_at(node, "a list or dict may be changed here");
        for (name, value) in &mut self.locals {
            if value.is_mutable() && self.source.syntax.mentions(node, name) {
                *value = reason.clone();
            }
        }
    }

    /// Makes unknown every name that `node` mentions: it may have been bound or changed there.
    pub(super) fn forget(&mut self, node: Node<'_>) {
        let reason = self.unknown_at(node, "the code branches here");
        let (source, locals) = (&self.source, &mut self.locals);
        python::any(node, |inner| {
            if inner.kind() == "identifier" {
                locals.insert(source.syntax.text(inner).to_owned(), reason.clone());
            }
            false
        });
    }
}
