//! What Kedro refuses of nodes and pipelines, as far as it can be known.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

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
    match &node.name {
        Some(Some(name)) if !is_name(name) => Some("a node has a name that is not valid"),
        _ => None,
    }
}

/// Whether Kedro takes a text for the name of a node, or for a tag.
pub(crate) fn is_name(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || "_.-".contains(one))
}

/// The type of the error by which Kedro refuses a pipeline, and why; `None` when it takes it as far
/// as is known. Without a type it may refuse it, or not.
pub(crate) fn check_pipeline(bounds: &mut Bounds, nodes: &[Rc<GraphNode>]) -> Option<(Option<&'static str>, String)> {
    // Who is not looked at is taken for valid.
    if !bounds.take(weight(nodes)) {
        return None;
    }
    let mut names = HashSet::new();
    let mut identities = HashSet::new();
    let mut unnamed = HashMap::new();
    for node in nodes {
        if let Some(name) = node.shown_name()
            && !names.insert(name.clone())
        {
            return Some((Some("ValueError"), format!("two nodes of a pipeline have the name `{name}`")));
        }
        if let (Some(None), Some(identity)) = (&node.name, node.identity())
            && !identities.insert(identity)
        {
            return Some((Some("ValueError"), "a pipeline has the same node twice".to_owned()));
        }
        // The names of such nodes are made of the function, the inputs and the outputs.
        if let (Some(None), Some(namespace), Some(function)) = (&node.name, &node.namespace, &node.function) {
            let sorted = |names: Option<Vec<&Rc<str>>>| {
                let mut names: Vec<Rc<str>> = names.unwrap_or_default().into_iter().cloned().collect();
                names.sort_unstable();
                names
            };
            let key = (namespace, function, sorted(node.input_names()), sorted(node.output_names()));
            let is_certain = node.shown_name().is_some();
            if let Some(was_certain) = unnamed.insert(key, is_certain)
                && !(was_certain && is_certain)
            {
                return Some((None, "two nodes without a name may be given the same one".to_owned()));
            }
        }
    }
    let mut confirmed = HashSet::new();
    for name in nodes.iter().filter_map(|node| node.confirms.as_ref()).flatten() {
        if !confirmed.insert(untranscoded(name)) {
            return Some((Some("ConfirmNotUniqueError"), format!("two nodes of a pipeline confirm `{name}`")));
        }
    }
    let mut outputs = HashSet::new();
    for output in nodes.iter().filter_map(|node| node.output_names()).flatten() {
        if !outputs.insert(untranscoded(output)) {
            return Some((Some("OutputNotUniqueError"), format!("two nodes of a pipeline have the output `{output}`")));
        }
    }
    let datasets = nodes.iter().flat_map(|node| {
        node.input_names().unwrap_or_default().into_iter().chain(node.output_names().unwrap_or_default())
    });
    let datasets: HashSet<&str> = datasets.map(|name| &**name).collect();
    let is_mixed = |name: &&&str| untranscoded(name) != **name && datasets.contains(untranscoded(name));
    if let Some(mixed) = datasets.iter().find(is_mixed) {
        return Some((Some("ValueError"), format!("`{mixed}` is used without its `@…`, too")));
    }
    matches!(groups(nodes), Groups::Circular)
        .then(|| (Some("CircularDependencyError"), "the nodes of a pipeline depend on themselves".to_owned()))
}
