//! `global` and `nonlocal`.

use std::collections::HashSet;

use tree_sitter::Node;

use super::{
    place::{Place, Verdict},
    scopes::Scopes,
};
use crate::python::tree::{children, text};

/// Declarations whose functions are looked through; nobody writes more.
const MOST_DECLARATIONS: usize = 64;

pub(super) fn refused(place: &Place<'_, '_>, scopes: &Scopes<'_>) -> Option<Verdict> {
    scopes.declarations.set(scopes.declarations.get() + 1);
    if scopes.declarations.get() > MOST_DECLARATIONS {
        return Some(Verdict::Doubtful);
    }
    let (source, statement) = (place.source, place.node);
    let is_nonlocal = statement.kind() == "nonlocal_statement";
    let mut bodies = scopes.bodies();
    let innermost = bodies.next();
    if is_nonlocal && innermost.is_none() {
        return Some(Verdict::Wrong);
    }
    let module = place.path.first().map(|(module, _)| *module);
    let body = innermost.map(|(body, _)| body).or(module)?;
    let names: Vec<&str> = children(statement).map(|name| text(source, name)).collect();
    if let Some(found) = refused_within(source, body, statement, &names) {
        return Some(found);
    }
    if !is_nonlocal {
        return None;
    }
    let functions: Vec<Node<'_>> = bodies.filter(|(_, is_class)| !is_class).map(|(body, _)| body).collect();
    let mut worst = None;
    for name in names {
        // Python gives methods such a name, and others in classes other names.
        if name == "__class__" || name.starts_with("__") && !name.ends_with("__") {
            worst = worst.or(Some(Verdict::Doubtful));
        } else if !functions.iter().any(|function| bound(source, *function).contains(name)) {
            return Some(Verdict::Wrong);
        }
    }
    worst
}

/// Whether a scope uses a name before it is declared, or says something else of it.
fn refused_within(source: &str, body: Node<'_>, statement: Node<'_>, names: &[&str]) -> Option<Verdict> {
    let mut found = None;
    let parameters = body.parent().and_then(|function| function.child_by_field_name("parameters"));
    if parameters.is_some_and(|parameters| names.iter().any(|name| has_parameter(source, parameters, name))) {
        return Some(Verdict::Wrong);
    }
    for_each_own(body, |node, parent| {
        let kind = parent.map_or("", |parent| parent.kind());
        let is_before = node.start_byte() < statement.start_byte();
        let is_named = node.kind() == "identifier" && names.contains(&text(source, node));
        if !is_named || is_attribute(node, parent) {
            return;
        }
        let field = |name: &str| parent.is_some_and(|parent| parent.child_by_field_name(name) == Some(node));
        let is_typed = kind == "assignment"
            && body.kind() != "module"
            && field("left")
            && parent.is_some_and(|parent| parent.child_by_field_name("type").is_some());
        let is_declared_otherwise =
            matches!(kind, "global_statement" | "nonlocal_statement") && kind != statement.kind();
        let verdict = match kind {
            _ if is_typed || is_declared_otherwise => Some(Verdict::Wrong),
            _ if !is_before => None,
            "global_statement" | "nonlocal_statement" => None,
            // Such names may be others than the declared one.
            "dotted_name" | "aliased_import" | "keyword_pattern" => Some(Verdict::Doubtful),
            _ if is_in_comprehension(node, body) => Some(Verdict::Doubtful),
            _ => Some(Verdict::Wrong),
        };
        if verdict == Some(Verdict::Wrong) || found.is_none() {
            found = verdict;
        }
    });
    found
}

fn has_parameter(source: &str, parameters: Node<'_>, name: &str) -> bool {
    children(parameters).any(|parameter| {
        let inner = match parameter.kind() {
            "typed_parameter" => parameter.named_child(0).unwrap_or(parameter),
            _ => parameter.child_by_field_name("name").unwrap_or(parameter),
        };
        text(source, inner).trim_start_matches('*') == name
    })
}

fn is_in_comprehension(node: Node<'_>, body: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(node) = around.filter(|around| *around != body) {
        if node.kind().ends_with("_comprehension") || node.kind() == "generator_expression" {
            return true;
        }
        around = node.parent();
    }
    false
}

fn is_attribute(node: Node<'_>, parent: Option<Node<'_>>) -> bool {
    parent.is_some_and(|parent| {
        let field = |name: &str| parent.child_by_field_name(name) == Some(node);
        parent.kind() == "attribute" && field("attribute") || parent.kind() == "keyword_argument" && field("name")
    })
}

/// The names that a function binds, with its parameters and without what is declared elsewhere.
fn bound<'s>(source: &'s str, body: Node<'_>) -> HashSet<&'s str> {
    let mut names = HashSet::new();
    let mut globals = HashSet::new();
    let parameters = body.parent().and_then(|function| {
        function.child_by_field_name("parameters").filter(|_| function.kind() != "class_definition")
    });
    for parameter in parameters.into_iter().flat_map(children) {
        let inner = match parameter.kind() {
            "typed_parameter" => parameter.named_child(0).unwrap_or(parameter),
            _ => parameter.child_by_field_name("name").unwrap_or(parameter),
        };
        names.insert(text(source, inner).trim_start_matches('*'));
    }
    for_each_own(body, |node, parent| {
        let name = text(source, node);
        if node.kind() == "identifier" && parent.is_some_and(|parent| parent.kind() == "global_statement") {
            globals.insert(name);
        }
        if node.kind() == "identifier" && !is_attribute(node, parent) && is_bound(node, body) {
            names.insert(name);
        }
    });
    names.retain(|name| !globals.contains(name));
    names
}

/// Whether a name is bound in this place.
fn is_bound(node: Node<'_>, body: Node<'_>) -> bool {
    let mut inner = node;
    let mut around = node.parent();
    while let Some(parent) = around.filter(|_| inner != body) {
        let field = |name: &str| parent.child_by_field_name(name) == Some(inner);
        match parent.kind() {
            "assignment" | "augmented_assignment" | "for_statement" => return field("left"),
            "named_expression" | "function_definition" | "class_definition" => return field("name"),
            "aliased_import" => return field("alias"),
            "import_statement"
            | "import_from_statement"
            | "nonlocal_statement"
            | "delete_statement"
            | "as_pattern_target"
            | "case_pattern"
            | "except_clause" => return true,
            "pattern_list"
            | "tuple_pattern"
            | "list_pattern"
            | "list_splat_pattern"
            | "list_splat"
            | "tuple"
            | "list"
            | "parenthesized_expression"
            | "expression_list"
            | "dotted_name" => {}
            _ => return false,
        }
        inner = parent;
        around = parent.parent();
    }
    false
}

/// Shows what is in a body and what that is in, without what is within functions and classes.
fn for_each_own<'a>(body: Node<'a>, mut look: impl FnMut(Node<'a>, Option<Node<'a>>)) {
    let mut waiting = vec![(body, None)];
    while let Some((node, parent)) = waiting.pop() {
        look(node, parent);
        match node.kind() {
            "function_definition" | "class_definition" => {
                waiting.extend(node.child_by_field_name("name").map(|name| (name, Some(node))));
            }
            "lambda" => {}
            _ => waiting.extend(children(node).map(|child| (child, Some(node)))),
        }
    }
}
