//! What only newer Pythons take: Kedro runs with Python 3.10, too.

use tree_sitter::Node;

use super::{clauses::is_of_groups, place::Place};
use crate::python::tree::{children, for_each, text};

/// The first Python 3 that takes something, where that is not every one that Kedro runs with.
pub(super) fn needed(place: &Place<'_, '_>) -> Option<u32> {
    let (source, node) = (place.source, place.node);
    match node.kind() {
        // `type X = …`, `def f[T]`, `class A[T]`
        "type_alias_statement" => Some(12),
        "function_definition" | "class_definition" => node.child_by_field_name("type_parameters").map(|_| 12),
        "except_clause" if is_of_groups(source, node) => Some(11),
        // `except A, B:`
        "except_clause" => {
            let mut cursor = node.walk();
            let has_comma = node.children(&mut cursor).any(|child| child.kind() == ",");
            has_comma.then_some(14)
        }
        "string" => in_text(source, node),
        _ => None,
    }
}

/// `t"…"`, and quotes of the text, backslashes, comments, new lines or deep specifications in what
/// it refers to.
fn in_text(source: &str, string: Node<'_>) -> Option<u32> {
    let start = string.child(0).map(|start| text(source, start)).unwrap_or_default();
    let quotes = start.trim_start_matches(|one: char| one.is_ascii_alphabetic());
    let is_new = |interpolation: Node<'_>| {
        let written = text(source, interpolation);
        let has_newline = quotes.len() == 1 && written.contains('\n');
        let mut is_new = has_newline || written.contains('\\') || !quotes.is_empty() && written.contains(quotes);
        for_each(interpolation, |node| {
            is_new |= node.kind() == "comment";
            // `{a:{b:{c}}}`
            is_new |= node.kind() == "format_expression" && node.child_by_field_name("format_specifier").is_some();
        });
        is_new
    };
    if start.contains(['t', 'T']) {
        return Some(14);
    }
    children(string).filter(|part| part.kind() == "interpolation").any(is_new).then_some(12)
}
