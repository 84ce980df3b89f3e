//! Statements that only Python 2 had, for which the parser also takes some expressions.

use super::place::{Place, Verdict};

/// `print "x"` is no Python, `print >>file, "x"`, `print -1` and `print (x), y` are.
pub(super) fn refused(place: &Place<'_, '_>) -> Option<Verdict> {
    let word = place.text().trim_start_matches(|one: char| one.is_ascii_alphabetic());
    let rest = word.trim_start_matches([' ', '\t', '\u{c}']);
    let is_operator = |start: char| "[-+*%/&|^<@.=,;\\".contains(start);
    match rest.chars().next() {
        Some('(' | '>') | None => None,
        // An expression, of which the parser makes something else.
        Some(start) if is_operator(start) => Some(Verdict::Doubtful),
        Some(_) => Some(Verdict::Wrong),
    }
}
