//! What only newer Pythons take: Kedro runs with Python 3.10, too.

use tree_sitter::Node;

use crate::python::tree::{children, for_each, text};

/// The first Python 3 that takes something, where that is not every one that Kedro runs with.
pub(super) fn needed(source: &str, node: Node<'_>) -> Option<u32> {
    match node.kind() {
        // `type X = …`, `def f[T]`, `class A[T]`
        "type_alias_statement" => Some(12),
        "function_definition" | "class_definition" => node.child_by_field_name("type_parameters").map(|_| 12),
        "except_clause" if is_of_groups(source, node) => Some(11),
        // `except A, B:`
        "except_clause" => {
            let has_as = children(node).next().is_some_and(|value| value.kind() == "as_pattern");
            let mut cursor = node.walk();
            let has_comma = node.children(&mut cursor).any(|child| child.kind() == ",");
            (!has_as && has_comma).then_some(14)
        }
        "string" => in_text(source, node),
        "subscript" => children(node).skip(1).any(|index| index.kind().starts_with("list_splat")).then_some(11),
        _ => None,
    }
}

/// `except* A:`
fn is_of_groups(source: &str, clause: Node<'_>) -> bool {
    let after = text(source, clause).strip_prefix("except");
    after.is_some_and(|after| after.trim_start().starts_with('*'))
}

/// `t"…"`, and quotes of the text, backslashes or comments in what it refers to.
fn in_text(source: &str, string: Node<'_>) -> Option<u32> {
    let start = string.child(0).map(|start| text(source, start)).unwrap_or_default();
    let quotes = start.trim_start_matches(|one: char| one.is_ascii_alphabetic());
    let is_new = |interpolation: Node<'_>| {
        let written = text(source, interpolation);
        let mut is_new = written.contains('\\') || !quotes.is_empty() && written.contains(quotes);
        for_each(interpolation, |node| is_new |= node.kind() == "comment");
        is_new
    };
    if start.contains(['t', 'T']) {
        return Some(14);
    }
    children(string).filter(|part| part.kind() == "interpolation").any(is_new).then_some(12)
}
