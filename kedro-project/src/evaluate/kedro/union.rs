//! Nodes of several pipelines: which of them are the same.

use std::{collections::HashSet, rc::Rc};

use crate::{
    bounds::Bounds,
    evaluate::kedro::graph::{GraphNode, Identity, Nodes, weight},
};

/// Comparing nodes in pairs that costs as much as putting one into a list.
const PAIRS_A_VALUE: usize = 4;

/// The nodes of all these pipelines, in which equal ones count once. `None` when it is not certain
/// which are equal, or too much to find out.
pub(crate) fn union(bounds: &mut Bounds, pipelines: &[Nodes]) -> Option<Nodes> {
    if !bounds.take(pipelines.iter().map(|nodes| weight(nodes)).sum()) {
        return None;
    }
    let mut all = Collection::default();
    for node in pipelines.iter().flat_map(|nodes| nodes.iter()) {
        if !all.contains(bounds, node)? {
            all.add(node);
        }
    }
    Some(Rc::new(all.nodes))
}

/// The nodes of `left` that are not in `right`.
pub(crate) fn difference(bounds: &mut Bounds, left: &Nodes, right: &Nodes) -> Option<Nodes> {
    select(bounds, left, right, false)
}

/// The nodes of `left` that are in `right`, too.
pub(crate) fn intersection(bounds: &mut Bounds, left: &Nodes, right: &Nodes) -> Option<Nodes> {
    select(bounds, left, right, true)
}

fn select(bounds: &mut Bounds, left: &Nodes, right: &Nodes, wanted: bool) -> Option<Nodes> {
    if !bounds.take(weight(left) + weight(right)) {
        return None;
    }
    let mut others = Collection::default();
    for node in right.iter() {
        others.add(node);
    }
    let mut selected = Vec::new();
    for node in left.iter() {
        if others.contains(bounds, node)? == wanted {
            selected.push(Rc::clone(node));
        }
    }
    Some(Rc::new(selected))
}

/// Nodes that are all different.
#[derive(Default)]
struct Collection {
    nodes: Vec<Rc<GraphNode>>,
    identities: HashSet<Identity>,
    same: HashSet<*const GraphNode>,
    /// Those of which something is not known.
    vague: Vec<Rc<GraphNode>>,
}

impl Collection {
    fn add(&mut self, node: &Rc<GraphNode>) {
        self.nodes.push(Rc::clone(node));
        self.same.insert(Rc::as_ptr(node));
        match node.identity() {
            Some(identity) => drop(self.identities.insert(identity)),
            None => self.vague.push(Rc::clone(node)),
        }
    }

    /// Whether a node is among them; `None` when it is not certain.
    fn contains(&self, bounds: &mut Bounds, node: &Rc<GraphNode>) -> Option<bool> {
        if self.same.contains(&Rc::as_ptr(node)) {
            return Some(true);
        }
        let others = match node.identity() {
            Some(identity) if self.identities.contains(&identity) => return Some(true),
            Some(_) => &self.vague,
            None => &self.nodes,
        };
        if !bounds.take(others.len() / PAIRS_A_VALUE) {
            return None;
        }
        for other in others {
            if node.equals(other)? {
                return Some(true);
            }
        }
        Some(false)
    }
}
