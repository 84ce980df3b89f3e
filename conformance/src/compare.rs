//! All that both sent and left, side by side.

use std::{fs, path::Path};

use serde_json::{Map, Value};

use crate::case::{Case, Host, Start};

/// The files that both read and write.
const FILES: [&str; 3] = ["telemetry.toml", "pyproject.toml", ".telemetry"];

/// One thing that both say of a case.
pub struct Row<'a> {
    pub case: &'a Case,
    pub property: String,
    /// Whether the original's command failed.
    pub has_failed: bool,
    /// `None`: it is not there.
    pub theirs: Option<Value>,
    pub ours: Option<Value>,
}

/// What one side made of a case.
pub struct Side<'a> {
    pub bodies: Vec<Value>,
    pub has_failed: bool,
    pub home: &'a Path,
    pub folder: &'a Path,
}

/// Every property of both.
pub fn rows<'a>(case: &'a Case, theirs: &Side<'_>, ours: &Side<'_>) -> Vec<Row<'a>> {
    let (left, right) = (properties(case, theirs), properties(case, ours));
    let mut names: Vec<&String> = left.keys().collect();
    names.extend(right.keys().filter(|name| !left.contains_key(*name)));
    // Without an event there is one fact: that there is none.
    let is_silent = |side: &Map<String, Value>| side["event"].is_null();
    if is_silent(&left) != is_silent(&right) {
        names.retain(|name| *name == "event");
    }
    let row = |name: &String| Row {
        case,
        property: name.clone(),
        has_failed: theirs.has_failed,
        theirs: left.get(name).cloned(),
        ours: right.get(name).cloned(),
    };
    names.into_iter().map(row).collect()
}

fn properties(case: &Case, side: &Side<'_>) -> Map<String, Value> {
    let mut all = Map::new();
    let event = side.bodies.first();
    all.insert("event".into(), event.map_or(Value::Null, |body| body["event"].clone()));
    all.insert("number of events".into(), side.bodies.len().into());
    let fields = event.and_then(Value::as_object).into_iter().flatten();
    for (name, value) in fields.clone().filter(|(name, _)| !["event", "properties"].contains(&name.as_str())) {
        all.insert(name.clone(), value.clone());
    }
    for (name, value) in event.and_then(|body| body["properties"].as_object()).into_iter().flatten() {
        all.insert(format!("properties.{name}"), value.clone());
    }
    if case.is_project && case.host == Host::Kedro {
        for name in FILES {
            let folder = if name == FILES[0] { side.home.join("config/kedro") } else { side.folder.to_owned() };
            let text = fs::read(folder.join(name)).map(|bytes| bytes.escape_ascii().to_string());
            all.insert(name.into(), text.map_or(Value::Null, Value::from));
        }
    }
    if case.start == Start::Same {
        for value in all.values_mut() {
            if let Value::String(text) = value {
                *text = without_ids(text);
            }
        }
    }
    all
}

/// Ids made anew are of one shape and never the same.
fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, found) = rest.split_at(start);
        let end = found.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(found.len());
        shown.push_str(before);
        match end {
            32 => shown.push_str("<32 digits>"),
            128 => shown.push_str("<128 digits>"),
            _ => shown.push_str(&found[..end]),
        }
        rest = &found[end..];
    }
    shown + rest
}
