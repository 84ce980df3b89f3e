//! `Pipeline(nodes, …)` and `pipeline(nodes, …)`.

use std::rc::Rc;

use tree_sitter::Node;

use crate::{
    pipelines::{
        arguments::{Arguments, Given},
        bounds::Bounds,
        graph::{Mapping, Namespace, Nodes},
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
        Value::List(items) => match flatten(bounds, scope, call, items) {
            Ok(nodes) => nodes,
            Err(unknown) => return unknown,
        },
        Value::Unknown(reason) => return Value::Unknown(reason),
        _ => return scope.unknown_at(call, "the nodes are not known"),
    };
    let mapping = mapping(arguments);
    Value::Pipeline(nodes.iter().map(|node| Rc::new(node.mapped(&mapping))).collect())
}

/// The nodes in a list of nodes and pipelines.
fn flatten(bounds: &mut Bounds, scope: &Scope, call: Node<'_>, items: Vec<Value>) -> Result<Nodes, Value> {
    let mut nodes = Vec::new();
    for item in items {
        match item {
            Value::Node(node) => nodes.push(node),
            Value::Pipeline(more) => nodes.extend(more),
            Value::Unknown(reason) => return Err(Value::Unknown(reason)),
            _ => return Err(scope.unknown_at(call, "something in the list is not a node")),
        }
        bounds.take(1);
        if !bounds.has_room_for(nodes.len()) {
            return Err(scope.unknown_at(call, "the pipelines are too large"));
        }
    }
    Ok(nodes)
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
