//! An event as people and programs see it before one is recorded.

use super::row::SchemaRow;

/// An event that a program may record: its name, when it is recorded, and the fields of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventSchema {
    /// Its name, as it is sent.
    pub name: &'static str,
    /// What has happened when it is recorded.
    pub about: &'static str,
    /// Its fields, behind those of every event.
    pub rows: &'static [SchemaRow],
}

impl EventSchema {
    /// For the derive of [`UsageEvent`](crate::UsageEvent).
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str, about: &'static str, rows: &'static [SchemaRow]) -> Self {
        Self { name, about, rows }
    }
}
