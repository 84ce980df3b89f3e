//! Which names a dataset factory makes datasets for, and with which values for its placeholders.

use std::collections::HashMap;

use serde_yaml::{Mapping, Value};

/// Steps that matching one name with one pattern may take.
const MOST_STEPS: usize = 100_000;

/// A part of a pattern.
enum Part<'a> {
    Plain(&'a str),
    Placeholder(&'a str),
}

/// The values of the placeholders of `pattern` that make it `name`, each as short as can be.
pub(super) fn matched<'a>(pattern: &'a str, name: &'a str) -> Option<HashMap<&'a str, &'a str>> {
    let mut values = Vec::new();
    let mut steps = MOST_STEPS;
    fits(&parts(pattern), name, &mut values, &mut steps).then(|| values.into_iter().collect())
}

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((plain, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        parts.extend([Part::Plain(plain), Part::Placeholder(name)]);
        rest = after;
    }
    parts.push(Part::Plain(rest));
    parts
}

fn fits<'a>(parts: &[Part<'a>], name: &'a str, values: &mut Vec<(&'a str, &'a str)>, steps: &mut usize) -> bool {
    let Some(left) = steps.checked_sub(1) else { return false };
    *steps = left;
    match parts {
        [] => name.is_empty(),
        [Part::Plain(plain), rest @ ..] => name.strip_prefix(plain).is_some_and(|name| fits(rest, name, values, steps)),
        [Part::Placeholder(placeholder), rest @ ..] => {
            if let Some((_, known)) = values.iter().find(|(known, _)| known == placeholder) {
                return name.strip_prefix(known).is_some_and(|name| fits(rest, name, values, steps));
            }
            for (at, _) in name.char_indices().skip(1).chain([(name.len(), ' ')]).filter(|(at, _)| *at > 0) {
                values.push((placeholder, &name[..at]));
                if fits(rest, &name[at..], values, steps) {
                    return true;
                }
                values.pop();
            }
            false
        }
    }
}

/// An entry with values for its placeholders.
pub(super) fn filled(entry: &Mapping, values: &HashMap<&str, &str>) -> Mapping {
    let filled = entry.iter().map(|(key, value)| (key.clone(), fill(value, values)));
    filled.collect()
}

fn fill(value: &Value, values: &HashMap<&str, &str>) -> Value {
    match value {
        Value::String(text) => {
            let filled =
                values.iter().fold(text.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
            Value::String(filled)
        }
        Value::Sequence(items) => items.iter().map(|item| fill(item, values)).collect(),
        Value::Mapping(entry) => Value::Mapping(filled(entry, values)),
        other => other.clone(),
    }
}
