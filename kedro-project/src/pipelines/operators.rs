//! `+` and `|`, and sums.

use tree_sitter::Node;

use crate::{
    bounds::Bounds,
    pipelines::{
        graph::{self, Nodes},
        reason::TOO_LARGE,
        scope::Scope,
        value::Value,
    },
};

/// `left + right`, which stands at `place`.
pub(super) fn add(bounds: &mut Bounds, scope: &Scope, place: Node<'_>, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Pipeline(left), Value::Pipeline(right)) => union(bounds, scope, place, &left, &right),
        (Value::List(mut left), Value::List(right)) => {
            if !bounds.take(left.cost_of_change() + right.items().len()) {
                return scope.unknown_at(place, TOO_LARGE);
            }
            left.extend(&right);
            Value::List(left)
        }
        (Value::Dict(mut left), Value::Dict(right)) => {
            if !bounds.take(left.cost_of_change() + right.len()) {
                return scope.unknown_at(place, TOO_LARGE);
            }
            left.extend(&right);
            Value::Dict(left)
        }
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
        _ => scope.unknown_at(place, "this sum is not understood"),
    }
}

/// The sum of pipelines whose nodes all have names, which can be found at once; `None` for any
/// other.
pub(super) fn sum<'a>(bounds: &mut Bounds, values: impl Iterator<Item = &'a Value>) -> Option<Value> {
    let pipelines = values.map(|value| match value {
        Value::Pipeline(nodes) => Some(nodes),
        _ => None,
    });
    let pipelines: Vec<&Nodes> = pipelines.collect::<Option<_>>()?;
    if pipelines.is_empty() || !bounds.take(pipelines.iter().map(|nodes| graph::weight(nodes)).sum()) {
        return None;
    }
    graph::union_by_name(&pipelines).map(Value::Pipeline)
}

fn union(bounds: &mut Bounds, scope: &Scope, place: Node<'_>, left: &Nodes, right: &Nodes) -> Value {
    if !bounds.take(graph::weight(left) + graph::weight(right)) {
        return scope.unknown_at(place, "the pipelines are too large");
    }
    match graph::union(bounds, left, right) {
        Some(nodes) => Value::Pipeline(nodes),
        None => scope.unknown_at(place, "the same node may be in both pipelines that are added"),
    }
}
