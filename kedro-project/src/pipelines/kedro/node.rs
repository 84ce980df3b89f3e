//! `Node(function, inputs, outputs, …)` and `node(…)`.

use std::{collections::BTreeSet, rc::Rc};

use crate::{
    pipelines::{
        arguments::{Arguments, Given},
        graph::{GraphNode, Namespace},
        value::Value,
    },
    python::Literal,
};

/// The node that these arguments make.
pub(crate) fn node(arguments: &Arguments<'_>) -> Value {
    let mut node = GraphNode { name: None, namespace: Namespace::Unknown, outputs: None };
    if !arguments.has_more {
        node.name = text(arguments.given("name"));
        node.namespace = match arguments.given("namespace") {
            Given::Not => Namespace::None,
            given => text(given).map_or(Namespace::Unknown, Namespace::Name),
        };
        node.outputs = outputs(arguments.given_at(2, "outputs"));
    }
    Value::Node(Rc::new(node))
}

/// The outputs of a node: a text, a list of texts, a dict with texts as values, or none.
fn outputs(given: Given) -> Option<BTreeSet<String>> {
    let Given::Literal(literal) = given else { return None };
    match literal {
        Literal::None => Some(BTreeSet::new()),
        Literal::Text(output) => Some(BTreeSet::from([output])),
        Literal::List(outputs) => outputs.into_iter().map(|output| text(Given::Literal(output?))).collect(),
        Literal::Dict(outputs) => outputs.into_iter().map(|(_, output)| text(Given::Literal(output?))).collect(),
        Literal::Bool(_) => None,
    }
}

fn text(given: Given) -> Option<String> {
    match given {
        Given::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}
