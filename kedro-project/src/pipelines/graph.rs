//! Nodes of a pipeline, as far as their source tells, and what happens when pipelines are added up.

use std::{
    collections::{BTreeSet, HashSet},
    hash::Hash,
    rc::Rc,
};

/// The nodes of a pipeline.
pub(super) type Nodes = Vec<Rc<GraphNode>>;

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

    fn outermost_namespace(&self) -> Option<&str> {
        match &self.namespace {
            Namespace::Name(namespace) => namespace.split('.').next(),
            Namespace::None | Namespace::Unknown => None,
        }
    }

    /// Whether two nodes of one valid pipeline are equal; `None` when it is not certain.
    ///
    /// In a valid pipeline no two nodes share a name, and no two an output.
    fn equals(&self, other: &Self) -> Option<bool> {
        if let (Some(name), Some(other)) = (self.full_name(), other.full_name()) {
            return Some(name == other);
        }
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

/// Pairs of nodes that are compared one by one; more would keep a command waiting.
const MOST_PAIRS: usize = 1_000_000;

/// The nodes of `left + right`: equal nodes count once. `None` when it is not certain which are
/// equal.
pub(super) fn union(left: &Nodes, right: &Nodes) -> Option<Nodes> {
    let outputs = |node: &GraphNode| node.outputs.clone().filter(|outputs| !outputs.is_empty());
    distinct(left, right, GraphNode::full_name)
        .or_else(|| distinct(left, right, outputs))
        .or_else(|| distinct_in_pairs(left, right))
}

/// All nodes with different keys, if each has one.
fn distinct<Key: Eq + Hash>(left: &Nodes, right: &Nodes, key: impl Fn(&GraphNode) -> Option<Key>) -> Option<Nodes> {
    let mut seen = HashSet::new();
    let mut all = Vec::with_capacity(left.len() + right.len());
    for node in left.iter().chain(right) {
        if seen.insert(key(node)?) {
            all.push(Rc::clone(node));
        }
    }
    Some(all)
}

fn distinct_in_pairs(left: &Nodes, right: &Nodes) -> Option<Nodes> {
    if left.len().saturating_mul(right.len()) > MOST_PAIRS {
        return None;
    }
    let mut all = left.clone();
    for node in right {
        let mut is_new = true;
        for known in left {
            if Rc::ptr_eq(known, node) || known.equals(node)? {
                is_new = false;
                break;
            }
        }
        if is_new {
            all.push(Rc::clone(node));
        }
    }
    Some(all)
}
