//! What events are made of: fields that are declared once, with a type, an example, and why each is
//! collected.
//!
//! [`Properties`] take values by [`Field`]s alone, and [`fields!`](crate::fields) is what declares
//! those. So a field that is not in a program's schema cannot be sent, nor a value of another type,
//! and the list that users are shown is the list of what can be sent.
//!
//! Where a name holds `<…>`, the field stands for a family: the part in brackets is of the type
//! that the field names.

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
            )
            .with_words(<$Kind as $crate::schema::FieldKind>::WORDS),
        )*)*];
    };
}

// Behind the macros, which they use.
mod event_schema;
mod field;
mod growth;
mod json_schema;
mod kinds;
mod properties;
mod row;
mod value;

/// What a field's value becomes.
pub use serde_json::Value as Json;
pub(crate) use {fields, name_parts};

pub use self::{
    event_schema::EventSchema,
    field::{Field, FieldKind, NamePart},
    growth::JsonSchemaError,
    json_schema::JsonSchema,
    kinds::{
        Count, Fields, FieldsList, Flag, Given, GivenName, IdentityText, MAX_IDENTITY, MAX_TEXT, OptionalCount,
        OptionalText, Scalar, Text,
    },
    properties::Properties,
    row::{FieldGroup, SchemaRow, markdown},
    value::{Bucketed, CountValue, FieldValue, TextValue, ValueOf, bucket},
};
