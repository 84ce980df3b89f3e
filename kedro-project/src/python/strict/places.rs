//! Expressions that Python takes in some places only.

use tree_sitter::Node;

use super::place::{Place, Verdict, wrong_if};
use crate::python::tree::children;

/// Whether an expression stands where Python does not take it.
pub(super) fn refused(place: &Place<'_, '_>) -> Option<Verdict> {
    match place.node.kind() {
        "list_splat" | "list_splat_pattern" => refused_star(place),
        "dictionary_splat" => wrong_if(place.parent_kind() != "argument_list" && is_loose(inner(place.node))),
        "named_expression" => refused_walrus(place),
        "as_pattern" => wrong_if(is_wrong_as(place)),
        "yield" => wrong_if(is_wrong_yield(place)),
        "lambda" | "conditional_expression" => wrong_if(is_wrong_operand(place)),
        "await" => wrong_if(matches!(inner(place.node), Some("unary_operator" | "await" | "not_operator"))),
        "splat_type" if is_plain_annotation(place) => Some(Verdict::Wrong),
        // Only newer Pythons take `tuple[*T]` and `*args: *T`.
        "splat_type" => Some(Verdict::Doubtful),
        "constrained_type" => wrong_if(is_plain_annotation(place)),
        _ => None,
    }
}

fn inner(node: Node<'_>) -> Option<&'static str> {
    children(node).next().map(|inner| inner.kind())
}

/// What binds less than `|`.
fn is_loose(kind: Option<&str>) -> bool {
    matches!(
        kind,
        Some(
            "boolean_operator"
                | "not_operator"
                | "comparison_operator"
                | "conditional_expression"
                | "lambda"
                | "named_expression"
        )
    )
}

fn has_comma(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == ",")
}

/// `*values` where no list of values is.
fn refused_star(place: &Place<'_, '_>) -> Option<Verdict> {
    // The parser takes the star of `*a.b()` for that of `a` alone: what is around that counts.
    let mut around = place.path.iter().rev();
    let mut field = place.field;
    let mut spread = place.node;
    let found = around.find(|(node, own)| {
        let is_first = matches!(
            (node.kind(), field),
            ("call", Some("function"))
                | ("attribute", Some("object"))
                | ("subscript", Some("value"))
                | ("binary_operator", Some("left"))
        );
        if is_first {
            (field, spread) = (*own, *node);
        }
        !is_first
    });
    let around = found.map_or("", |(node, _)| node.kind());
    let is_among_others = || found.is_some_and(|(node, _)| node.child_count() > 1);
    match around {
        "argument_list" | "parameters" | "lambda_parameters" | "match_statement" => None,
        "expression_statement" if is_among_others() => None,
        // `(*values)`, which the parser takes for `(*values,)`.
        "tuple" | "tuple_pattern" | "expression_list" if found.is_some_and(|(node, _)| !has_comma(*node)) => {
            Some(Verdict::Wrong)
        }
        "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
            wrong_if(spread == place.node && is_loose(inner(place.node)))
        }
        // `x[*y]`
        "subscript" if field == Some("subscript") => Some(Verdict::Doubtful),
        "typed_parameter" if field != Some("type") => None,
        // `tuple[*T]`, `def f(*args: *T)`
        "type_parameter" | "generic_type" | "type" => Some(Verdict::Doubtful),
        // A comparison or the like takes the star in for a call's argument alone: `f(*a or b)`.
        "boolean_operator" | "comparison_operator" | "conditional_expression" => {
            let mut kinds = place.kinds_around().skip_while(|kind| *kind != around);
            let outer = kinds.find(|kind| !is_loose(Some(kind)));
            wrong_if(outer != Some("argument_list"))
        }
        _ => Some(Verdict::Wrong),
    }
}

/// `name := value` where it needs brackets.
fn refused_walrus(place: &Place<'_, '_>) -> Option<Verdict> {
    let is_value = place.field == Some("value");
    let is_right = match place.parent_kind() {
        "parenthesized_expression"
        | "list"
        | "tuple"
        | "set"
        | "argument_list"
        | "decorator"
        | "match_statement"
        | "if_statement"
        | "elif_clause"
        | "while_statement" => true,
        "list_comprehension" | "set_comprehension" | "generator_expression" => place.field == Some("body"),
        "subscript" => !is_value,
        // `if` of a `case`
        "if_clause" => place.path.iter().rev().nth(1).is_some_and(|(node, _)| node.kind() == "case_clause"),
        _ => false,
    };
    // `f"{x:=10}"` is a specification, and none to this parser.
    if place.parent_kind() == "interpolation" {
        return Some(Verdict::Doubtful);
    }
    let is_nested = place.node.child_by_field_name("value").is_some_and(|value| value.kind() == "named_expression");
    wrong_if(!is_right || is_nested)
}

/// `as` outside of `with` and `except`.
fn is_wrong_as(place: &Place<'_, '_>) -> bool {
    let mut around = place.kinds_around();
    match around.next() {
        Some("with_item" | "except_clause" | "case_pattern") => false,
        // `with (a as b, c as d):`
        Some("tuple" | "parenthesized_expression") => around.next() != Some("with_item"),
        _ => true,
    }
}

/// `yield` without brackets, but for statements of their own.
fn is_wrong_yield(place: &Place<'_, '_>) -> bool {
    match place.parent_kind() {
        "expression_statement"
        | "assignment"
        | "augmented_assignment"
        | "parenthesized_expression"
        | "interpolation" => false,
        // The parser takes `(yield a, b)` for two values.
        "tuple" => place.node.prev_sibling().is_none_or(|before| before.kind() != "("),
        _ => true,
    }
}

/// `lambda` and `… if … else …` where they need brackets.
fn is_wrong_operand(place: &Place<'_, '_>) -> bool {
    match place.parent_kind() {
        "boolean_operator"
        | "not_operator"
        | "comparison_operator"
        | "binary_operator"
        | "unary_operator"
        | "chevron" => true,
        "conditional_expression" => {
            let parent = place.parent();
            let last = parent.and_then(|parent| children(parent).last());
            last != Some(place.node)
        }
        "for_in_clause" => place.field == Some("right"),
        "if_clause" => place.path.iter().rev().nth(1).is_none_or(|(node, _)| node.kind() != "case_clause"),
        "interpolation" => place.node.kind() == "lambda",
        _ => false,
    }
}

/// Whether it is the type of a name, and not a parameter of a type.
fn is_plain_annotation(place: &Place<'_, '_>) -> bool {
    let mut around = place.kinds_around().skip_while(|kind| *kind == "type");
    let is_rest = place
        .path
        .iter()
        .rev()
        .find(|(node, _)| node.kind() == "typed_parameter")
        .is_some_and(|(node, _)| node.named_child(0).is_some_and(|name| name.kind() == "list_splat_pattern"));
    let around = around.next();
    matches!(around, Some("assignment" | "default_parameter" | "typed_default_parameter" | "function_definition"))
        || around == Some("typed_parameter") && !is_rest
}
