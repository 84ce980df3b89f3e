//! What cannot be assigned to or deleted.

use tree_sitter::Node;

use super::place::Place;
use crate::python::tree::{children, text};

/// Whether something is bound, assigned or deleted that Python does not let be.
pub(super) fn are_wrong(place: &Place<'_, '_>) -> bool {
    let (source, node) = (place.source, place.node);
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "assignment" => is_wrong_assignment(place),
        "augmented_assignment" => {
            let is_chained = field("right").is_some_and(|right| right.kind().ends_with("assignment"));
            is_chained || field("left").is_some_and(|left| !is_single(source, left))
        }
        "delete_statement" => children(node).any(|target| !is_deletable(source, target)),
        "for_statement" | "for_in_clause" => field("left").is_some_and(|left| !is_target(source, left)),
        "named_expression" => field("name").is_some_and(|name| text(source, name) == "__debug__"),
        "as_pattern_target" if !place.kinds_around().any(|kind| kind == "except_clause") => {
            node.named_child(0).is_some_and(|target| !is_target(source, target))
        }
        _ => false,
    }
}

fn is_wrong_assignment(place: &Place<'_, '_>) -> bool {
    let field = |name: &str| place.node.child_by_field_name(name);
    let Some(left) = field("left") else { return false };
    let right = field("right").map_or("", |right| right.kind());
    let is_chained = place.parent_kind() == "assignment";
    if field("type").is_some() {
        return is_chained || right.ends_with("assignment") || !is_single(place.source, left);
    }
    right == "augmented_assignment" || !is_target(place.source, left)
}

/// A name, an attribute or an element.
fn is_single(source: &str, target: Node<'_>) -> bool {
    match target.kind() {
        "identifier" => text(source, target) != "__debug__",
        "attribute" => {
            target.child_by_field_name("attribute").is_none_or(|name| text(source, name) != "__debug__")
                && !starts_with_star(source, target)
        }
        "subscript" => !starts_with_star(source, target),
        "parenthesized_expression" | "tuple_pattern" if !has_comma(target) => {
            let mut inner = children(target);
            inner.next().is_some_and(|inner| is_single(source, inner))
        }
        _ => false,
    }
}

/// The parser takes the star of `*a.b` for that of `a` alone.
fn starts_with_star(source: &str, target: Node<'_>) -> bool {
    text(source, target).starts_with('*')
}

fn has_comma(node: Node<'_>) -> bool {
    (0..node.child_count()).filter_map(|at| node.child(at)).any(|child| child.kind() == ",")
}

/// Whether values can be assigned to it.
fn is_target(source: &str, target: Node<'_>) -> bool {
    let mut waiting = vec![target];
    while let Some(target) = waiting.pop() {
        let is_tuple = has_comma(target) || matches!(target.kind(), "list" | "list_pattern");
        match target.kind() {
            "tuple_pattern" | "tuple" if children(target).next().is_none() => {}
            "pattern_list" | "expression_list" | "tuple_pattern" | "tuple" | "list_pattern" | "list" if is_tuple => {
                let mut stars = 0;
                for inner in children(target) {
                    let starred = starts_with_star(source, inner);
                    stars += usize::from(starred);
                    let inner = if starred && inner.kind().starts_with("list_splat") {
                        inner.named_child(0).unwrap_or(inner)
                    } else {
                        inner
                    };
                    match inner.kind() {
                        "attribute" | "subscript" if starred => {}
                        _ => waiting.push(inner),
                    }
                }
                if stars > 1 {
                    return false;
                }
            }
            "tuple_pattern" | "parenthesized_expression" => waiting.extend(children(target)),
            _ if !is_single(source, target) => return false,
            _ => {}
        }
    }
    true
}

fn is_deletable(source: &str, target: Node<'_>) -> bool {
    match target.kind() {
        "parenthesized_expression" | "expression_list" | "tuple" | "list" => {
            let mut waiting: Vec<Node<'_>> = children(target).collect();
            while let Some(inner) = waiting.pop() {
                match inner.kind() {
                    "parenthesized_expression" | "expression_list" | "tuple" | "list" => {
                        waiting.extend(children(inner));
                    }
                    _ if !is_single(source, inner) => return false,
                    _ => {}
                }
            }
            true
        }
        _ => is_single(source, target),
    }
}
