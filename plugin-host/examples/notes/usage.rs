//! What the usage events of notes may hold: there are no other fields.

use usage_telemetry::{
    Profile, fields,
    schema::{Count, FieldGroup},
};

const NOTE: FieldGroup = FieldGroup::new("note", "Of a note");

fields! {
    pub FIELDS;
    NOTE {
        WORDS: Count = "number_of_words", "3", "How long notes are.";
    }
}

/// What the telemetry of notes is.
pub fn profile() -> Profile {
    Profile::new("notes", env!("CARGO_PKG_VERSION")).with_fields(FIELDS)
}
