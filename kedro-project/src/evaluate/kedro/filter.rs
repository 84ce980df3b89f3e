//! Parts of a pipeline: `only_nodes`, `from_inputs` and the like.

use std::{collections::HashSet, rc::Rc};

use crate::{
    bounds::Bounds,
    evaluate::kedro::{
        datasets::untranscoded,
        graph::{GraphNode, Nodes, weight},
        union::union,
    },
};

/// Which nodes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Those with one of these tags.
    Tags,
    /// Those of these names.
    Names,
    /// Those in one of these namespaces.
    Namespaces,
    /// Those that need one of these datasets at once.
    Inputs,
    /// Those that make one of these datasets.
    Outputs,
    /// Those that need one of these datasets, by whichever way.
    FromInputs,
    /// Those that are needed to make one of these datasets.
    ToOutputs,
    /// Those of these names, and all that need what they make.
    FromNodes,
    /// Those of these names, and all that they need.
    ToNodes,
}

impl Filter {
    /// The method of `Pipeline`, or the argument of its `filter`, of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "only_nodes_with_tags" | "tags" => Self::Tags,
            "only_nodes" | "node_names" => Self::Names,
            "only_nodes_with_namespaces" | "node_namespaces" => Self::Namespaces,
            "only_nodes_with_inputs" => Self::Inputs,
            "only_nodes_with_outputs" => Self::Outputs,
            "from_inputs" => Self::FromInputs,
            "to_outputs" => Self::ToOutputs,
            "from_nodes" => Self::FromNodes,
            "to_nodes" => Self::ToNodes,
            _ => return None,
        })
    }
}

/// The part of a pipeline that a filter leaves. `None` when it is not certain, an error when Kedro
/// refuses it.
pub(crate) fn filter(
    bounds: &mut Bounds,
    nodes: &Nodes,
    filter: Filter,
    wanted: &[Rc<str>],
) -> Option<Result<Nodes, String>> {
    if !bounds.take(weight(nodes) + wanted.len()) {
        return None;
    }
    let by_dataset = |filter: Filter, datasets: &[Rc<str>]| -> Option<Result<Nodes, String>> {
        let all = datasets_of(nodes)?;
        if let Some(missing) = datasets.iter().find(|name| !all.contains(&***name)) {
            return Some(Err(format!("the pipeline has no dataset `{missing}`")));
        }
        by_datasets(nodes, filter, datasets).map(Ok)
    };
    match filter {
        Filter::Tags => {
            let has = |node: &GraphNode| {
                Some(wanted.iter().any(|tag| node.tags.as_ref().is_some_and(|tags| tags.contains(tag))))
            };
            if nodes.iter().any(|node| node.tags.is_none()) {
                return None;
            }
            chosen(nodes, has).map(Ok)
        }
        Filter::Names => by_name(nodes, wanted),
        Filter::Namespaces => {
            let within = |node: &GraphNode, outer: &str| {
                let namespace = node.namespace.as_ref()?.as_deref().unwrap_or_default();
                Some(namespace == outer || namespace.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.')))
            };
            for outer in wanted {
                if chosen(nodes, |node| within(node, outer))?.is_empty() {
                    return Some(Err(format!("the pipeline has no namespace `{outer}`")));
                }
            }
            chosen(nodes, |node| {
                let mut is_within = false;
                for outer in wanted {
                    is_within |= within(node, outer)?;
                }
                Some(is_within)
            })
            .map(Ok)
        }
        Filter::Inputs | Filter::Outputs | Filter::FromInputs | Filter::ToOutputs => by_dataset(filter, wanted),
        Filter::FromNodes | Filter::ToNodes => {
            let start = match by_name(nodes, wanted)? {
                Ok(start) => start,
                Err(problem) => return Some(Err(problem)),
            };
            let mut datasets: Vec<Rc<str>> = Vec::new();
            for node in start.iter() {
                let names = if filter == Filter::FromNodes { node.output_names()? } else { node.input_names()? };
                datasets.extend(names.into_iter().map(|name| Rc::from(untranscoded(name))));
            }
            let on = if filter == Filter::FromNodes { Filter::FromInputs } else { Filter::ToOutputs };
            let more = by_datasets(nodes, on, &datasets)?;
            union(bounds, &[start, more]).map(Ok)
        }
    }
}

/// All datasets of the nodes, and each without the way it is read or written.
fn datasets_of(nodes: &Nodes) -> Option<HashSet<&str>> {
    let mut all = HashSet::new();
    for node in nodes.iter() {
        for name in node.input_names()?.into_iter().chain(node.output_names()?) {
            all.extend([&**name, untranscoded(name)]);
        }
    }
    Some(all)
}

fn chosen(nodes: &Nodes, is_wanted: impl Fn(&GraphNode) -> Option<bool>) -> Option<Nodes> {
    let mut found = Vec::new();
    for node in nodes.iter() {
        if is_wanted(node)? {
            found.push(Rc::clone(node));
        }
    }
    Some(Rc::new(found))
}

fn by_name(nodes: &Nodes, wanted: &[Rc<str>]) -> Option<Result<Nodes, String>> {
    let mut found = Vec::new();
    for name in wanted {
        match nodes.iter().find(|node| node.full_name().as_deref() == Some(name)) {
            Some(node) => found.push(Rc::clone(node)),
            None if nodes.iter().all(|node| node.full_name().is_some()) => {
                return Some(Err(format!("the pipeline has no node `{name}`")));
            }
            None => return None,
        }
    }
    Some(Ok(Rc::new(found)))
}

/// One step from datasets to nodes, or all steps.
fn by_datasets(nodes: &Nodes, filter: Filter, datasets: &[Rc<str>]) -> Option<Nodes> {
    let is_forward = matches!(filter, Filter::Inputs | Filter::FromInputs);
    let is_far = matches!(filter, Filter::FromInputs | Filter::ToOutputs);
    let mut wanted: HashSet<String> = datasets.iter().map(ToString::to_string).collect();
    let mut is_chosen = vec![false; nodes.len()];
    loop {
        let mut reached = HashSet::new();
        for (index, node) in nodes.iter().enumerate().filter(|(index, _)| !is_chosen[*index]).collect::<Vec<_>>() {
            let (near, beyond) = if is_forward {
                (node.input_names()?, node.output_names()?)
            } else {
                (node.output_names()?, node.input_names()?)
            };
            // A name without `@` stands for all its ways, and one with it for this way.
            if near.iter().any(|name| wanted.contains(&***name) || wanted.contains(untranscoded(name))) {
                is_chosen[index] = true;
                reached.extend(beyond.iter().map(|name| untranscoded(name).to_owned()));
            }
        }
        if reached.is_empty() || !is_far {
            break;
        }
        wanted = reached;
    }
    let found = nodes.iter().zip(is_chosen).filter(|(_, is_chosen)| *is_chosen).map(|(node, _)| Rc::clone(node));
    Some(Rc::new(found.collect()))
}
