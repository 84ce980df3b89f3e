//! Nodes of a pipeline, as far as their source tells, and what happens when pipelines are added up.

use std::{
    collections::{BTreeSet, HashSet},
    hash::Hash,
    rc::Rc,
};

use crate::bounds::Bounds;

/// The nodes of a pipeline.
pub(super) type Nodes = Rc<Vec<Rc<GraphNode>>>;

/// A node, as far as its source tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GraphNode {
    /// The name it is given, `None` when it has none of its own or it is not certain.
    pub name: Option<String>,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its outputs, `None` when they are not certain.
    pub outputs: Option<BTreeSet<String>>,
}

/// A namespace, as far as the source tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Namespace {
    /// There is none.
    None,
    /// This one; dots separate its levels.
    Name(String),
    /// It is not certain.
    Unknown,
}

/// How `Pipeline(…, namespace=…, inputs=…)` changes the nodes it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapping {
    /// The namespace the nodes are put under.
    pub namespace: Namespace,
    /// Whether datasets are renamed in a way that is not followed.
    pub renames: bool,
}

impl GraphNode {
    fn full_name(&self) -> Option<String> {
        let name = self.name.as_ref()?;
        match &self.namespace {
            Namespace::None => Some(name.clone()),
            Namespace::Name(namespace) => Some(format!("{namespace}.{name}")),
            Namespace::Unknown => None,
        }
    }

    /// What it costs to look at it, in values.
    pub(super) fn weight(&self) -> usize {
        let namespace = match &self.namespace {
            Namespace::Name(namespace) => namespace.len(),
            Namespace::None | Namespace::Unknown => 0,
        };
        let outputs: usize = self.outputs.iter().flatten().map(|output| 16 + output.len()).sum();
        1 + (self.name.as_ref().map_or(0, String::len) + namespace + outputs) / 16
    }

    fn outermost_namespace(&self) -> Option<&str> {
        match &self.namespace {
            Namespace::Name(namespace) => namespace.split('.').next(),
            Namespace::None | Namespace::Unknown => None,
        }
    }

    /// Whether two nodes of one valid pipeline that do not both have a name are equal; `None` when
    /// it is not certain. No two nodes of a valid pipeline share an output.
    fn equals_unnamed(&self, other: &Self) -> Option<bool> {
        if let (Some(outputs), Some(others)) = (&self.outputs, &other.outputs)
            && !(outputs.is_empty() && others.is_empty())
        {
            return Some(outputs == others);
        }
        match (self.outermost_namespace(), other.outermost_namespace()) {
            (Some(namespace), Some(other)) if namespace != other => Some(false),
            _ => None,
        }
    }

    /// This node after the mapping; each node stays one node.
    pub fn mapped(&self, mapping: &Mapping) -> Self {
        let namespace = match (&mapping.namespace, &self.namespace) {
            (Namespace::Name(outer), Namespace::Name(inner)) => Namespace::Name(format!("{outer}.{inner}")),
            (Namespace::Unknown, _) | (_, Namespace::Unknown) => Namespace::Unknown,
            (outer, Namespace::None) => outer.clone(),
            (Namespace::None, inner) => inner.clone(),
        };
        let outputs = match &mapping.namespace {
            Namespace::None if !mapping.renames => self.outputs.clone(),
            Namespace::Name(outer) if !mapping.renames => {
                let prefixed = |output: &String| format!("{outer}.{output}");
                self.outputs.as_ref().map(|outputs| outputs.iter().map(prefixed).collect())
            }
            _ => None,
        };
        Self { name: self.name.clone(), namespace, outputs }
    }
}

impl Mapping {
    /// Whether every node stays as it is.
    pub(super) fn is_none(&self) -> bool {
        self.namespace == Namespace::None && !self.renames
    }

    /// What it adds to each name, in values.
    pub(super) fn weight(&self) -> usize {
        match &self.namespace {
            Namespace::Name(namespace) => namespace.len() / 16,
            Namespace::None | Namespace::Unknown => 0,
        }
    }
}

/// Comparing nodes in pairs that costs as much as putting one into a list.
const PAIRS_A_VALUE: usize = 4;

/// What it costs to look at these nodes, in values.
pub(super) fn weight(nodes: &Nodes) -> usize {
    nodes.iter().map(|node| node.weight()).sum()
}

/// The nodes of `left + right`: equal nodes count once. `None` when it is not certain which are
/// equal, or too much to find out.
pub(super) fn union(bounds: &mut Bounds, left: &Nodes, right: &Nodes) -> Option<Nodes> {
    let outputs = |node: &GraphNode| node.outputs.clone().filter(|outputs| !outputs.is_empty());
    let all = || left.iter().chain(right.iter());
    let found = distinct(all(), GraphNode::full_name).or_else(|| distinct(all(), outputs));
    found.or_else(|| distinct_in_pairs(bounds, left, right))
}

/// The nodes of all these pipelines, if each has a name.
pub(super) fn union_by_name(pipelines: &[&Nodes]) -> Option<Nodes> {
    distinct(pipelines.iter().flat_map(|nodes| nodes.iter()), GraphNode::full_name)
}

/// All nodes with different keys, if each has one.
fn distinct<'a, Key: Eq + Hash>(
    nodes: impl Iterator<Item = &'a Rc<GraphNode>>,
    key: impl Fn(&GraphNode) -> Option<Key>,
) -> Option<Nodes> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for node in nodes {
        if seen.insert(key(node)?) {
            all.push(Rc::clone(node));
        }
    }
    Some(Rc::new(all))
}

fn distinct_in_pairs(bounds: &mut Bounds, left: &Nodes, right: &Nodes) -> Option<Nodes> {
    if !bounds.take(left.len().saturating_mul(right.len()) / PAIRS_A_VALUE) {
        return None;
    }
    let names: Vec<Option<String>> = left.iter().map(|node| node.full_name()).collect();
    let mut all = left.to_vec();
    for node in right.iter() {
        let name = node.full_name();
        if !is_among(left, &names, node, name.as_deref())? {
            all.push(Rc::clone(node));
        }
    }
    Some(Rc::new(all))
}

/// Whether `node` is one of those `known`; `None` when it is not certain.
fn is_among(known: &Nodes, names: &[Option<String>], node: &Rc<GraphNode>, name: Option<&str>) -> Option<bool> {
    for (known, known_name) in known.iter().zip(names) {
        if Rc::ptr_eq(known, node) {
            return Some(true);
        }
        // In a valid pipeline no two nodes share a name.
        let is_equal = match (known_name.as_deref(), name) {
            (Some(known), Some(name)) => known == name,
            _ => known.equals_unnamed(node)?,
        };
        if is_equal {
            return Some(true);
        }
    }
    Some(false)
}
