//! Values of a configuration that only Python could tell.
//!
//! One stands in a resolved configuration under a tag of its own; a file cannot have such a tag.

use serde_yaml::{
    Value,
    value::{Tag, TaggedValue},
};

const TAG: &str = "unknown";

/// The value that a resolver of the project gives.
pub(super) fn by_resolver(name: &str) -> Value {
    let reason = format!("the project's resolver `{name}` decides it, which is Python");
    Value::Tagged(Box::new(TaggedValue { tag: Tag::new(TAG), value: Value::String(reason) }))
}

/// What is unknown in a value, if the value itself or an item of it is.
pub(super) fn within(value: &Value) -> Option<&Value> {
    match value {
        Value::Tagged(_) => Some(value),
        Value::Sequence(items) => items.iter().find_map(within),
        Value::Mapping(entries) => entries.values().find_map(within),
        _ => None,
    }
}
