//! Lines that begin elsewhere than their block does.

use tree_sitter::Node;

use crate::python::tree::children;

/// The width of an indentation with tabs that go to every eighth column, and with tabs as wide as
/// a space: Python wants lines of a block to be equal in both.
type Width = (usize, usize);

/// Whether a statement that begins a line stands in another column than the first of its block.
pub(super) fn is_wrong(source: &str, block: Node<'_>) -> bool {
    let mut first = None;
    let mut last_row = None;
    let is_module = block.kind() == "module";
    let around = block.parent().filter(|_| !is_module).map(|parent| width(source, parent.start_byte()));
    for statement in children(block) {
        let row = statement.start_position().row;
        // A block on the line of what it belongs to has no indentation.
        let begins_line = last_row.is_none_or(|last| last < row) && begins_line(source, statement.start_byte());
        last_row = Some(statement.end_position().row);
        if !begins_line {
            continue;
        }
        let own = width(source, statement.start_byte());
        if let (None, Some(around)) = (first, around)
            && (own.0 <= around.0 || own.1 <= around.1)
        {
            return true;
        }
        let expected: Width = *first.get_or_insert(if is_module { (0, 0) } else { own });
        if own != expected {
            return true;
        }
    }
    false
}

/// Whether nothing stands before a place in its line, or in those that it continues.
fn begins_line(source: &str, at: usize) -> bool {
    let before = source.get(..at).unwrap_or_default().trim_end_matches([' ', '\t', '\u{c}', '\u{feff}', '\r']);
    before.strip_suffix('\n').map_or(before.is_empty(), |before| !before.trim_end_matches('\r').ends_with('\\'))
}

fn width(source: &str, at: usize) -> Width {
    let before = source.get(..at).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let mut width = (0, 0);
    for one in line.chars() {
        match one {
            ' ' => width = (width.0 + 1, width.1 + 1),
            '\t' => width = ((width.0 / 8 + 1) * 8, width.1 + 1),
            '\u{c}' | '\u{feff}' => width = (0, 0),
            _ => break,
        }
    }
    width
}
