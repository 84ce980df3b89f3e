//! Numbers and texts that Python does not take.

use tree_sitter::Node;

use crate::python::tree::{children, text};

/// Whether a number, a text or an operator is none of today's Python.
pub(super) fn is_wrong(source: &str, node: Node<'_>) -> bool {
    match node.kind() {
        "integer" => !is_integer(&text(source, node).to_ascii_lowercase()),
        "float" => has_loose_underscore(text(source, node)),
        "concatenated_string" => {
            let mut kinds = children(node).map(|part| is_bytes(source, part));
            let first = kinds.next();
            kinds.any(|kind| Some(kind) != first)
        }
        "string" => is_wrong_text(source, node),
        // `<>`
        _ => true,
    }
}

fn has_loose_underscore(number: &str) -> bool {
    number.ends_with('_') || number.contains("__") || number.contains("._") || number.contains("_.")
}

fn is_integer(number: &str) -> bool {
    if has_loose_underscore(number) {
        return false;
    }
    let number = number.strip_suffix('j').unwrap_or(number);
    let has = |digits: &str, is: fn(char) -> bool| !digits.is_empty() && digits.chars().all(|c| c == '_' || is(c));
    match number.get(..2) {
        Some("0x") => has(&number[2..], |digit| digit.is_ascii_hexdigit()),
        Some("0o") => has(&number[2..], |digit| digit.is_digit(8)),
        Some("0b") => has(&number[2..], |digit| digit.is_digit(2)),
        _ => {
            let is_zero = number.chars().all(|digit| matches!(digit, '0' | '_'));
            has(number, |digit| digit.is_ascii_digit()) && (is_zero || !number.starts_with('0'))
        }
    }
}

fn prefix(source: &str, string: Node<'_>) -> String {
    string.child(0).map(|start| text(source, start).to_ascii_lowercase()).unwrap_or_default()
}

fn is_bytes(source: &str, string: Node<'_>) -> bool {
    prefix(source, string).contains('b')
}

fn is_wrong_text(source: &str, string: Node<'_>) -> bool {
    let prefix = prefix(source, string);
    // The quotes of Python 2's `repr`.
    if prefix.contains('`') {
        return true;
    }
    let is_bytes = prefix.contains('b');
    let mut contents = children(string).filter(|part| part.kind() == "string_content");
    contents.any(|content| {
        let content = text(source, content);
        is_bytes && !content.is_ascii() || !prefix.contains('r') && has_wrong_escape(content, is_bytes)
    })
}

fn has_wrong_escape(content: &str, is_bytes: bool) -> bool {
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        let mut after = rest[at + 1..].chars();
        let digits = match after.next() {
            Some('x') => 2,
            Some('u') if !is_bytes => 4,
            Some('U') if !is_bytes => 8,
            Some('N') if !is_bytes && !after.as_str().starts_with('{') => return true,
            _ => 0,
        };
        let written: String = after.as_str().chars().take(digits).collect();
        let number = u32::from_str_radix(&written, 16);
        if digits > 0 && (written.len() < digits || number.is_err() || number.is_ok_and(|number| number > 0x10_ffff)) {
            return true;
        }
        rest = after.as_str();
    }
    false
}
