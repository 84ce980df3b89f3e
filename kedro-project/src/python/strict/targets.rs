//! What cannot be assigned to or deleted.

use tree_sitter::Node;

use crate::python::tree::{children, for_each, text};

/// Whether an assignment, a deletion or a `:=` in a statement or comprehension has a target that
/// Python refuses.
pub(super) fn are_wrong(source: &str, node: Node<'_>) -> bool {
    match node.kind() {
        "assignment" => {
            let Some(left) = node.child_by_field_name("left") else { return false };
            let is_typed = node.child_by_field_name("type").is_some();
            is_typed && is_several(left) || left.kind() == "list_splat_pattern" || is_wrong(source, left)
        }
        "augmented_assignment" => node
            .child_by_field_name("left")
            .is_some_and(|left| is_several(left) || left.kind() == "list_splat_pattern" || is_wrong(source, left)),
        "delete_statement" => children(node).any(|target| is_undeletable(source, target)),
        "expression_statement" => children(node).any(|value| value.kind() == "named_expression"),
        _ => source.contains(":=") && rebinds(source, node),
    }
}

fn is_several(target: Node<'_>) -> bool {
    matches!(target.kind(), "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list")
}

fn is_wrong(source: &str, target: Node<'_>) -> bool {
    if target.kind() == "identifier" {
        return text(source, target) == "__debug__";
    }
    let has_star = |child: &Node<'_>| child.kind() == "list_splat_pattern" || child.kind() == "list_splat";
    is_several(target) && children(target).filter(has_star).count() > 1
}

fn is_undeletable(source: &str, target: Node<'_>) -> bool {
    match target.kind() {
        "identifier" => text(source, target) == "__debug__",
        "attribute" | "subscript" => false,
        "parenthesized_expression" | "expression_list" | "tuple" | "list" => {
            children(target).any(|inner| is_undeletable(source, inner))
        }
        _ => true,
    }
}

/// `name := value` in a comprehension over the same name.
fn rebinds(source: &str, comprehension: Node<'_>) -> bool {
    let clauses = children(comprehension).filter(|child| child.kind() == "for_in_clause");
    let targets = clauses.filter_map(|clause| clause.child_by_field_name("left"));
    let targets: Vec<&str> = targets.map(|target| text(source, target)).collect();
    let mut rebinds = false;
    for_each(comprehension, |node| {
        let name = || node.child_by_field_name("name").map(|name| text(source, name));
        rebinds |= node.kind() == "named_expression" && name().is_some_and(|name| targets.contains(&name));
    });
    rebinds
}
