//! The names of a function while it is followed.
//!
//! Lists and dicts can be changed from afar, so one that meets code which is not understood becomes
//! unknown as well.

use std::{borrow::Cow, collections::HashMap, rc::Rc};

use tree_sitter::Node;

use crate::{
    bounds::Bounds,
    pipelines::{reason::Reason, source::Source, value::Value},
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
    pub(super) fn unknown_at(&self, node: Node<'_>, reason: impl Into<Cow<'static, str>>) -> Value {
        Value::Unknown(Reason::at(&self.source, node.start_position().row, reason))
    }

    /// Makes unknown every local list and dict that `node` mentions: it may have been changed
    /// there.
    pub(super) fn taint(&mut self, bounds: &mut Bounds, node: Node<'_>) {
        let reason = self.unknown_at(node, "a list or dict may be changed here");
        let (source, locals) = (&self.source, &mut self.locals);
        let looked_at = python::for_each(node, |inner| {
            if inner.kind() == "identifier"
                && let Some(value) = locals.get_mut(source.syntax.text(inner)).filter(|value| value.is_mutable())
            {
                *value = reason.clone();
            }
        });
        bounds.take_look(looked_at);
    }

    /// Makes unknown every name that `node` mentions: it may have been bound or changed there.
    pub(super) fn forget(&mut self, bounds: &mut Bounds, node: Node<'_>) {
        let reason = self.unknown_at(node, "the code branches here");
        let (source, locals) = (&self.source, &mut self.locals);
        let mut forgotten = 0;
        let looked_at = python::for_each(node, |inner| {
            if inner.kind() == "identifier" {
                forgotten += 1;
                locals.insert(source.syntax.text(inner).to_owned(), reason.clone());
            }
        });
        bounds.take(forgotten);
        bounds.take_look(looked_at);
    }
}
