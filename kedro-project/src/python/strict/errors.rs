//! What Python takes and the parser does not.

use std::ops::RangeInclusive;

/// Whether what the parser does not take in these rows (from 0) is surely no Python.
///
/// The parser lacks types' parameters with defaults, stars before brackets in what is assigned to,
/// lines with nothing but a backslash, slices in annotations, and less indentation within brackets.
pub(crate) fn is_certain(source: &str, rows: RangeInclusive<usize>) -> bool {
    let first = rows.start().saturating_sub(2);
    let around = source.lines().skip(first).take(rows.end() - first + 3);
    let mut before = "";
    !around.into_iter().any(|line| {
        let is_odd = is_odd(line.trim()) || goes_on_with_less(before, line);
        before = line;
        is_odd
    })
}

fn is_odd(line: &str) -> bool {
    let head = line.split(['(', ':', '=']).next().unwrap_or_default();
    let has_types =
        head.contains('[') && ["type ", "def ", "class ", "async "].iter().any(|word| line.starts_with(word));
    // `name: values[from:to]`
    let has_slice = line.split_once(':').is_some_and(|(name, of)| {
        name.trim_end().chars().all(|one| one == '_' || one.is_alphanumeric()) && of.contains('[') && of.contains(':')
    });
    has_types
        || has_slice
        || line == "\\"
        || ["*[", "*("].iter().any(|star| line.contains(star))
        || line.contains("[*") && !line.contains("[**")
}

fn goes_on_with_less(before: &str, line: &str) -> bool {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let before_end = before.trim_end();
    let goes_on = before_end.ends_with(|last: char| "([{.,+-*/%|&^=<>@".contains(last))
        || [" in", " and", " or", " not", " is", " if", " else", " for"].iter().any(|word| before_end.ends_with(word));
    goes_on && indentation(line) < indentation(before)
}
