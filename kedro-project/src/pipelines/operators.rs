//! `+` and `|`.

use tree_sitter::Node;

use crate::pipelines::{
    bounds::Bounds,
    graph::{self, Nodes},
    scope::Scope,
    value::Value,
};

/// `left + right`, which stands at `place`.
pub(super) fn add(bounds: &mut Bounds, scope: &Scope, place: Node<'_>, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Pipeline(left), Value::Pipeline(right)) => union(bounds, scope, place, &left, &right),
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Value::List(left)
        }
        (Value::Dict(mut left), Value::Dict(right)) => {
            left.extend(right);
            Value::Dict(left)
        }
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
        _ => scope.unknown_at(place, "this sum is not understood"),
    }
}

fn union(bounds: &mut Bounds, scope: &Scope, place: Node<'_>, left: &Nodes, right: &Nodes) -> Value {
    if !bounds.take(left.len() + right.len()) {
        return scope.unknown_at(place, "the pipelines are too large");
    }
    match graph::union(left, right) {
        Some(nodes) => Value::Pipeline(nodes),
        None => scope.unknown_at(place, "the same node may be in both pipelines that are added"),
    }
}
