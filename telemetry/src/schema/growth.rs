//! Events are an interface: what has been sent is read by somebody. A document that is kept shows
//! whether a change breaks that.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::json_schema::JsonSchema;

/// The variable that lets growth be written down.
const UPDATE: &str = "EVENTS_UPDATE";

/// Why the document that is kept is not that of the events.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonSchemaError {
    /// The file is not there, or cannot be used.
    #[error("{}: {error}; `{UPDATE}=1` in front of the test's command writes it", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// Whoever receives the events is not served as before.
    #[error(
        "whoever receives these events relies on what has changed:\n{}\nleave each field as it was, and tell what is \
         new by a field of another name; what is to end for good is taken out of the file by hand, once whoever reads \
         it knows", .0.join("\n")
    )]
    Breaks(Vec<String>),
    /// Something is new.
    #[error("nothing breaks, but record what is new, by `{UPDATE}=1` in front of the test's command:\n{}", .0.join("\n"))]
    Unrecorded(Vec<String>),
}

impl JsonSchema {
    /// Compares the events with the document in `file`, or writes it there where the variable
    /// `EVENTS_UPDATE` is set and nothing breaks: for a test of the program's author.
    ///
    /// Events, fields and words may be added. An event or a field that is gone, another type and
    /// a word that is gone fail it, and the error says what to do.
    ///
    /// ```no_run
    /// # use usage_telemetry::{Profile, UsageEvent};
    /// # /// A note was added.
    /// # #[derive(UsageEvent)] struct NoteAdded;
    /// // In a test:
    /// let file = concat!(env!("CARGO_MANIFEST_DIR"), "/events.json");
    /// Profile::new("notes", "1.0.0").with_events(NoteAdded::EVENTS).json_schema().check(file).unwrap();
    /// ```
    ///
    /// # Errors
    /// What breaks, or what is to be recorded.
    pub fn check(&self, file: impl AsRef<Path>) -> Result<(), JsonSchemaError> {
        self.check_or_update(file.as_ref(), env::var_os(UPDATE).is_some())
    }

    fn check_or_update(&self, file: &Path, update: bool) -> Result<(), JsonSchemaError> {
        let failed = |error| JsonSchemaError::File { path: file.to_owned(), error };
        let kept = match fs::read_to_string(file) {
            Err(error) if update && error.kind() == io::ErrorKind::NotFound => "{}".to_owned(),
            read => read.map_err(failed)?,
        };
        let document: Value = serde_json::from_str(&kept).map_err(|error| failed(error.into()))?;
        let mut grown = growth(&document, self.document()).map_err(JsonSchemaError::Breaks)?;
        let text = self.to_string();
        if grown.is_empty() && kept != text {
            grown.push("the words of descriptions and examples".to_owned());
        }
        match update {
            true => fs::write(file, text).map_err(failed),
            false if grown.is_empty() => Ok(()),
            false => Err(JsonSchemaError::Unrecorded(grown)),
        }
    }
}

/// What is known of a field: its types, and its words where it has some.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    types: BTreeSet<String>,
    words: BTreeSet<String>,
}

/// The fields of each event.
type Events = BTreeMap<String, BTreeMap<String, Shape>>;

/// What is new in a document, a line for each.
///
/// # Errors
/// What has changed or is gone, a line for each.
fn growth(kept: &Value, now: &Value) -> Result<Vec<String>, Vec<String>> {
    let (kept, now) = (events(kept), events(now));
    let (mut grown, mut breaks) = (Vec::new(), Vec::new());
    for (event, fields) in &kept {
        match now.get(event) {
            None => breaks.push(format!("the event `{event}` is gone")),
            Some(now) => compare(event, fields, now, &mut grown, &mut breaks),
        }
    }
    let new = now.keys().filter(|event| !kept.contains_key(*event));
    grown.extend(new.map(|event| format!("the event `{event}` is new")));
    if breaks.is_empty() { Ok(grown) } else { Err(breaks) }
}

fn compare(
    event: &str,
    kept: &BTreeMap<String, Shape>,
    now: &BTreeMap<String, Shape>,
    grown: &mut Vec<String>,
    breaks: &mut Vec<String>,
) {
    for (field, old) in kept {
        let Some(new) = now.get(field) else {
            breaks.push(format!("`{field}` of `{event}` is gone"));
            continue;
        };
        if old.types != new.types {
            breaks.push(format!("`{field}` of `{event}` was {}, and is {}", listed(&old.types), listed(&new.types)));
        } else if old.words.is_empty() != new.words.is_empty() {
            let (was, is) = if old.words.is_empty() { ("any", "one of some") } else { ("one of some", "any") };
            breaks.push(format!("`{field}` of `{event}` was {was}, and is {is}"));
        }
        let gone = old.words.difference(&new.words).filter(|_| !new.words.is_empty());
        breaks.extend(gone.map(|word| format!("`{field}` of `{event}` is never {word} any more")));
        let added = new.words.difference(&old.words).filter(|_| !old.words.is_empty());
        grown.extend(added.map(|word| format!("`{field}` of `{event}` may be {word}")));
    }
    let new = now.keys().filter(|field| !kept.contains_key(*field));
    grown.extend(new.map(|field| format!("`{field}` of `{event}` is new")));
}

