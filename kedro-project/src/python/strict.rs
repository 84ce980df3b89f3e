//! What the parser takes and Python does not.

mod indentation;
mod literals;
mod scopes;
mod targets;
mod versions;

use std::collections::HashSet;

use tree_sitter::Node;

use self::scopes::Scopes;
use crate::python::tree::{children, text};

/// A place that Python refuses although the parser takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused<'a> {
    /// The place.
    pub(super) node: Node<'a>,
    /// Whether every Python that Kedro runs with refuses it.
    pub(super) is_certain: bool,
}

/// The first place that Python refuses although the parser takes it; what only some Pythons refuse
/// counts when all take the rest. The project says that it runs with Python 3 of at least `oldest`.
pub(super) fn first_refused<'a>(source: &str, root: Node<'a>, oldest: u32) -> Option<Refused<'a>> {
    let mut cursor = root.walk();
    let mut scopes = Scopes::default();
    let mut doubtful = None;
    // Asking the cursor takes the longer, the deeper it is.
    let mut depth = 0;
    loop {
        let node = cursor.node();
        if is_refused(source, node, &scopes) {
            return Some(Refused { node, is_certain: true });
        }
        if doubtful.is_none() && versions::needed(source, node).is_some_and(|needed| needed > oldest) {
            doubtful = Some(Refused { node, is_certain: false });
        }
        scopes.enter(node, depth);
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        loop {
            scopes.leave(depth);
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return doubtful;
            }
            depth -= 1;
        }
    }
}

fn is_refused(source: &str, node: Node<'_>, scopes: &Scopes<'_>) -> bool {
    match node.kind() {
        "return_statement" | "yield" | "await" | "for_statement" | "with_statement" | "break_statement"
        | "continue_statement" | "global_statement" | "nonlocal_statement" | "wildcard_import" => {
            scopes.refuse(source, node)
        }
        "argument_list" => has_wrong_arguments(source, node),
        "parameters" | "lambda_parameters" => has_wrong_parameters(source, node),
        "function_definition" | "class_definition" => {
            node.child_by_field_name("body").is_none_or(|body| children(body).next().is_none())
        }
        "module" | "block" => indentation::is_wrong(source, node),
        "try_statement" => has_wrong_clauses(node),
        "raise_statement" => node.named_child(0).is_some_and(|raised| raised.kind() == "expression_list"),
        "future_import_statement" => is_wrong_future(source, node),
        "match_statement" => has_case_after_all(source, node),
        "assignment"
        | "augmented_assignment"
        | "delete_statement"
        | "expression_statement"
        | "list_comprehension"
        | "set_comprehension"
        | "dictionary_comprehension"
        | "generator_expression" => targets::are_wrong(source, node),
        "integer" | "float" | "string" | "concatenated_string" | "<>" => literals::is_wrong(source, node),
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
    let mut wants_name = false;
    for parameter in children(list) {
        let name = match parameter.kind() {
            "identifier" => Some(parameter),
            "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
            "typed_parameter" => parameter.named_child(0),
            _ => None,
        };
        let is_wrong = matches!(name.map(|name| text(source, name)), Some("__debug__" | "True" | "False" | "None"));
        if is_wrong || name.is_some_and(|name| !names.insert(text(source, name))) {
            return true;
        }
        match parameter.kind() {
            "tuple_pattern" => return true,
            "keyword_separator" if is_named => return true,
            "keyword_separator" => (is_named, wants_name) = (true, true),
            "list_splat_pattern" => is_named = true,
            "dictionary_splat_pattern" if wants_name => return true,
            "typed_parameter" if name.is_some_and(|name| name.kind() == "list_splat_pattern") => is_named = true,
            "default_parameter" | "typed_default_parameter" => (has_default, wants_name) = (true, false),
            "identifier" | "typed_parameter" if has_default && !is_named => {
                return name.is_some_and(|name| name.kind() == "identifier");
            }
            _ => wants_name = false,
        }
    }
    wants_name
}

/// `try` alone, or `except:` before others.
fn has_wrong_clauses(attempt: Node<'_>) -> bool {
    let clauses: Vec<Node<'_>> = children(attempt).filter(|clause| clause.kind().ends_with("_clause")).collect();
    let is_handler = |clause: &&Node<'_>| clause.kind() == "except_clause";
    let is_complete = clauses.iter().any(|clause| clause.kind() != "else_clause");
    let handlers: Vec<&Node<'_>> = clauses.iter().filter(is_handler).collect();
    let catches_all = |clause: &&&Node<'_>| children(***clause).next().is_some_and(|first| first.kind() == "block");
    !is_complete || handlers.iter().rev().skip(1).any(|clause| catches_all(&clause))
}

/// Behind other code, or about what no Python knows.
fn is_wrong_future(source: &str, import: Node<'_>) -> bool {
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

/// A `case` that matches everything, and others after it.
fn has_case_after_all(source: &str, statement: Node<'_>) -> bool {
    let Some(body) = statement.child_by_field_name("body") else { return false };
    let cases: Vec<Node<'_>> = children(body).filter(|case| case.kind() == "case_clause").collect();
    let matches_all = |case: &Node<'_>| {
        let mut patterns = children(*case).filter(|child| child.kind() == "case_pattern");
        let (first, second) = (patterns.next(), patterns.next());
        let is_name = |text: &str| {
            !text.is_empty()
                && !matches!(text, "None" | "True" | "False")
                && text.chars().all(|one| one == '_' || one.is_alphanumeric())
                && !text.starts_with(|first: char| first.is_ascii_digit())
        };
        case.child_by_field_name("guard").is_none()
            && second.is_none()
            && first.is_some_and(|pattern| is_name(text(source, pattern)))
    };
    cases.iter().rev().skip(1).any(matches_all)
}
