//! What Kedro refuses of nodes and pipelines, as far as it can be known.

use std::{collections::HashSet, rc::Rc};

use crate::{
    bounds::Bounds,
    evaluate::kedro::{
        datasets::untranscoded,
        graph::{GraphNode, weight},
        order::{Groups, groups},
    },
};

/// Why Kedro refuses a node; `None` when it takes it as far as is known.
pub(crate) fn check_node(node: &GraphNode) -> Option<&'static str> {
    let (inputs, outputs) = (node.input_names()?, node.output_names()?);
    if inputs.is_empty() && outputs.is_empty() {
        return Some("a node has neither inputs nor outputs");
    }
    let made: HashSet<&Rc<str>> = outputs.iter().copied().collect();
    if made.len() < outputs.len() {
        return Some("a node has the same output twice");
    }
    let made: HashSet<&str> = outputs.iter().map(|output| untranscoded(output)).collect();
    if inputs.iter().any(|input| made.contains(untranscoded(input))) {
        return Some("a node has the same input and output");
    }
    let is_valid = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
    match &node.name {
        Some(Some(name)) if !is_valid(name) => Some("a node has a name that is not valid"),
        _ => None,
    }
}

/// The type of the error by which Kedro refuses a pipeline, and why; `None` when it takes it as far
/// as is known.
pub(crate) fn check_pipeline(bounds: &mut Bounds, nodes: &[Rc<GraphNode>]) -> Option<(&'static str, String)> {
    // Who is not looked at is taken for valid.
    if !bounds.take(weight(nodes)) {
        return None;
    }
    let mut names = HashSet::new();
    let mut identities = HashSet::new();
    for node in nodes {
        if let Some(name) = node.full_name()
            && !names.insert(name.clone())
        {
            return Some(("ValueError", format!("two nodes of a pipeline have the name `{name}`")));
        }
        if let (Some(None), Some(identity)) = (&node.name, node.identity())
            && !identities.insert(identity)
        {
            return Some(("ValueError", "a pipeline has the same node twice".to_owned()));
        }
    }
    let mut outputs = HashSet::new();
    for output in nodes.iter().filter_map(|node| node.output_names()).flatten() {
        if !outputs.insert(untranscoded(output)) {
            return Some(("OutputNotUniqueError", format!("two nodes of a pipeline have the output `{output}`")));
        }
    }
    let datasets = nodes.iter().flat_map(|node| {
        node.input_names().unwrap_or_default().into_iter().chain(node.output_names().unwrap_or_default())
    });
    let datasets: HashSet<&str> = datasets.map(|name| &**name).collect();
    let is_mixed = |name: &&&str| untranscoded(name) != **name && datasets.contains(untranscoded(name));
    if let Some(mixed) = datasets.iter().find(is_mixed) {
        return Some(("ValueError", format!("`{mixed}` is used without its `@…`, too")));
    }
    matches!(groups(nodes), Groups::Circular)
        .then(|| ("CircularDependencyError", "the nodes of a pipeline depend on themselves".to_owned()))
}
