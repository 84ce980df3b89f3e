//! What the parser takes and Python does not.

use std::collections::HashSet;

use tree_sitter::Node;

use crate::python::tree::children;

/// The first place that Python refuses although the parser takes it. `has_tabs` says that lines may
/// begin with tabs, whose width nobody knows.
pub(super) fn first_refused<'a>(source: &str, root: Node<'a>, has_tabs: bool) -> Option<Node<'a>> {
    let mut cursor = root.walk();
    // The functions around, each with its depth and whether it is a coroutine.
    let mut functions: Vec<(u32, bool)> = Vec::new();
    loop {
        let node = cursor.node();
        let around = functions.last().copied();
        if is_refused(source, node, around, has_tabs) {
            return Some(node);
        }
        if matches!(node.kind(), "function_definition" | "lambda") {
            let is_async = node.child(0).is_some_and(|first| first.kind() == "async");
            functions.push((cursor.depth(), is_async));
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            if functions.last().is_some_and(|(depth, _)| *depth == cursor.depth()) {
                functions.pop();
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

fn is_refused(source: &str, node: Node<'_>, around: Option<(u32, bool)>, has_tabs: bool) -> bool {
    match node.kind() {
        "return_statement" => around.is_none(),
        "await" => around.is_some_and(|(_, is_async)| !is_async),
        "argument_list" => has_wrong_arguments(source, node),
        "parameters" | "lambda_parameters" => has_wrong_parameters(source, node),
        "function_definition" | "class_definition" => {
            node.child_by_field_name("body").is_none_or(|body| children(body).next().is_none())
        }
        "module" | "block" => !has_tabs && has_wrong_indentation(node),
        _ => false,
    }
}

fn has_wrong_arguments(source: &str, list: Node<'_>) -> bool {
    let mut names = HashSet::new();
    let mut is_named = false;
    for argument in children(list) {
        match argument.kind() {
            "keyword_argument" => {
                is_named = true;
                let name = argument.child_by_field_name("name").and_then(|name| source.get(name.byte_range()));
                if name.is_some_and(|name| !names.insert(name)) {
                    return true;
                }
            }
            "dictionary_splat" | "list_splat" => {}
            // The parser takes the star of `*a.b()` for that of `a` alone.
            _ if source.as_bytes().get(argument.start_byte()) == Some(&b'*') => {}
            _ if is_named => return true,
            _ => {}
        }
    }
    false
}

fn has_wrong_parameters(source: &str, list: Node<'_>) -> bool {
    let mut names = HashSet::new();
    let mut has_default = false;
    let mut is_named = false;
    for parameter in children(list) {
        let name = match parameter.kind() {
            "identifier" => Some(parameter),
            "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
            "typed_parameter" => parameter.named_child(0),
            _ => None,
        };
        if name.and_then(|name| source.get(name.byte_range())).is_some_and(|name| !names.insert(name)) {
            return true;
        }
        match parameter.kind() {
            "keyword_separator" | "list_splat_pattern" => is_named = true,
            "typed_parameter" if name.is_some_and(|name| name.kind() == "list_splat_pattern") => is_named = true,
            "default_parameter" | "typed_default_parameter" => has_default = true,
            "identifier" if has_default && !is_named => return true,
            "typed_parameter" if has_default && !is_named => {
                return name.is_some_and(|name| name.kind() == "identifier");
            }
            _ => {}
        }
    }
    false
}

/// Whether a statement that begins a line stands in another column than the first of its block.
fn has_wrong_indentation(block: Node<'_>) -> bool {
    let mut first = None;
    let mut last_row = None;
    // A block on the line of what it belongs to has no indentation.
    let header = block.parent().map(|parent| parent.start_position().row);
    for statement in children(block) {
        let place = statement.start_position();
        let begins_line =
            last_row.is_none_or(|row| row < place.row) && (block.kind() == "module" || header != Some(place.row));
        last_row = Some(statement.end_position().row);
        if !begins_line {
            continue;
        }
        let column = *first.get_or_insert(if block.kind() == "module" { 0 } else { place.column });
        if place.column != column {
            return true;
        }
    }
    false
}
