//! All that both sent and left, side by side.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Map, Value};

use crate::case::{Case, Host, Start};

/// The files that both read and write.
const FILES: [&str; 3] = ["telemetry.toml", "pyproject.toml", ".telemetry"];

/// One thing that both say of a case.
pub struct Row<'a> {
    pub case: &'a Case,
    /// Which of our hosts it is about.
    pub host: Host,
    pub property: String,
    /// Of which of the case's events, counted from 0.
    pub event: usize,
    /// Whether the original's command failed.
    pub has_failed: bool,
    /// `None`: it is not there.
    pub theirs: Option<Value>,
    pub ours: Option<Value>,
}

/// What one side made of a case.
pub struct Side<'a> {
    pub bodies: Vec<Value>,
    /// How the command ended, where that can be compared.
    pub exit: Option<i64>,
    pub home: &'a Path,
    pub folder: &'a Path,
}

/// The properties of one side: each with the event that it is of.
type Properties = BTreeMap<(usize, String), Value>;

/// Every property of both, where `ours` is of the host.
pub fn rows<'a>(case: &'a Case, host: Host, theirs: &Side<'_>, ours: &Side<'_>) -> Vec<Row<'a>> {
    let (left, right) = (properties(case, host, theirs), properties(case, host, ours));
    let mut names: BTreeSet<&(usize, String)> = left.keys().chain(right.keys()).collect();
    // Without an event there is one fact: that there is none.
    let is_silent = |side: &Properties| side[&(0, "event".to_owned())].is_null();
    if is_silent(&left) != is_silent(&right) {
        names.retain(|(_, name)| ["event", "exit code"].contains(&name.as_str()));
    }
    let row = |name: &(usize, String)| Row {
        case,
        host,
        property: name.1.clone(),
        event: name.0,
        has_failed: theirs.exit != Some(0),
        theirs: left.get(name).cloned(),
        ours: right.get(name).cloned(),
    };
    names.into_iter().map(row).collect()
}

fn properties(case: &Case, host: Host, side: &Side<'_>) -> Properties {
    let events: Vec<Map<String, Value>> = side.bodies.iter().flat_map(events).collect();
    let mut all = Map::new();
    all.insert("event".into(), Value::Null);
    all.insert("number of events".into(), events.len().into());
    if let (Some(exit), Host::Wheel) = (side.exit, host) {
        all.insert("exit code".into(), exit.into());
    }
    if case.is_project && host != Host::Demo {
        for name in FILES {
            let folder = if name == FILES[0] { side.home.join("config/kedro") } else { side.folder.to_owned() };
            let text = fs::read(folder.join(name)).map(|bytes| bytes.escape_ascii().to_string());
            all.insert(name.into(), text.map_or(Value::Null, Value::from));
        }
    }
    let mut all: Properties = all.into_iter().map(|(name, value)| ((0, name), value)).collect();
    for (number, event) in events.into_iter().enumerate() {
        all.extend(event.into_iter().map(|(name, value)| ((number, name), value)));
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

/// The events of a request, each with its fields and properties on one level.
fn events(body: &Value) -> Vec<Map<String, Value>> {
    let several = body["events"].as_array();
    let events: Vec<&Value> = several.map_or_else(|| vec![body], |events| events.iter().collect());
    let flat = |event: &Value| {
        let mut flat = Map::new();
        flat.insert("app_id".into(), body["app_id"].clone());
        let fields = event.as_object().into_iter().flatten().filter(|(name, _)| *name != "properties");
        flat.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        let properties = event["properties"].as_object().into_iter().flatten();
        flat.extend(properties.map(|(name, value)| (format!("properties.{name}"), value.clone())));
        flat
    };
    events.into_iter().map(flat).collect()
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
