//! An event as it was recorded, taken apart for interfaces that call its parts by other names.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
pub struct SentEvent {
    #[serde(rename = "event")]
    pub name: String,
    pub timestamp: String,
    pub properties: Map<String, Value>,
    #[serde(rename = "identity")]
    pub user: String,
    #[serde(rename = "idempotency_key")]
    pub key: String,
}

impl SentEvent {
    /// Its properties but for those that are null, which these interfaces do not know.
    pub fn known_properties(&self) -> Map<String, Value> {
        let known = self.properties.iter().filter(|(_, value)| !value.is_null());
        known.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// When it happened, in nanoseconds since 1970.
    pub fn nanos(&self) -> u64 {
        let at = humantime::parse_rfc3339(&self.timestamp).unwrap_or(UNIX_EPOCH);
        u64::try_from(since_epoch(at).as_nanos()).unwrap_or(u64::MAX)
    }

    /// The same in milliseconds.
    pub fn millis(&self) -> u64 {
        self.nanos() / 1_000_000
    }
}

fn since_epoch(at: SystemTime) -> std::time::Duration {
    at.duration_since(UNIX_EPOCH).unwrap_or_default()
}
