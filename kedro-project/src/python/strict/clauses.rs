//! Statements without what belongs to them.

use tree_sitter::Node;

use crate::python::tree::{children, text};

pub(super) fn are_wrong(source: &str, node: Node<'_>) -> bool {
    lacks_block(node)
        || match node.kind() {
            "try_statement" => has_wrong_clauses(source, node),
            "except_clause" => is_wrong_handler(source, node),
            "raise_statement" => is_wrong_raise(node),
            "assert_statement" => children(node).count() > 2,
            "for_in_clause" => {
                let mut cursor = node.walk();
                let values = node.children_by_field_name("right", &mut cursor).count();
                values > 1 || ends_with_comma(node)
            }
            "with_statement" => {
                children(node).next().is_some_and(|items| items.kind() == "with_clause" && ends_with_comma(items))
            }
            "delete_statement" | "global_statement" | "nonlocal_statement" => children(node).next().is_none(),
            "function_definition" | "class_definition" => {
                node.child_by_field_name("name").is_some_and(|name| text(source, name) == "__debug__")
            }
            _ => false,
        }
}

fn ends_with_comma(node: Node<'_>) -> bool {
    node.child_count().checked_sub(1).and_then(|last| node.child(last)).is_some_and(|last| last.kind() == ",")
}

/// What has a colon has statements after it.
fn lacks_block(node: Node<'_>) -> bool {
    let field = match node.kind() {
        "if_statement" | "elif_clause" | "case_clause" => "consequence",
        "else_clause"
        | "for_statement"
        | "while_statement"
        | "with_statement"
        | "try_statement"
        | "function_definition"
        | "class_definition"
        | "match_statement" => "body",
        "except_clause" | "finally_clause" => {
            let block = children(node).find(|child| child.kind() == "block");
            return block.is_none_or(is_empty);
        }
        _ => return false,
    };
    node.child_by_field_name(field).is_none_or(is_empty)
}

fn is_empty(block: Node<'_>) -> bool {
    children(block).next().is_none()
}

/// `try` alone, `except:` before others, or both kinds of `except`.
fn has_wrong_clauses(source: &str, attempt: Node<'_>) -> bool {
    let clauses: Vec<Node<'_>> = children(attempt).filter(|clause| clause.kind().ends_with("_clause")).collect();
    let has = |kind: &str| clauses.iter().any(|clause| clause.kind() == kind);
    let handlers: Vec<&Node<'_>> = clauses.iter().filter(|clause| clause.kind() == "except_clause").collect();
    let catches_all = |clause: &&&Node<'_>| children(***clause).next().is_some_and(|first| first.kind() == "block");
    let of_groups = handlers.iter().filter(|clause| is_of_groups(source, ***clause)).count();
    handlers.is_empty() && (has("else_clause") || !has("finally_clause"))
        || handlers.iter().rev().skip(1).any(|clause| catches_all(&clause))
        || of_groups > 0 && of_groups < handlers.len()
}

/// Whether it is `except* A:`.
pub(super) fn is_of_groups(source: &str, clause: Node<'_>) -> bool {
    let after = text(source, clause).strip_prefix("except");
    after.is_some_and(|after| after.trim_start().starts_with('*'))
}

/// `except*:`, `except A, B as e:`, or what no error can be bound to.
fn is_wrong_handler(source: &str, clause: Node<'_>) -> bool {
    let values: Vec<Node<'_>> = children(clause).filter(|child| child.kind() != "block").collect();
    let bound = clause.child_by_field_name("alias").or_else(|| {
        let pattern = values.iter().find(|value| value.kind() == "as_pattern")?;
        pattern.child_by_field_name("alias").and_then(|target| target.named_child(0))
    });
    let has_as = bound.is_some();
    let is_name = |node: Node<'_>| node.kind() == "identifier" && text(source, node) != "__debug__";
    let commas =
        (0..clause.child_count()).filter_map(|at| clause.child(at)).filter(|child| child.kind() == ",").count();
    values.is_empty() && is_of_groups(source, clause)
        || bound.is_some_and(|bound| !is_name(bound))
        || has_as && commas > 0
}

/// `raise A, B`, `raise from B`
fn is_wrong_raise(raise: Node<'_>) -> bool {
    let cause = raise.child_by_field_name("cause");
    let raised = children(raise).find(|child| Some(*child) != cause);
    raised.is_some_and(|raised| raised.kind() == "expression_list") || raised.is_none() && cause.is_some()
}
