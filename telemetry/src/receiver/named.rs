//! Events and fields that an answer names.

use serde_json::Value;

use super::verdict::Receipt;

/// The place of an event of the request; nothing else is one, whatever the endpoint says.
pub fn place(value: &Value, receipt: &Receipt<'_>) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok().filter(|place| *place < receipt.batch.len())
}

/// A field's name as the endpoint says it, which may be anything.
pub fn shown(field: &str) -> String {
    const LONGEST: usize = 64;
    format!("`{}`", terminal_text::shortened(&terminal_text::one_line(field), LONGEST))
}

/// What the endpoint says in its own words, behind a colon; nothing where it says nothing.
pub fn said(message: &str) -> String {
    const LONGEST: usize = 200;
    match terminal_text::one_line(message.trim()) {
        line if line.is_empty() => String::new(),
        line => format!(": {}", terminal_text::shortened(&line, LONGEST)),
    }
}
