//! Texts that Python does not take.

use tree_sitter::Node;

use super::place::{Place, Verdict, wrong_if};
use crate::python::tree::{children, text};

pub(super) fn refused(place: &Place<'_, '_>) -> Option<Verdict> {
    let (source, node) = (place.source, place.node);
    match node.kind() {
        "concatenated_string" => {
            let mut kinds = children(node).map(|part| prefix(source, part).contains('b'));
            let first = kinds.next();
            wrong_if(kinds.any(|kind| Some(kind) != first))
        }
        "interpolation" => wrong_if(is_wrong_reference(source, node)),
        _ => in_text(source, node),
    }
}

fn prefix(source: &str, string: Node<'_>) -> String {
    string.child(0).map(|start| text(source, start).to_ascii_lowercase()).unwrap_or_default()
}

fn in_text(source: &str, string: Node<'_>) -> Option<Verdict> {
    let start = prefix(source, string);
    let letters = start.trim_end_matches(['"', '\'']);
    // The quotes of Python 2's `repr` are among those that the parser knows.
    if !matches!(letters, "" | "r" | "u" | "b" | "br" | "rb" | "f" | "fr" | "rf" | "t" | "tr" | "rt") {
        return Some(Verdict::Wrong);
    }
    let is_bytes = letters.contains('b');
    let mut doubtful = None;
    for content in children(string).filter(|part| part.kind() == "string_content") {
        let content = text(source, content);
        if is_bytes && !content.is_ascii() || letters.contains(['f', 't']) && has_loose_brace(content) {
            return Some(Verdict::Wrong);
        }
        if !letters.contains('r') {
            match escapes(content, is_bytes) {
                Some(Verdict::Wrong) => return Some(Verdict::Wrong),
                found => doubtful = doubtful.or(found),
            }
        }
    }
    doubtful
}

/// `}` alone in an f-string.
fn has_loose_brace(content: &str) -> bool {
    let mut rest = content;
    while let Some(at) = rest.find(['}', '\\']) {
        let after = &rest[at..];
        if let Some(named) = after.strip_prefix("\\N{") {
            let Some(end) = named.find('}') else { return true };
            rest = &named[end + 1..];
        } else if let Some(escaped) = after.strip_prefix('\\') {
            let mut chars = escaped.chars();
            if !chars.as_str().starts_with(['{', '}']) {
                chars.next();
            }
            rest = chars.as_str();
        } else if let Some(next) = after.strip_prefix("}}") {
            rest = next;
        } else {
            return true;
        }
    }
    false
}

/// Escapes that Python refuses. Which names there are for `\N{…}` is not known here.
fn escapes(content: &str, is_bytes: bool) -> Option<Verdict> {
    let mut rest = content;
    let mut doubtful = None;
    while let Some(at) = rest.find('\\') {
        let mut after = rest[at + 1..].chars();
        let digits = match after.next() {
            Some('x') => 2,
            Some('u') if !is_bytes => 4,
            Some('U') if !is_bytes => 8,
            Some('N') if !is_bytes => {
                let name = after.as_str().strip_prefix('{').and_then(|named| named.split_once('}'));
                match name {
                    Some((name, _)) if !name.is_empty() && name.is_ascii() => doubtful = Some(Verdict::Doubtful),
                    _ => return Some(Verdict::Wrong),
                }
                0
            }
            _ => 0,
        };
        let written: String = after.as_str().chars().take(digits).collect();
        let is_number = written.len() == digits && written.bytes().all(|digit| digit.is_ascii_hexdigit());
        let is_character = || u32::from_str_radix(&written, 16).is_ok_and(|number| number <= 0x10_ffff);
        if digits > 0 && !(is_number && is_character()) {
            return Some(Verdict::Wrong);
        }
        rest = after.as_str();
    }
    doubtful
}

/// A conversion that there is none of.
fn is_wrong_reference(source: &str, interpolation: Node<'_>) -> bool {
    let conversion = interpolation.child_by_field_name("type_conversion");
    conversion.is_some_and(|conversion| !matches!(text(source, conversion), "!r" | "!s" | "!a"))
}
