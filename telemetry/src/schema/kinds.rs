//! The types of fields that any program may have.

use std::borrow::Cow;

use serde_json::Value;

use super::properties::Properties;

/// Longer names and values are cut, in characters.
pub const MAX_TEXT: usize = 1024;
/// Longer identities are cut, in characters.
pub const MAX_IDENTITY: usize = 255;

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
    Fields<'a>(fields: Properties) as "object" => fields.into_map().into();
    /// Holds several times other fields.
    FieldsList<'a>(list: Vec<Properties>) as "array" => list.into_iter().map(|fields| Value::from(fields.into_map())).collect();
}

name_parts! {
    /// What somebody else names a property.
    GivenName<'a>(name: &'a str) => bounded(name, MAX_TEXT);
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