fn listed(types: &BTreeSet<String>) -> String {
    types.iter().map(String::as_str).collect::<Vec<_>>().join(" or ")
}

fn events(document: &Value) -> Events {
    let events = document["$defs"].as_object().into_iter().flatten();
    let fields_of = |event: &Value| {
        let (around, own) = (&event["properties"], &event["properties"]["properties"]);
        let own = [&own["properties"], &own["patternProperties"]].map(fields);
        fields(around).chain(own.into_iter().flatten()).collect()
    };
    events.map(|(name, event)| (name.clone(), fields_of(event))).collect()
}

fn fields(object: &Value) -> impl Iterator<Item = (String, Shape)> {
    object.as_object().into_iter().flatten().map(|(name, field)| (name.clone(), shape(field)))
}

fn shape(field: &Value) -> Shape {
    let texts = |value: &Value| match value {
        Value::Array(values) => values.iter().map(ToString::to_string).collect(),
        Value::Null => BTreeSet::new(),
        one => [one.to_string()].into(),
    };
    let types = texts(&field["type"]).into_iter().map(|name| name.trim_matches('"').to_owned()).collect();
    Shape { types, words: texts(&field["enum"]) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({"$defs": {
            "note_added": {"properties": {
                "timestamp": {"type": "string"},
                "properties": {
                    "properties": {
                        "words": {"type": "integer", "description": "How long."},
                        "form": {"type": ["string", "null"], "enum": ["html", "text", null]},
                    },
                    "patternProperties": {"^plugin_.+$": {"type": "string"}},
                },
            }},
            "notes_listed": {"properties": {"timestamp": {"type": "string"}}},
        }})
    }

    /// What becomes of the document when this is done to what is kept of it.
    fn changed(from: &str, to: &str) -> Result<Vec<String>, Vec<String>> {
        let text = document().to_string();
        assert!(text.contains(from), "{from} in {text}");
        growth(&document(), &serde_json::from_str(&text.replacen(from, to, 1)).unwrap())
    }

    #[test]
    fn what_is_gone_or_of_another_type_breaks() {
        for (from, to, line) in [
            ("\"notes_listed\"", "\"notes_read\"", "the event `notes_listed` is gone"),
            ("\"words\":{\"type\":\"integer\"", "\"letters\":{\"type\":\"integer\"", "`words` of `note_added` is gone"),
            ("\"integer\"", "\"string\"", "`words` of `note_added` was integer, and is string"),
            ("\"integer\"", "[\"integer\",\"null\"]", "`words` of `note_added` was integer, and is integer or null"),
            ("\"text\",", "", "`form` of `note_added` is never \"text\" any more"),
            (",\"enum\":[\"html\",\"text\",null]", "", "`form` of `note_added` was one of some, and is any"),
            ("^plugin_.+$", "^library_.+$", "`^plugin_.+$` of `note_added` is gone"),
            ("\"timestamp\"", "\"time\"", "`timestamp` of `note_added` is gone"),
        ] {
            assert_eq!(changed(from, to), Err(vec![line.to_owned()]), "{from}");
        }
    }

    #[test]
    fn what_is_new_is_growth() {
        for (from, to, line) in [
            ("\"notes_listed\"", "\"a\":{},\"notes_listed\"", "the event `a` is new"),
            ("\"words\":", "\"a\":{},\"words\":", "`a` of `note_added` is new"),
            ("\"text\",", "\"text\",\"a\",", "`form` of `note_added` may be \"a\""),
        ] {
            assert_eq!(changed(from, to), Ok(vec![line.to_owned()]), "{from}");
        }
        assert_eq!(changed("How long.", "How long notes are."), Ok(Vec::new()));
    }

    #[test]
    fn the_file_is_written_where_nothing_breaks_and_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("events.json");
        let now = JsonSchema::from_document(document());
        let missing = now.check_or_update(&file, false).unwrap_err().to_string();
        assert!(missing.ends_with("; `EVENTS_UPDATE=1` in front of the test's command writes it"), "{missing}");
        now.check_or_update(&file, true).unwrap();
        now.check_or_update(&file, false).unwrap();

        let changed = |from: &str, to: &str| {
            JsonSchema::from_document(serde_json::from_str(&document().to_string().replace(from, to)).unwrap())
        };
        let grown = changed("\"words\":", "\"a\":{},\"words\":");
        let unrecorded = grown.check_or_update(&file, false).unwrap_err().to_string();
        assert!(unrecorded.contains("record what is new, by `EVENTS_UPDATE=1`"), "{unrecorded}");
        assert!(unrecorded.ends_with("\n`a` of `note_added` is new"), "{unrecorded}");
        let reworded = changed("How long.", "How long notes are.");
        assert!(matches!(reworded.check_or_update(&file, false), Err(JsonSchemaError::Unrecorded(_))));

        let broken = changed("\"integer\"", "\"string\"");
        for update in [false, true] {
            let breaks = broken.check_or_update(&file, update).unwrap_err().to_string();
            assert!(
                breaks.contains("`words` of `note_added` was integer, and is string\nleave each field"),
                "{breaks}"
            );
        }
        now.check_or_update(&file, false).expect("what breaks is not written");
    }
}
