//! Nodes of a pipeline, as far as their source tells.

use std::{collections::BTreeSet, fmt::Write, rc::Rc};

use sha2::{Digest, Sha256};

use crate::evaluate::kedro::Datasets;

/// The nodes of a pipeline.
pub(crate) type Nodes = Rc<Vec<Rc<GraphNode>>>;

/// What is `None` where it is not known.
pub(crate) type Known<T> = Option<T>;

/// A node, as far as its source tells: `None` outside stands for what is not known.
#[derive(Debug, Clone)]
pub(crate) struct GraphNode {
    /// The name it is given, if it is given one.
    pub(crate) name: Known<Option<Rc<str>>>,
    /// Its namespace, if it has one; dots separate its levels.
    pub(crate) namespace: Known<Option<Rc<str>>>,
    /// Its inputs.
    pub(crate) inputs: Option<Datasets>,
    /// Its outputs.
    pub(crate) outputs: Option<Datasets>,
    /// Its tags.
    pub(crate) tags: Option<BTreeSet<Rc<str>>>,
    /// What tells its function from others.
    pub(crate) function: Option<Rc<str>>,
    /// The name that its function has in Python.
    pub(crate) function_name: Option<Rc<str>>,
    /// The datasets that it confirms.
    pub(crate) confirms: Option<Vec<Rc<str>>>,
}

/// What tells a node from all others.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// Name or function.
    name: Result<String, (Option<Rc<str>>, Rc<str>)>,
    inputs: Datasets,
    outputs: Datasets,
}

impl GraphNode {
    /// Its name with its namespace; `None` when it has no name of its own or it is not known.
    pub(crate) fn full_name(&self) -> Option<String> {
        let name = self.name.as_ref()?.as_ref()?;
        Some(match self.namespace.as_ref()? {
            None => name.to_string(),
            Some(namespace) => format!("{namespace}.{name}"),
        })
    }

    /// The name that Kedro shows: its own, or one made of its function, inputs and outputs.
    pub(crate) fn shown_name(&self) -> Option<String> {
        if self.name.as_ref()?.is_some() {
            return self.full_name();
        }
        let listed = |datasets: &Option<Datasets>| match datasets.as_ref()? {
            Datasets::Named(names) if names.len() > 1 => None,
            datasets => python_list(&datasets.names()),
        };
        let key = format!("{}|{}|{}", self.function.as_ref()?, listed(&self.inputs)?, listed(&self.outputs)?);
        let digest = Sha256::digest(key.as_bytes());
        let digest = digest.iter().take(4).fold(String::new(), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        let name = format!("{}__{digest}", self.function_name.as_ref()?);
        Some(match self.namespace.as_ref()? {
            None => name,
            Some(namespace) => format!("{namespace}.{name}"),
        })
    }

    /// What tells it from all others, if all of that is known.
    pub(crate) fn identity(&self) -> Option<Identity> {
        let name = match self.name.as_ref()? {
            Some(_) => Ok(self.full_name()?),
            None => Err((self.namespace.clone()?, self.function.clone()?)),
        };
        Some(Identity { name, inputs: self.inputs.clone()?, outputs: self.outputs.clone()? })
    }

    /// Whether two nodes of pipelines that can be added are equal; `None` when it is not certain.
    pub(crate) fn equals(&self, other: &Self) -> Option<bool> {
        let differ = |left: &Option<Datasets>, right: &Option<Datasets>| matches!((left, right), (Some(left), Some(right)) if left != right);
        if differ(&self.inputs, &other.inputs) || differ(&self.outputs, &other.outputs) {
            return Some(false);
        }
        if let (Some(namespace), Some(others)) = (&self.namespace, &other.namespace)
            && namespace != others
        {
            return Some(false);
        }
        match (&self.name, &other.name) {
            (Some(Some(name)), Some(Some(others))) if name != others => return Some(false),
            (Some(None), Some(Some(_))) | (Some(Some(_)), Some(None)) => return Some(false),
            _ => {}
        }
        if let (Some(None), Some(None)) = (&self.name, &other.name)
            && matches!((&self.function, &other.function), (Some(left), Some(right)) if left != right)
        {
            return Some(false);
        }
        // Two nodes of one pipeline share neither their name nor an output.
        let has_same_output = self
            .outputs
            .as_ref()
            .is_some_and(|outputs| other.outputs.as_ref() == Some(outputs) && !outputs.names().is_empty());
        let has_same_name = self.full_name().is_some_and(|name| other.full_name() == Some(name));
        (has_same_output || has_same_name || self.identity().is_some()).then_some(true)
    }

    /// The names of its inputs, if they are known.
    pub(crate) fn input_names(&self) -> Option<Vec<&Rc<str>>> {
        self.inputs.as_ref().map(Datasets::names)
    }

    /// The names of its outputs, if they are known.
    pub(crate) fn output_names(&self) -> Option<Vec<&Rc<str>>> {
        self.outputs.as_ref().map(Datasets::names)
    }

    /// What it costs to look at it, in values.
    pub(crate) fn weight(&self) -> usize {
        let text = |text: &Known<Option<Rc<str>>>| text.iter().flatten().map(|text| text.len()).sum::<usize>();
        let names = |datasets: &Option<Datasets>| {
            datasets.iter().flat_map(Datasets::names).map(|name| 16 + name.len()).sum::<usize>()
        };
        1 + (text(&self.name) + text(&self.namespace) + names(&self.inputs) + names(&self.outputs)) / 16
    }
}

/// A list of texts as Python writes it; `None` for texts with what it would escape.
fn python_list(names: &[&Rc<str>]) -> Option<String> {
    let is_plain =
        |name: &&Rc<str>| !name.contains(['\'', '\\']) && name.chars().all(|one| one.is_ascii() && !one.is_control());
    let quoted: Option<Vec<String>> =
        names.iter().map(|name| Some(*name).filter(is_plain).map(|name| format!("'{name}'"))).collect();
    Some(format!("[{}]", quoted?.join(", ")))
}

/// What it costs to look at these nodes, in values.
pub(crate) fn weight(nodes: &[Rc<GraphNode>]) -> usize {
    nodes.iter().map(|node| node.weight()).sum()
}
