//! The order of a pipeline's nodes.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use crate::{
    bounds::Bounds,
    evaluate::kedro::{
        datasets::untranscoded,
        graph::{GraphNode, Nodes, weight},
    },
};

/// Groups of nodes that depend on one another, by their places in the pipeline.
pub(crate) enum Groups {
    /// Each group needs those before it.
    Sorted(Vec<Vec<usize>>),
    /// Some need themselves.
    Circular,
    /// It is not known what they need.
    Unknown,
}

/// The groups in which the nodes can run.
pub(crate) fn groups(nodes: &[Rc<GraphNode>]) -> Groups {
    let mut makers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        let Some(outputs) = node.output_names() else { return Groups::Unknown };
        for output in outputs {
            makers.entry(untranscoded(output)).or_default().push(index);
        }
    }
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut waits_for = vec![0_usize; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        let Some(inputs) = node.input_names() else { return Groups::Unknown };
        let mut needed: Vec<usize> =
            inputs.iter().filter_map(|input| makers.get(untranscoded(input))).flatten().copied().collect();
        needed.sort_unstable();
        needed.dedup();
        waits_for[index] = needed.len();
        for maker in needed {
            followers[maker].push(index);
        }
    }
    let mut groups = Vec::new();
    let mut ready: Vec<usize> = (0..nodes.len()).filter(|index| waits_for[*index] == 0).collect();
    let mut done = 0;
    while !ready.is_empty() {
        done += ready.len();
        let mut next = Vec::new();
        for follower in ready.iter().flat_map(|index| &followers[*index]) {
            waits_for[*follower] -= 1;
            if waits_for[*follower] == 0 {
                next.push(*follower);
            }
        }
        groups.push(std::mem::replace(&mut ready, next));
    }
    if done == nodes.len() { Groups::Sorted(groups) } else { Groups::Circular }
}

/// The nodes in the order in which `Pipeline.nodes` has them; `None` when it is not certain.
pub(crate) fn ordered(bounds: &mut Bounds, nodes: &Nodes) -> Option<Vec<Rc<GraphNode>>> {
    if !bounds.take(weight(nodes)) {
        return None;
    }
    let Groups::Sorted(groups) = groups(nodes) else { return None };
    let mut all = Vec::with_capacity(nodes.len());
    for group in groups {
        if let [only] = group.as_slice() {
            all.push(Rc::clone(&nodes[*only]));
            continue;
        }
        let mut named: Vec<(String, usize)> =
            group.into_iter().map(|index| Some((nodes[index].shown_name()?, index))).collect::<Option<_>>()?;
        named.sort_unstable();
        all.extend(named.into_iter().map(|(_, index)| Rc::clone(&nodes[index])));
    }
    Some(all)
}

/// The nodes in that order, each as Kedro describes it.
pub(crate) fn described_nodes(bounds: &mut Bounds, nodes: &Nodes) -> Option<Vec<String>> {
    let described = |node: &Rc<GraphNode>| Some(format!("{} ({})", node.shown_name()?, node.function_name.as_ref()?));
    ordered(bounds, nodes)?.iter().map(described).collect()
}

/// The datasets that the nodes use, sorted; `None` when they are not known.
pub(crate) fn datasets_of(bounds: &mut Bounds, nodes: &Nodes) -> Option<Vec<String>> {
    if !bounds.take(weight(nodes)) {
        return None;
    }
    let mut names = BTreeSet::new();
    for node in nodes.iter() {
        names.extend(node.input_names()?.into_iter().chain(node.output_names()?).map(ToString::to_string));
    }
    Some(names.into_iter().collect())
}
