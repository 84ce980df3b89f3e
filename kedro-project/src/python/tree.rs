//! Walking a syntax tree.

use std::iter;

use tree_sitter::Node;

/// Named children without comments and the like.
pub(crate) fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut cursor = node.walk();
    let mut has_more = cursor.goto_first_child();
    let each = iter::from_fn(move || {
        let child = has_more.then(|| cursor.node())?;
        has_more = cursor.goto_next_sibling();
        Some(child)
    });
    each.filter(|child| child.is_named() && !matches!(child.kind(), "comment" | "line_continuation"))
}

/// What a source has in the place of a node.
pub(super) fn text<'a>(source: &'a str, node: Node<'_>) -> &'a str {
    source.get(node.byte_range()).unwrap_or_default()
}

/// Shows `node` and everything below it, from the first to the last; gives how many they are.
///
/// Walks without recursion, since a source can be nested to any depth.
pub(crate) fn for_each<'a>(node: Node<'a>, mut look: impl FnMut(Node<'a>)) -> usize {
    let mut cursor = node.walk();
    let mut count = 0;
    loop {
        count += 1;
        look(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}

/// The first place that is not valid syntax.
pub(super) fn first_error(root: Node<'_>) -> Option<Node<'_>> {
    if !root.has_error() {
        return None;
    }
    let mut first: Option<Node<'_>> = None;
    for_each(root, |node| {
        let earlier = first.is_none_or(|known| node.start_byte() < known.start_byte());
        if (node.is_error() || node.is_missing()) && earlier {
            first = Some(node);
        }
    });
    first.or(Some(root))
}
