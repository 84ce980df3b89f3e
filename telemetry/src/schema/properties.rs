//! Fields with their values.

use serde_json::{Map, Value};

use super::field::{Field, FieldKind, NamePart};

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
        self.0.insert(field.name().to_owned(), K::json(value));
    }

    /// Sets one field of a family.
    pub fn set_of<K: FieldKind, P: NamePart>(&mut self, family: Field<K, P>, name: P::Name<'_>, value: K::Value<'_>) {
        self.0.insert(family_name(family.name(), P::text(name)), K::json(value));
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

    /// Any fields, as no schema has them.
    #[cfg(test)]
    pub(crate) fn of_pairs<'n>(pairs: impl IntoIterator<Item = (&'n str, Value)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
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
