//! `from __future__ import …`

use tree_sitter::Node;

use crate::python::tree::{children, text};

const FEATURES: [&str; 9] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
    "annotations",
];

/// Behind other code, or about what no Python knows.
pub(super) fn is_wrong(source: &str, import: Node<'_>) -> bool {
    let mut cursor = import.walk();
    let mut names = import.children_by_field_name("name", &mut cursor).map(|name| {
        let name = name.child_by_field_name("name").unwrap_or(name);
        text(source, name)
    });
    if names.any(|name| !FEATURES.contains(&name)) {
        return true;
    }
    let Some(module) = import.parent().filter(|parent| parent.kind() == "module") else { return true };
    let before = children(module).take_while(|statement| statement.start_byte() < import.start_byte());
    before.enumerate().any(|(index, statement)| {
        let is_text = index == 0 && statement.named_child(0).is_some_and(|first| first.kind().ends_with("string"));
        statement.kind() != "future_import_statement" && !is_text
    })
}
