//! What plugins are shown of nodes and of the datasets that are loaded and saved for them.

use std::sync::{Arc, OnceLock};

use hookspec::specs::{Data, DatasetAccessSource, Node, NodeRunSource, NodeSource};

use pyo3::types::PyAnyMethods;

use crate::{
    data::{Value, Values},
    lent::Lent,
};

/// A node of Kedro's.
#[derive(Clone)]
pub struct LentNode(Arc<NodeParts>);

struct NodeParts {
    name: String,
    node: Lent,
    known: OnceLock<Known>,
}

/// What is found out of it together.
#[derive(Default)]
struct Known {
    short_name: String,
    namespace: Option<String>,
    tags: Vec<String>,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl LentNode {
    /// The node, whose name is told already.
    pub fn new(name: String, node: Lent) -> Self {
        Self(Arc::new(NodeParts { name, node, known: OnceLock::new() }))
    }

    fn known(&self) -> &Known {
        let node = &self.0.node;
        let find_out = || {
            let mut tags: Vec<String> = node
                .look(|node| node.getattr("tags")?.try_iter()?.map(|tag| tag?.extract()).collect())
                .unwrap_or_default();
            tags.sort_unstable();
            Known {
                short_name: node.attribute("short_name").unwrap_or_default(),
                namespace: node.attribute::<Option<String>>("namespace").flatten(),
                tags,
                inputs: node.attribute("inputs").unwrap_or_default(),
                outputs: node.attribute("outputs").unwrap_or_default(),
            }
        };
        self.0.known.get_or_init(find_out)
    }
}

impl NodeSource for LentNode {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn short_name(&self) -> &str {
        &self.known().short_name
    }

    fn namespace(&self) -> Option<&str> {
        self.known().namespace.as_deref()
    }

    fn tags(&self) -> Vec<&str> {
        texts(&self.known().tags)
    }

    fn inputs(&self) -> Vec<&str> {
        texts(&self.known().inputs)
    }

    fn outputs(&self) -> Vec<&str> {
        texts(&self.known().outputs)
    }
}

/// A node that runs.
pub struct RunningNode {
    node: LentNode,
    run_id: String,
    is_async: bool,
    inputs: Lent,
    outputs: Option<Lent>,
    error_kind: Option<String>,
    values: [OnceLock<Values>; 2],
}

impl RunningNode {
    /// A node in a run, with the values that it has got and made.
    pub fn new(node: LentNode, run_id: String, is_async: bool, inputs: Lent) -> Self {
        let values = [OnceLock::new(), OnceLock::new()];
        Self { node, run_id, is_async, inputs, outputs: None, error_kind: None, values }
    }

    /// It has made these.
    pub fn with_outputs(self, outputs: Lent) -> Self {
        Self { outputs: Some(outputs), ..self }
    }

    /// It has failed with an exception of this class.
    pub fn with_error(self, kind: String) -> Self {
        Self { error_kind: Some(kind), ..self }
    }
}

impl NodeRunSource for RunningNode {
    fn names(&self) -> (&str, &str) {
        (&self.node.0.name, &self.run_id)
    }

    fn node(&self) -> Node {
        Node::new(self.node.clone())
    }

    fn is_async(&self) -> bool {
        self.is_async
    }

    fn inputs(&self) -> Vec<(&str, Data)> {
        self.values[0].get_or_init(|| Values::of(&self.inputs)).by_name()
    }

    fn outputs(&self) -> Vec<(&str, Data)> {
        let Some(outputs) = &self.outputs else { return Vec::new() };
        self.values[1].get_or_init(|| Values::of(outputs)).by_name()
    }

    fn error_kind(&self) -> Option<&str> {
        self.error_kind.as_deref()
    }
}

/// A dataset that is loaded or saved for a node.
pub struct Access {
    dataset: String,
    node: LentNode,
    data: Option<Data>,
}

impl Access {
    /// A dataset, with its value where there is one.
    pub fn new(dataset: String, node: LentNode, data: Option<Lent>) -> Self {
        Self { dataset, node, data: data.map(|value| Data::new(Value(value))) }
    }
}

impl DatasetAccessSource for Access {
    fn names(&self) -> (&str, Option<&str>) {
        (&self.dataset, Some(&self.node.0.name))
    }

    fn node(&self) -> Option<Node> {
        Some(Node::new(self.node.clone()))
    }

    fn data(&self) -> Option<Data> {
        self.data.clone()
    }
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}
