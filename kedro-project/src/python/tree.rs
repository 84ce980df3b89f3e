//! Walking a syntax tree.

use tree_sitter::Node;

/// Named children without comments.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Whether `test` holds for `node` or anything below it.
///
/// Walks without recursion, since a source can be nested to any depth.
pub(crate) fn any<'a>(node: Node<'a>, mut test: impl FnMut(Node<'a>) -> bool) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if test(node) {
            return true;
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    false
}

/// The first place that is not valid syntax.
pub(super) fn first_error(root: Node<'_>) -> Option<Node<'_>> {
    if !root.has_error() {
        return None;
    }
    let mut first: Option<Node<'_>> = None;
    any(root, |node| {
        let earlier = first.is_none_or(|known| node.start_byte() < known.start_byte());
        if (node.is_error() || node.is_missing()) && earlier {
            first = Some(node);
        }
        false
    });
    first.or(Some(root))
}
