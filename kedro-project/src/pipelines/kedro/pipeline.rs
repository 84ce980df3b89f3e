//! `Pipeline(nodes, …)` and `pipeline(nodes, …)`.

use std::{rc::Rc, slice};

use tree_sitter::Node;

use crate::{
    bounds::Bounds,
    pipelines::{
        arguments::{Arguments, Given},
        graph::{self, Mapping, Namespace, Nodes},
        scope::Scope,
        value::Value,
    },
    python::Literal,
};

/// Arguments that rename datasets.
const RENAMING: [&str; 4] = ["inputs", "outputs", "parameters", "prefix_datasets_with_namespace"];

/// The pipeline that `call` makes of `nodes`, its first argument, and the rest of its `arguments`.
pub(crate) fn pipeline(
    bounds: &mut Bounds,
    scope: &Scope,
    call: Node<'_>,
    nodes: Value,
    arguments: &Arguments<'_>,
) -> Value {
    let nodes = match nodes {
        Value::Pipeline(nodes) => nodes,
        Value::List(list) => match flatten(bounds, scope, call, list.items()) {
            Ok(nodes) => nodes,
            Err(unknown) => return unknown,
        },
        Value::Unknown(reason) => return Value::Unknown(reason),
        _ => return scope.unknown_at(call, "the nodes are not known"),
    };
    let mapping = mapping(arguments);
    if mapping.is_none() {
        return Value::Pipeline(nodes);
    }
    if !bounds.take(graph::weight(&nodes) + nodes.len().saturating_mul(mapping.weight())) {
        return too_large(scope, call);
    }
    Value::Pipeline(Rc::new(nodes.iter().map(|node| Rc::new(node.mapped(&mapping))).collect()))
}

/// The nodes in a list of nodes and pipelines.
fn flatten(bounds: &mut Bounds, scope: &Scope, call: Node<'_>, items: &[Value]) -> Result<Nodes, Value> {
    let mut nodes = Vec::new();
    for item in items {
        let more = match item {
            Value::Node(node) => slice::from_ref(node),
            Value::Pipeline(more) => more.as_slice(),
            Value::Unknown(reason) => return Err(Value::Unknown(reason.clone())),
            _ => return Err(scope.unknown_at(call, "something in the list is not a node")),
        };
        if !bounds.take(1 + more.len()) {
            return Err(too_large(scope, call));
        }
        nodes.extend_from_slice(more);
    }
    Ok(Rc::new(nodes))
}

fn too_large(scope: &Scope, call: Node<'_>) -> Value {
    scope.unknown_at(call, "the pipelines are too large")
}

/// What the arguments do to the nodes.
fn mapping(arguments: &Arguments<'_>) -> Mapping {
    let namespace = match arguments.given("namespace") {
        Given::Not | Given::Literal(Literal::None) => Namespace::None,
        Given::Literal(Literal::Text(namespace)) => Namespace::Name(namespace),
        Given::Literal(_) | Given::Computed => Namespace::Unknown,
    };
    let is_given = |name: &&str| !matches!(arguments.given(name), Given::Not | Given::Literal(Literal::None));
    // Old versions of `pipeline` took all of these by position.
    let by_position = arguments.positional.len() > 1;
    Mapping {
        namespace: if by_position { Namespace::Unknown } else { namespace },
        renames: by_position || RENAMING.iter().any(is_given),
    }
}
