//! Fields as people see them.

use std::fmt::{self, Write};

use serde::{Serialize, Serializer};

/// In what a field occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldGroup {
    name: &'static str,
    title: &'static str,
}

impl FieldGroup {
    /// Around the properties.
    pub const ENVELOPE: Self = Self::new("envelope", "Around the properties");
    /// The properties of every event.
    pub const EVERY: Self = Self::new("every", "Properties of every event");

    /// A group, by a word for programs and a heading for people.
    #[must_use]
    pub const fn new(name: &'static str, title: &'static str) -> Self {
        Self { name, title }
    }

    /// For a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.title
    }
}

impl Serialize for FieldGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// A field as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SchemaRow {
    /// In what it occurs.
    pub group: FieldGroup,
    /// Its name; `<…>` stands for one of many words.
    pub name: &'static str,
    /// The type of its value in JSON.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// A value, as JSON.
    pub example: &'static str,
    /// Why it is collected, and what it says.
    pub why: &'static str,
    /// All values there are, where it is one of some words.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub words: &'static [&'static str],
}

impl SchemaRow {
    /// For [`fields!`](crate::fields).
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(
        group: FieldGroup,
        name: &'static str,
        kind: &'static str,
        example: &'static str,
        why: &'static str,
    ) -> Self {
        Self { group, name, kind, example, why, words: &[] }
    }

    /// For [`fields!`](crate::fields) and the derive of [`UsageEvent`](crate::UsageEvent).
    #[doc(hidden)]
    #[must_use]
    pub const fn with_words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// Whether a field of this `name` is meant by this row.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        match (self.name.find('<'), self.name.rfind('>')) {
            (Some(start), Some(end)) => {
                let (before, after) = (&self.name[..start], &self.name[end + 1..]);
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            }
            _ => name == self.name,
        }
    }
}

impl fmt::Display for SchemaRow {
    /// Name and type, an example, and why, each on lines of its own, for a terminal of 100 columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}: {}\n      e.g. {}", self.name, self.kind, self.example)?;
        if !self.words.is_empty() {
            write_wrapped(f, &format!("one of {}", self.words.join(", ")))?;
        }
        write_wrapped(f, self.why)
    }
}

/// Below a field, in lines of a terminal's width.
fn write_wrapped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    const WIDTH: usize = 94;
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(f, "      {line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(f, "      {line}")
}

/// The rows as a table in Markdown, for a program's documents.
#[must_use]
pub fn markdown(rows: &[SchemaRow]) -> String {
    let mut text = String::new();
    let mut group = None;
    for row in rows {
        if group.replace(row.group) != Some(row.group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let head = "| field | type | example | what it says, and why it is collected |\n|---|---|---|---|";
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{gap}**{}**\n\n{head}", row.group.title());
        }
        let (value, note) = row.example.split_once(" (").map_or((row.example, ""), |(value, note)| (value, note));
        let note = if note.is_empty() { String::new() } else { format!(" ({note}") };
        let words: Vec<_> = row.words.iter().map(|word| format!("`{word}`")).collect();
        let words = if words.is_empty() { String::new() } else { format!(" One of {}.", words.join(", ")) };
        let _ = writeln!(text, "| `{}` | {} | `{value}`{note} | {}{words} |", row.name, row.kind, row.why);
    }
    text
}
