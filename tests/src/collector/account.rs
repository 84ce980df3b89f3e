//! What a collector was sent, counted.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

/// What a collector was sent, counted.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Requests that arrived whole.
    pub requests: usize,
    /// The idempotency keys of events in them, and how often each came.
    pub received: BTreeMap<String, usize>,
    /// Those that were answered with 2xx, and how often.
    pub acknowledged: BTreeMap<String, usize>,
    /// Bytes of response bodies that were taken.
    pub taken: u64,
}

impl Account {
    /// Of a file that events are appended to, which may not be there yet.
    #[must_use]
    pub fn of_file(file: &Path) -> Self {
        let mut account = Self::default();
        for line in fs::read(file).unwrap_or_default().split(|byte| *byte == b'\n') {
            // A line that is not whole is what a killed sender has left.
            for key in serde_json::from_slice(line).map(|body| keys(&body)).unwrap_or_default() {
                *account.acknowledged.entry(key).or_default() += 1;
            }
        }
        account
    }

    /// How many times an event came again after it had been acknowledged.
    #[must_use]
    pub fn again(&self) -> usize {
        self.acknowledged.values().map(|times| times - 1).sum()
    }
}

/// The idempotency keys of a body, single or bulk.
pub(super) fn keys(body: &Value) -> Vec<String> {
    let events = body["events"].as_array().map_or(std::slice::from_ref(body), Vec::as_slice);
    events.iter().filter_map(|event| event["idempotency_key"].as_str().map(str::to_owned)).collect()
}
