//! Amplitude's `/2/httpapi`. It knows repeated events by their `insert_id`, for seven days.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    JSON, Request, SentEvent,
    verdict::{Receipt, Verdict, by_status, unknown_key},
};

pub fn request(key: &str, agent: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let event_of = |event: SentEvent| -> Value {
        json!({
            "event_type": event.name,
            "device_id": event.user,
            "time": event.millis(),
            "insert_id": event.key,
            "event_properties": event.properties,
            "library": agent,
        })
    };
    let events: Vec<Value> = events.into_iter().map(event_of).collect();
    // Shorter identities than its usual five letters are somebody's, too.
    let body = json!({ "api_key": key, "events": events, "options": { "min_id_length": 1 } });
    Ok(Request { content_type: JSON, body: serde_json::to_vec(&body)?, user: None, takes_gzip: false })
}

/// What a 400 says of the events, by the names of its documentation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    events_with_invalid_fields: BTreeMap<String, Vec<usize>>,
    events_with_missing_fields: BTreeMap<String, Vec<usize>>,
    events_with_invalid_id_lengths: BTreeMap<String, Vec<usize>>,
    silenced_events: Vec<usize>,
}

pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    if receipt.status != StatusCode::BAD_REQUEST {
        return by_status(receipt);
    }
    let refusal: Refusal = serde_json::from_slice(receipt.body).unwrap_or_default();
    if refusal.error.to_ascii_lowercase().contains("api key") {
        return unknown_key(receipt.status);
    }
    let mut bad = BTreeMap::new();
    for (what, fields) in [
        ("is not valid", &refusal.events_with_invalid_fields),
        ("is missing", &refusal.events_with_missing_fields),
        ("is too short", &refusal.events_with_invalid_id_lengths),
    ] {
        for (field, places) in fields {
            bad.extend(places.iter().map(|place| (*place, format!("the endpoint says that {} {what}", shown(field)))));
        }
    }
    let silenced = "the endpoint takes no more events of this identity today";
    bad.extend(refusal.silenced_events.iter().map(|place| (*place, silenced.to_owned())));
    bad.retain(|place, _| *place < receipt.events);
    if bad.is_empty() { by_status(receipt) } else { Verdict::Bad(bad.into_iter().collect()) }
}

/// A field's name as the endpoint says it, which may be anything.
pub(super) fn shown(field: &str) -> String {
    const LONGEST: usize = 64;
    format!("`{}`", terminal_text::shortened(&terminal_text::one_line(field), LONGEST))
}
