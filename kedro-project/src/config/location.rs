//! Places in a configuration, and the ways between them.

use serde_yaml::Value;

/// Why something could not be resolved.
#[derive(Debug)]
pub(super) struct Failure {
    /// Full key of the value that could not be resolved.
    pub(super) key: String,
    /// What is wrong and what to do.
    pub(super) problem: String,
    top_level_key: String,
}

impl Failure {
    /// The top-level key it lies under, which tells the file.
    pub(super) fn top_level_key(&self) -> &str {
        &self.top_level_key
    }
}

/// A value and the way to it from the top.
#[derive(Clone)]
pub(super) struct Location<'a> {
    keys: Vec<String>,
    nodes: Vec<&'a Value>,
}

impl<'a> Location<'a> {
    /// The top of a configuration.
    pub(super) fn top(root: &'a Value) -> Self {
        Self { keys: Vec::new(), nodes: vec![root] }
    }

    /// The value here.
    pub(super) fn node(&self) -> &'a Value {
        self.nodes[self.nodes.len() - 1]
    }

    /// The value one step further, under `key`.
    pub(super) fn join(&self, key: String, node: &'a Value) -> Self {
        let mut child = self.clone();
        child.keys.push(key);
        child.nodes.push(node);
        child
    }

    /// The container `levels` above, `None` when that is above the top.
    pub(super) fn ancestor(&self, levels: usize) -> Option<Self> {
        let length = self.nodes.len().checked_sub(levels).filter(|length| *length > 0)?;
        Some(Self { keys: self.keys[..length - 1].to_vec(), nodes: self.nodes[..length].to_vec() })
    }

    /// A failure to resolve what is here.
    pub(super) fn failure(&self, problem: impl Into<String>) -> Failure {
        Failure {
            key: self.keys.join("."),
            problem: problem.into(),
            top_level_key: self.keys.first().cloned().unwrap_or_default(),
        }
    }
}

/// The value within `container` under a key or at an index.
pub(super) fn child<'a>(container: &'a Value, name: &str) -> Option<&'a Value> {
    match container {
        Value::Mapping(mapping) => mapping.get(name),
        Value::Sequence(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

/// `a.b[c]` as its keys.
pub(super) fn split(path: &str) -> Vec<String> {
    path.split(['.', '[']).map(|key| key.trim_end_matches(']').to_owned()).filter(|key| !key.is_empty()).collect()
}
