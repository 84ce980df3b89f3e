//! What an expression stands for.
//!
//! Values are shared, so that a second name for one costs nothing; one that is changed while others
//! have it is copied.

use std::{collections::BTreeMap, rc::Rc};

use crate::pipelines::{
    graph::{GraphNode, Nodes},
    reason::Reason,
    source::Function,
};

/// What an expression stands for.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// It cannot be determined, and why.
    Unknown(Reason),
    /// Text, a boolean or none.
    Constant,
    /// A list, tuple or set.
    List(List),
    /// A dict with text keys.
    Dict(Dict),
    /// A node.
    Node(Rc<GraphNode>),
    /// A pipeline.
    Pipeline(Nodes),
    /// A function of the project.
    Function(Function),
    /// A module, by its full name.
    Module(Rc<str>),
    /// A function or class known here.
    Builtin(Builtin),
}

impl Value {
    /// An unknown value.
    pub(super) fn unknown(reason: impl Into<Reason>) -> Self {
        Self::Unknown(reason.into())
    }

    /// Whether it can be changed in place, and so from afar.
    pub(super) fn is_mutable(&self) -> bool {
        matches!(self, Self::List(_) | Self::Dict(_))
    }

    /// How many lists and dicts are within one another.
    pub(super) fn levels(&self) -> u8 {
        match self {
            Self::List(list) => list.levels,
            Self::Dict(dict) => dict.levels,
            _ => 0,
        }
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

/// A list, tuple or set.
#[derive(Debug, Clone)]
pub(super) struct List {
    items: Rc<Vec<Value>>,
    levels: u8,
}

impl Default for List {
    fn default() -> Self {
        Self { items: Rc::default(), levels: 1 }
    }
}

impl List {
    /// Its items.
    pub(super) fn items(&self) -> &[Value] {
        &self.items
    }

    /// What it costs to change it, in values that are copied.
    pub(super) fn cost_of_change(&self) -> usize {
        if Rc::strong_count(&self.items) == 1 { 0 } else { self.items.len() }
    }

    /// Adds an item at its end.
    pub(super) fn push(&mut self, item: Value) {
        self.levels = self.levels.max(item.levels().saturating_add(1));
        Rc::make_mut(&mut self.items).push(item);
    }

    /// Adds the items of `other` at its end.
    pub(super) fn extend(&mut self, other: &Self) {
        self.levels = self.levels.max(other.levels);
        Rc::make_mut(&mut self.items).extend_from_slice(&other.items);
    }
}

/// A dict with text keys, sorted by key.
#[derive(Debug, Clone)]
pub(super) struct Dict {
    entries: Rc<BTreeMap<Rc<str>, Value>>,
    levels: u8,
}

impl Default for Dict {
    fn default() -> Self {
        Self { entries: Rc::default(), levels: 1 }
    }
}

impl Dict {
    /// How many keys it has.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What it costs to change it, in values that are copied.
    pub(super) fn cost_of_change(&self) -> usize {
        if Rc::strong_count(&self.entries) == 1 { 0 } else { self.entries.len() }
    }

    /// Sets `key`.
    pub(super) fn insert(&mut self, key: &str, value: Value) {
        self.levels = self.levels.max(value.levels().saturating_add(1));
        Rc::make_mut(&mut self.entries).insert(Rc::from(key), value);
    }

    /// Sets every key of `others`.
    pub(super) fn extend(&mut self, others: &Self) {
        self.levels = self.levels.max(others.levels);
        let entries = others.entries.iter().map(|(key, value)| (Rc::clone(key), value.clone()));
        Rc::make_mut(&mut self.entries).extend(entries);
    }

    /// The value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key)
    }

    /// Its keys and values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// Its values, in the order of its keys.
    pub(super) fn values(&self) -> List {
        List { items: Rc::new(self.entries.values().cloned().collect()), levels: self.levels }
    }
}
