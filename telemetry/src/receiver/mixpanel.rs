//! Mixpanel's `/import?strict=1`. It knows repeated events by their `$insert_id`.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    JSON, Request, SentEvent,
    amplitude::shown,
    verdict::{Receipt, Verdict, by_status},
};

/// The key is the project's token, which is the name of who signs in.
pub fn request(key: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let event_of = |event: SentEvent| -> Value {
        let mut properties = Map::new();
        properties.insert("time".into(), event.millis().into());
        properties.insert("distinct_id".into(), event.user.into());
        properties.insert("$insert_id".into(), event.key.into());
        properties.extend(event.properties);
        json!({ "event": event.name, "properties": properties })
    };
    let events: Vec<Value> = events.into_iter().map(event_of).collect();
    let body = serde_json::to_vec(&events)?;
    Ok(Request { content_type: JSON, body, user: Some(key.to_owned()), takes_gzip: true })
}

/// What a 400 says of the events, by the names of its documentation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    failed_records: Vec<FailedRecord>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FailedRecord {
    index: Option<usize>,
    field: String,
}

pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    if receipt.status != StatusCode::BAD_REQUEST {
        return by_status(receipt);
    }
    let refusal: Refusal = serde_json::from_slice(receipt.body).unwrap_or_default();
    let bad = refusal.failed_records.into_iter().filter_map(|failed| {
        let place = failed.index.filter(|place| *place < receipt.events)?;
        Some((place, format!("the endpoint says that {} is not valid", shown(&failed.field))))
    });
    let bad: Vec<_> = bad.collect();
    if bad.is_empty() { by_status(receipt) } else { Verdict::Bad(bad) }
}
