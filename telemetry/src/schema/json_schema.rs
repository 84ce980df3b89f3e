//! A program's events as a document of JSON Schema, for whoever receives them.

use std::fmt::{self, Write};

use serde_json::{Map, Value, json};

use super::{
    event_schema::EventSchema,
    kinds::MAX_TEXT,
    row::{FieldGroup, SchemaRow},
};

/// A program's events as a document of JSON Schema (2020-12): each event under `$defs`, with all
/// fields that it may have.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonSchema(Value);

/// What stands for all events of a program whose events are no types.
const ANY_EVENT: &str = "event";
/// Fields of the envelope that hold others, or are of a request and not of an event.
const NOT_OF_EVENTS: [&str; 3] = ["app_id", "properties", "events"];

impl JsonSchema {
    /// Of a program's events, where `rows` are the fields that any of them may have.
    pub(crate) fn of(program: &str, rows: &[SchemaRow], events: &[EventSchema]) -> Self {
        let (envelope, every): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.group == FieldGroup::ENVELOPE);
        let define = |event: &EventSchema| (event.name.to_owned(), definition(event, &envelope, &every));
        let any = EventSchema::declared(ANY_EVENT, "", &[]);
        let definitions: Map<String, Value> = match events {
            [] => [define(&any)].into_iter().collect(),
            events => events.iter().map(define).collect(),
        };
        let references =
            definitions.keys().map(|name| json!({"$ref": format!("#/$defs/{}", name.replace(' ', "%20"))}));
        Self(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("Usage events of {program}"),
            "oneOf": references.collect::<Vec<_>>(),
            "$defs": definitions,
        }))
    }

    /// The document.
    pub(super) fn document(&self) -> &Value {
        &self.0
    }

    #[cfg(test)]
    pub(super) fn from_document(document: Value) -> Self {
        Self(document)
    }
}

impl fmt::Display for JsonSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:#}", self.0)
    }
}

fn definition(event: &EventSchema, envelope: &[&SchemaRow], every: &[&SchemaRow]) -> Value {
    let is_typed = !event.about.is_empty();
    let mut around = Map::new();
    for row in envelope.iter().filter(|row| !NOT_OF_EVENTS.contains(&row.name)) {
        around.insert(row.name.to_owned(), field(row));
    }
    if is_typed {
        around.insert("event".to_owned(), json!({"const": event.name, "description": event.about}));
    }
    let required: Vec<String> = around.keys().cloned().chain(["properties".to_owned()]).collect();
    around.insert("properties".to_owned(), properties(every.iter().copied().chain(event.rows), event.rows));
    json!({"type": "object", "description": event.about, "properties": around, "required": required})
}

fn properties<'r>(rows: impl Iterator<Item = &'r SchemaRow>, required: &[SchemaRow]) -> Value {
    let (mut named, mut families) = (Map::new(), Map::new());
    for row in rows {
        match pattern(row.name) {
            Some(pattern) => families.insert(pattern, field(row)),
            None => named.insert(row.name.to_owned(), field(row)),
        };
    }
    let mut object = json!({"type": "object", "properties": named, "additionalProperties": false});
    if !families.is_empty() {
        object["patternProperties"] = families.into();
    }
    if !required.is_empty() {
        object["required"] = required.iter().map(|row| row.name).collect();
    }
    object
}

/// What the names of a family are like.
fn pattern(name: &str) -> Option<String> {
    let (before, rest) = name.split_once('<')?;
    let (_, after) = rest.split_once('>')?;
    let mut pattern = "^".to_owned();
    escape(before, &mut pattern);
    pattern.push_str(".+");
    escape(after, &mut pattern);
    pattern.push('$');
    Some(pattern)
}

fn escape(text: &str, pattern: &mut String) {
    for letter in text.chars() {
        if !letter.is_alphanumeric() && letter != '_' {
            pattern.push('\\');
        }
        // Writing to a string cannot fail.
        let _ = write!(pattern, "{letter}");
    }
}

fn field(row: &SchemaRow) -> Value {
    let types = types(row.kind);
    let mut field = match &types[..] {
        [one] => json!({"type": one}),
        several => json!({"type": several}),
    };
    if !row.words.is_empty() {
        let nothing = types.contains(&"null").then_some(Value::Null);
        field["enum"] = row.words.iter().map(|word| Value::from(*word)).chain(nothing).collect();
    }
    if row.kind == FREE_TEXT {
        field["maxLength"] = MAX_TEXT.into();
    }
    field["description"] = row.why.into();
    let example = row.example.split_once(" (").map_or(row.example, |(example, _)| example);
    if let Ok(example) = serde_json::from_str::<Value>(example) {
        field["examples"] = json!([example]);
    }
    field
}

/// What text is called that is sent as it is.
const FREE_TEXT: &str = "free text";

/// The types that a kind of field is told by: `string, number or boolean`.
fn types(kind: &str) -> Vec<&str> {
    if kind == FREE_TEXT {
        return vec!["string", "null"];
    }
    kind.split(" or ").flat_map(|part| part.split(", ")).collect()
}
