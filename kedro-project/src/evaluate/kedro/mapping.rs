//! How `Pipeline(…, namespace=…, inputs=…)` changes the nodes it takes.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use crate::{
    bounds::Bounds,
    evaluate::kedro::{
        datasets::{Datasets, untranscoded},
        graph::{GraphNode, Known, Nodes, weight},
    },
};

/// How the nodes are changed: `None` stands for what is not known.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    /// New names of datasets, by their old ones: of inputs, outputs and parameters.
    pub(crate) datasets: [Option<HashMap<Rc<str>, Rc<str>>>; 3],
    /// The namespace the nodes are put under, if they are.
    pub(crate) namespace: Known<Option<Rc<str>>>,
    /// Whether datasets are put under it, too.
    pub(crate) prefixes: Option<bool>,
    /// Tags that they get.
    pub(crate) tags: Option<BTreeSet<Rc<str>>>,
}

impl Mapping {
    /// Whether every dataset and node keeps its name.
    fn is_none(&self) -> bool {
        self.namespace == Some(None) && self.datasets.iter().all(|names| names.as_ref().is_some_and(HashMap::is_empty))
    }

    fn all(&self) -> Option<HashMap<&str, &Rc<str>>> {
        let mut all = HashMap::new();
        for names in &self.datasets {
            all.extend(names.as_ref()?.iter().map(|(old, new)| (&**old, new)));
        }
        Some(all)
    }

    /// Why Kedro refuses it for these nodes; `None` when it takes it as far as is known.
    fn refused(&self, nodes: &Nodes) -> Option<String> {
        let all = |names: fn(&GraphNode) -> Option<Vec<&Rc<str>>>| -> Option<HashSet<&str>> {
            let mut all = HashSet::new();
            for node in nodes.iter() {
                all.extend(names(node)?.into_iter().map(|name| untranscoded(name)));
            }
            Some(all)
        };
        let (inputs, outputs) = (all(GraphNode::input_names)?, all(GraphNode::output_names)?);
        for (position, names) in self.datasets.iter().enumerate() {
            for name in names.iter().flat_map(HashMap::keys).map(|name| untranscoded(name)) {
                let is_free = inputs.contains(name) && !outputs.contains(name);
                let is_parameter = name == "parameters" || name.starts_with("params:");
                let problem = match position {
                    _ if !inputs.contains(name) && !outputs.contains(name) => "does not exist in the pipeline",
                    0 if is_parameter => "is a parameter and is given as an input",
                    0 if !is_free => "is an output of the pipeline and is given as an input",
                    1 if is_free => "is an input of the pipeline and is given as an output",
                    _ => continue,
                };
                return Some(format!("`{name}` {problem}"));
            }
        }
        None
    }
}

/// The nodes after the mapping; each node stays one node. `None` when that is too much, an error
/// when Kedro refuses it.
pub(crate) fn mapped(bounds: &mut Bounds, nodes: &Nodes, mapping: &Mapping) -> Option<Result<Nodes, String>> {
    let tags = mapping.tags.as_ref();
    if mapping.is_none() && tags.is_some_and(BTreeSet::is_empty) {
        return Some(Ok(Rc::clone(nodes)));
    }
    let longest = mapping.namespace.iter().flatten().map(|namespace| namespace.len()).sum::<usize>();
    if !bounds.take(weight(nodes) + nodes.len().saturating_mul(1 + longest / 16)) {
        return None;
    }
    if let Some(problem) = mapping.refused(nodes) {
        return Some(Err(problem));
    }
    let names = mapping.all();
    let map = |node: &Rc<GraphNode>| {
        let mut new = GraphNode::clone(node);
        new.tags = new.tags.zip(tags).map(|(own, more)| own.union(more).cloned().collect());
        if !mapping.is_none() {
            new.namespace = mapping.namespace.as_ref().zip(node.namespace.as_ref()).map(|pair| match pair {
                (Some(outer), Some(inner)) => Some(format!("{outer}.{inner}").into()),
                (one, other) => one.clone().or_else(|| other.clone()),
            });
            let rename = |datasets: Option<&Datasets>| renamed(datasets?, mapping, names.as_ref()?);
            new.inputs = rename(node.inputs.as_ref());
            new.outputs = rename(node.outputs.as_ref());
            let confirms = node.confirms.clone().map(Datasets::Several);
            new.confirms = rename(confirms.as_ref()).map(|names| names.names().into_iter().cloned().collect());
        }
        Rc::new(new)
    };
    Some(Ok(Rc::new(nodes.iter().map(map).collect())))
}

fn renamed(datasets: &Datasets, mapping: &Mapping, names: &HashMap<&str, &Rc<str>>) -> Option<Datasets> {
    let namespace = mapping.namespace.as_ref()?;
    let prefixes = mapping.prefixes?;
    Some(datasets.renamed(|name| {
        if let Some(new) = names.get(&**name) {
            return Rc::clone(new);
        }
        if &**name == "parameters" {
            return Rc::clone(name);
        }
        if let Some((base, way)) = name.split_once('@')
            && let Some(new) = names.get(base)
        {
            return format!("{new}@{way}").into();
        }
        match (namespace, name.strip_prefix("params:")) {
            (Some(namespace), Some(parameter)) if prefixes => format!("params:{namespace}.{parameter}").into(),
            (Some(namespace), None) if prefixes => format!("{namespace}.{name}").into(),
            _ => Rc::clone(name),
        }
    }))
}
