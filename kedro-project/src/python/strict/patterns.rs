//! What a `case` matches.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::place::{Verdict, wrong_if};
use crate::python::tree::{children, text};

/// Patterns within one another that are looked at.
const DEEPEST: usize = 50;

/// Why a pattern is refused, or what it binds.
type Checked<'s> = Result<Bound<'s>, Verdict>;

/// What a pattern binds.
#[derive(Default)]
struct Bound<'s> {
    names: BTreeSet<&'s str>,
    /// Whether it matches everything.
    is_anything: bool,
}

pub(super) fn refused(source: &str, statement: Node<'_>) -> Option<Verdict> {
    let body = statement.child_by_field_name("body")?;
    let mut is_over = false;
    let mut doubtful = None;
    for case in children(body).filter(|case| case.kind() == "case_clause") {
        match case_of(source, case) {
            Ok(_) if is_over => return Some(Verdict::Wrong),
            Ok(is_anything) => is_over = is_anything && case.child_by_field_name("guard").is_none(),
            Err(Verdict::Wrong) => return Some(Verdict::Wrong),
            Err(Verdict::Doubtful) => doubtful = Some(Verdict::Doubtful),
        }
    }
    doubtful.or(wrong_if(children(body).next().is_none()))
}

/// Whether a case matches everything.
fn case_of(source: &str, case: Node<'_>) -> Result<bool, Verdict> {
    let patterns: Vec<Node<'_>> = children(case).filter(|child| child.kind() == "case_pattern").collect();
    match patterns.as_slice() {
        [only] if !has_comma(case) => pattern(source, *only, 0).map(|bound| bound.is_anything),
        several => sequence(source, several, 0).map(|_| false),
    }
}

fn has_comma(node: Node<'_>) -> bool {
    (0..node.child_count()).filter_map(|at| node.child(at)).any(|child| child.kind() == ",")
}

fn pattern<'s>(source: &'s str, node: Node<'_>, depth: usize) -> Checked<'s> {
    if depth > DEEPEST {
        return Err(Verdict::Doubtful);
    }
    let inner: Vec<Node<'_>> = children(node).collect();
    let deeper = |node: Node<'_>| pattern(source, node, depth + 1);
    match node.kind() {
        "case_pattern" => match inner.as_slice() {
            [only] => deeper(*only),
            [] if text(source, node).trim() == "_" => Ok(Bound { is_anything: true, ..Bound::default() }),
            _ => Err(Verdict::Doubtful),
        },
        "dotted_name" if inner.len() == 1 => Ok(captured(text(source, node))),
        "dotted_name" | "none" | "true" | "false" | "integer" | "float" => Ok(Bound::default()),
        "string" | "concatenated_string" => {
            let mut is_format = false;
            crate::python::tree::for_each(node, |part| {
                let is_start = part.kind() == "string_start";
                is_format |=
                    is_start && text(source, part).trim_end_matches(['"', '\'']).contains(['f', 'F', 't', 'T']);
            });
            if is_format { Err(Verdict::Wrong) } else { Ok(Bound::default()) }
        }
        "complex_pattern" => {
            let is_imaginary = |part: &Node<'_>| text(source, *part).ends_with(['j', 'J']);
            match inner.as_slice() {
                [real, imaginary] if !is_imaginary(real) && is_imaginary(imaginary) => Ok(Bound::default()),
                _ => Err(Verdict::Wrong),
            }
        }
        "union_pattern" => either(source, node, depth),
        "tuple_pattern" | "list_pattern" => match inner.as_slice() {
            [only] if node.kind() == "tuple_pattern" && !has_comma(node) => {
                if is_splat(*only) {
                    Err(Verdict::Wrong)
                } else {
                    deeper(*only)
                }
            }
            several => sequence(source, several, depth),
        },
        "as_pattern" => {
            let [matched, name] = inner.as_slice() else { return Err(Verdict::Doubtful) };
            let mut bound = deeper(*matched)?;
            let name = text(source, *name);
            if bound.is_anything || matches!(name, "_" | "__debug__") || !bound.names.insert(name) {
                return Err(Verdict::Wrong);
            }
            Ok(bound)
        }
        "class_pattern" => class(source, &inner, depth),
        "dict_pattern" => mapping(source, node, depth),
        "keyword_pattern" | "splat_pattern" => Err(Verdict::Wrong),
        _ => Err(Verdict::Doubtful),
    }
}

fn captured(name: &str) -> Bound<'_> {
    Bound { names: if name == "_" { BTreeSet::new() } else { BTreeSet::from([name]) }, is_anything: true }
}

fn is_splat(pattern: Node<'_>) -> bool {
    pattern.kind() == "splat_pattern" || children(pattern).next().is_some_and(|inner| inner.kind() == "splat_pattern")
}

/// Puts together what parts bind, each name once.
fn join<'s>(all: &mut Bound<'s>, part: Bound<'s>) -> Result<(), Verdict> {
    let before = all.names.len() + part.names.len();
    all.names.extend(part.names);
    if all.names.len() == before { Ok(()) } else { Err(Verdict::Wrong) }
}

