//! What events are made of: fields that are declared once, with a type, an example, and why each is
//! collected.
//!
//! [`Properties`] take values by [`Field`]s alone, and [`fields!`](crate::fields) is what declares
//! those. So a field that is not in a program's schema cannot be sent, nor a value of another type,
//! and the list that users are shown is the list of what can be sent.
//!
//! Where a name holds `<…>`, the field stands for a family: the part in brackets is of the type
//! that the field names.

use std::{
    borrow::Cow,
    fmt::{self, Write},
    marker::PhantomData,
};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Longer names and values are cut, in characters.
pub const MAX_TEXT: usize = 1024;
/// Longer identities are cut, in characters.
pub const MAX_IDENTITY: usize = 255;

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
        Self { group, name, kind, example, why }
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
        const WIDTH: usize = 94;
        writeln!(f, "  {}: {}\n      e.g. {}", self.name, self.kind, self.example)?;
        let mut line = String::new();
        for word in self.why.split(' ') {
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
        let _ = writeln!(text, "| `{}` | {} | `{value}`{note} | {} |", row.name, row.kind, row.why);
    }
    text
}

/// The type of a field's value.
pub trait FieldKind {
    /// As people see it.
    const NAME: &'static str;
    /// What the field is set to.
    type Value<'a>;
    /// What is sent.
    fn json(value: Self::Value<'_>) -> Value;
}

/// The type of the part of a family's name that differs.
pub trait NamePart {
    /// What names one field of the family.
    type Name<'a>;
    /// What is sent.
    fn text(name: Self::Name<'_>) -> &str;
}

/// Declares types of fields: the name of each, the value that it is set to, what people call it,
/// and the JSON that is sent.
///
/// ```
/// usage_telemetry::field_kinds! {
///     /// So many, by tens.
///     Tens<'a>(count: u64) as "integer" => (count / 10 * 10).into();
/// }
/// # use usage_telemetry::schema::FieldKind;
/// # assert_eq!(Tens::json(37), 30);
/// ```
#[macro_export]
macro_rules! field_kinds {
    ($($(#[$attr:meta])* $Kind:ident<$a:lifetime>($value:ident: $Value:ty) as $name:literal => $json:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, Copy)]
        pub enum $Kind {}

        impl $crate::schema::FieldKind for $Kind {
            const NAME: &'static str = $name;
            type Value<$a> = $Value;
            fn json<$a>($value: $Value) -> $crate::schema::Json {
                $json
            }
        }
    )*};
}

/// Declares what names the fields of families.
#[macro_export]
macro_rules! name_parts {
    ($($(#[$attr:meta])* $Part:ident<$a:lifetime>($name:ident: $Name:ty) => $text:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, Copy)]
        pub enum $Part {}

        impl $crate::schema::NamePart for $Part {
            type Name<$a> = $Name;
            fn text<$a>($name: Self::Name<$a>) -> &$a str {
                $text
            }
        }
    )*};
}

/// Declares fields, and the list of all of them: in groups, each with its type, its name, an
/// example as JSON, and why it is collected. There are no other fields.
///
/// ```
/// use usage_telemetry::{fields, schema::{Count, FieldGroup, Properties}};
///
/// const NOTE: FieldGroup = FieldGroup::new("note", "Of a note");
///
/// fields! {
///     /// Every field.
///     pub SCHEMA;
///     NOTE {
///         NUMBER_OF_LINES: Count = "number_of_lines", "3", "How long notes are.";
///     }
/// }
///
/// let mut properties = Properties::default();
/// properties.set(NUMBER_OF_LINES, 3);
/// assert_eq!(properties.as_map()["number_of_lines"], 3);
/// assert_eq!(SCHEMA[0].why, "How long notes are.");
/// ```
#[macro_export]
macro_rules! fields {
    (
        $(#[$attr:meta])* $vis:vis $ROWS:ident;
        $($group:path { $(
            $NAME:ident: $Kind:ty $(, of $Part:ty)? = $name:literal, $example:literal, $why:literal;
        )* })*
    ) => {
        $($(
            #[doc = $why]
            $vis const $NAME: $crate::schema::Field<$Kind $(, $Part)?> = $crate::schema::Field::declared($name);
        )*)*

        $(#[$attr])*
        $vis const $ROWS: &[$crate::schema::SchemaRow] = &[$($(
            $crate::schema::SchemaRow::declared(
                $group,
                $name,
                <$Kind as $crate::schema::FieldKind>::NAME,
                $example,
                $why,
            ),
        )*)*];
    };
}

pub(crate) use fields;
/// What a field's value becomes.
pub use serde_json::Value as Json;

field_kinds! {
    /// Text, cut at [`MAX_TEXT`].
    Text<'a>(text: &'a str) as "string" => bounded(text, MAX_TEXT).into();
    /// Text, if known.
    OptionalText<'a>(text: Option<&'a str>) as "string or null" => text.map(|text| bounded(text, MAX_TEXT)).into();
    /// Who sends, cut at [`MAX_IDENTITY`].
    IdentityText<'a>(text: &'a str) as "string" => bounded(text, MAX_IDENTITY).into();
    /// A number of things.
    Count<'a>(count: u64) as "integer" => count.into();
    /// A number of things, if known.
    OptionalCount<'a>(count: Option<u64>) as "integer or null" => count.into();
    /// Yes or no.
    Flag<'a>(flag: bool) as "boolean" => flag.into();
    /// What somebody else gives.
    Given<'a>(value: Scalar<'a>) as "string, number or boolean" => value.into_json();
    /// Holds other fields.
    Fields<'a>(fields: Properties) as "object" => fields.0.into();
    /// Holds several times other fields.
    FieldsList<'a>(list: Vec<Properties>) as "array" => list.into_iter().map(|fields| Value::from(fields.0)).collect();
}

name_parts! {
    /// What somebody else names a property.
    GivenName<'a>(name: &'a str) => bounded(name, MAX_TEXT);
}

/// A field, or a family of fields that are named by `P`.
#[derive(Debug)]
pub struct Field<K, P = ()> {
    name: &'static str,
    types: PhantomData<fn(K, P)>,
}

impl<K, P> Field<K, P> {
    /// For [`fields!`](crate::fields).
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str) -> Self {
        Self { name, types: PhantomData }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A single value that somebody else gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; one that JSON does not have is sent as `nan`, `inf` or `-inf`.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    fn into_json(self) -> Value {
        match self {
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => match serde_json::Number::from_f64(value) {
                Some(number) => number.into(),
                None if value.is_nan() => "nan".into(),
                None if value > 0.0 => "inf".into(),
                None => "-inf".into(),
            },
            Self::Text(text) => bounded(&text, MAX_TEXT).into(),
        }
    }
}

/// At most the first `max` characters.
fn bounded(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// Fields with their values: what an event is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Properties(Map<String, Value>);

impl Properties {
    /// Sets a field, to a value of its type.
    ///
    /// ```compile_fail,E0308
    /// use usage_telemetry::schema::{Count, Properties};
    ///
    /// usage_telemetry::fields! { SCHEMA; }
    /// Properties::default().set("host_name", "ada's laptop");
    /// ```
    pub fn set<K: FieldKind>(&mut self, field: Field<K>, value: K::Value<'_>) {
        self.0.insert(field.name.to_owned(), K::json(value));
    }

    /// Sets one field of a family.
    pub fn set_of<K: FieldKind, P: NamePart>(&mut self, family: Field<K, P>, name: P::Name<'_>, value: K::Value<'_>) {
        self.0.insert(family_name(family.name, P::text(name)), K::json(value));
    }

    /// Sets all fields of `other`, which win.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The fields, in the order they are sent.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The fields as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Printing a map of values cannot fail.
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

fn family_name(pattern: &str, name: &str) -> String {
    let (before, rest) = pattern.split_once('<').unwrap_or((pattern, ""));
    let after = rest.split_once('>').map_or("", |(_, after)| after);
    format!("{before}{name}{after}")
}
