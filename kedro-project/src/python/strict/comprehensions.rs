//! `:=` in comprehensions.

use std::collections::HashSet;

use tree_sitter::Node;

use super::place::{Place, Verdict, wrong_if};
use crate::python::tree::{children, for_each, text};

pub(super) fn refused(place: &Place<'_, '_>) -> Option<Verdict> {
    let (source, node) = (place.source, place.node);
    let body = node.child_by_field_name("body");
    let spreads = |body: Node<'_>| {
        matches!(body.kind(), "list_splat" | "dictionary_splat")
            || body.kind() == "pair" && children(body).any(|part| part.kind() == "named_expression")
    };
    if body.is_some_and(spreads) {
        return Some(Verdict::Wrong);
    }
    if !text(source, node).contains(":=") {
        return None;
    }
    let is_in_class =
        place.kinds_around().find(|kind| matches!(*kind, "class_definition" | "function_definition" | "lambda"))
            == Some("class_definition");
    let mut targets = HashSet::new();
    for clause in children(node).filter(|child| child.kind() == "for_in_clause") {
        if let Some(left) = clause.child_by_field_name("left") {
            own(left, |inner| {
                if inner.kind() == "identifier" {
                    targets.insert(text(source, inner));
                }
            });
        }
        let mut is_in_values = false;
        if let Some(right) = clause.child_by_field_name("right") {
            // Those of a `lambda`, too.
            for_each(right, |inner| is_in_values |= inner.kind() == "named_expression");
        }
        if is_in_values {
            return Some(Verdict::Wrong);
        }
    }
    let (mut rebinds, mut has_mangled, mut has_any) = (false, false, false);
    own(node, |inner| {
        if inner.kind() == "named_expression" {
            let name = inner.child_by_field_name("name").map_or("", |name| text(source, name));
            has_any = true;
            rebinds |= targets.contains(name);
            // Such names are others within classes, which Pythons see differently.
            has_mangled |= name.starts_with("__") && targets.contains(name);
        }
    });
    if has_mangled {
        return Some(Verdict::Doubtful);
    }
    wrong_if(rebinds || has_any && is_in_class)
}

/// Shows `node` and what is below it, without functions.
fn own<'a>(node: Node<'a>, mut look: impl FnMut(Node<'a>)) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        look(node);
        if node.kind() != "lambda" {
            waiting.extend(children(node));
        }
    }
}
