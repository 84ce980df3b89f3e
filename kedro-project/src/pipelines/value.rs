//! What an expression stands for.

use std::rc::Rc;

use crate::pipelines::{
    graph::{GraphNode, Nodes},
    source::Function,
};

/// What an expression stands for.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// It cannot be determined, and why.
    Unknown(Rc<str>),
    /// Text, a boolean or none.
    Constant,
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A dict with text keys.
    Dict(Dict),
    /// A node.
    Node(Rc<GraphNode>),
    /// A pipeline.
    Pipeline(Nodes),
    /// A function of the project.
    Function(Function),
    /// A module, by its full name.
    Module(String),
    /// A function or class known here.
    Builtin(Builtin),
}

impl Value {
    /// An unknown value.
    pub(super) fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(reason.as_ref()))
    }

    /// Whether it can be changed in place, and so from afar.
    pub(super) fn is_mutable(&self) -> bool {
        matches!(self, Self::List(_) | Self::Dict(_))
    }
}

/// A function or class known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    /// `kedro.pipeline.Pipeline` and `pipeline`
    Pipeline,
    /// `kedro.pipeline.Node` and `node`
    Node,
    /// `kedro.framework.project.find_pipelines`
    FindPipelines,
    /// Python's `sum`
    Sum,
}

/// A dict with text keys, sorted by key.
#[derive(Debug, Clone, Default)]
pub(super) struct Dict(Vec<(String, Value)>);

impl Dict {
    /// Sets `key`.
    pub(super) fn insert(&mut self, key: String, value: Value) {
        match self.position(&key) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (key, value)),
        }
    }

    /// Sets every key of `others`.
    pub(super) fn extend(&mut self, others: Self) {
        for (key, value) in others.0 {
            self.insert(key, value);
        }
    }

    /// The value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).ok().map(|index| &self.0[index].1)
    }

    /// Its keys and values.
    pub(super) fn into_entries(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}