fn sequence<'s>(source: &'s str, patterns: &[Node<'_>], depth: usize) -> Checked<'s> {
    let mut all = Bound::default();
    let mut stars = 0;
    for one in patterns {
        if is_splat(*one) {
            stars += 1;
            let written = text(source, *one);
            if written.starts_with("**") || stars > 1 {
                return Err(Verdict::Wrong);
            }
            join(&mut all, captured(written.trim_start_matches('*').trim_start()))?;
        } else {
            join(&mut all, pattern(source, *one, depth + 1)?)?;
        }
    }
    Ok(all)
}

/// `a | b`: each binds the same, and only the last may match everything.
fn either<'s>(source: &'s str, node: Node<'_>, depth: usize) -> Checked<'s> {
    let mut first: Option<BTreeSet<&str>> = None;
    let mut is_anything = false;
    // `_` has no node of its own with a name.
    for at in 0..node.child_count() {
        let Some(one) = node.child(at) else { continue };
        if matches!(one.kind(), "|" | "comment" | "-" | "line_continuation") {
            continue;
        }
        let bound = match one.kind() {
            "_" => captured("_"),
            _ => pattern(source, one, depth + 1)?,
        };
        if is_anything || first.as_ref().is_some_and(|first| *first != bound.names) {
            return Err(Verdict::Wrong);
        }
        is_anything = bound.is_anything;
        first = Some(bound.names);
    }
    Ok(Bound { names: first.unwrap_or_default(), is_anything })
}

fn class<'s>(source: &'s str, inner: &[Node<'_>], depth: usize) -> Checked<'s> {
    let mut all = Bound::default();
    let mut keywords = BTreeSet::new();
    for argument in inner.iter().skip(1) {
        let named = children(*argument).next().filter(|named| named.kind() == "keyword_pattern");
        let Some(named) = named else {
            if !keywords.is_empty() || is_splat(*argument) {
                return Err(Verdict::Wrong);
            }
            join(&mut all, pattern(source, *argument, depth + 1)?)?;
            continue;
        };
        let name = named.child(0).map_or("", |name| text(source, name));
        if !keywords.insert(name) {
            return Err(Verdict::Wrong);
        }
        let value = named.child_count().checked_sub(1).and_then(|last| named.child(last));
        match value {
            Some(value) if value.kind() == "_" => {}
            Some(value) => join(&mut all, pattern(source, value, depth + 1)?)?,
            None => return Err(Verdict::Doubtful),
        }
    }
    Ok(all)
}

/// `{key: pattern, **rest}`
fn mapping<'s>(source: &'s str, node: Node<'_>, depth: usize) -> Checked<'s> {
    let mut all = Bound::default();
    let mut keys = BTreeSet::new();
    let mut is_over = false;
    for at in 0..node.child_count() {
        let Some(child) = node.child(at) else { continue };
        if child.kind() == "splat_pattern" {
            let name = text(source, child).strip_prefix("**").map(str::trim_start);
            if is_over || name.is_none_or(|name| name == "_") {
                return Err(Verdict::Wrong);
            }
            is_over = true;
            join(&mut all, captured(name.unwrap_or_default()))?;
            continue;
        }
        match node.field_name_for_child(u32::try_from(at).unwrap_or(u32::MAX)) {
            Some("key") if is_over => return Err(Verdict::Wrong),
            Some("key") if child.kind() == "-" => {}
            Some("key") => {
                let is_name = child.kind() == "dotted_name" && children(child).count() == 1;
                let is_key = matches!(
                    child.kind(),
                    "dotted_name"
                        | "string"
                        | "concatenated_string"
                        | "integer"
                        | "float"
                        | "true"
                        | "false"
                        | "none"
                        | "complex_pattern"
                );
                if is_name || !is_key {
                    return Err(Verdict::Wrong);
                }
                pattern(source, child, depth + 1)?;
                if child.kind() != "dotted_name" && !keys.insert(text(source, child)) {
                    // Unless one has a sign that the other lacks.
                    return Err(Verdict::Doubtful);
                }
            }
            Some("value") => join(&mut all, pattern(source, child, depth + 1)?)?,
            _ => {}
        }
    }
    // Keys may be equal that are not written alike.
    let numbers = keys.iter().filter(|key| !key.ends_with(['"', '\''])).count();
    let plain = keys.iter().all(|key| !key.contains('\\') && !key.contains([' ', '\n']));
    if numbers > 1 || !plain || has_quotes_of_both_kinds(&keys) { Err(Verdict::Doubtful) } else { Ok(all) }
}

fn has_quotes_of_both_kinds(keys: &BTreeSet<&str>) -> bool {
    let texts: Vec<&&str> = keys.iter().filter(|key| key.ends_with(['"', '\''])).collect();
    let same = |quote: &str| texts.iter().all(|text| text.starts_with(quote) && !text.starts_with(&quote.repeat(2)));
    !texts.is_empty() && !same("\"") && !same("'")
}
