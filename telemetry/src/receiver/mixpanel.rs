//! Mixpanel's `/import?strict=1`. It knows repeated events by their `$insert_id`.

use std::{collections::BTreeMap, time::Duration};

use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    named::{place, shown},
    request::{JSON, Request},
    sent_event::SentEvent,
    verdict::{Receipt, Verdict, by_status_with_pause, unnamed},
};

/// The key is the project's token, which is the name of who signs in.
pub fn request(key: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let event_of = |event: SentEvent| -> Value {
        let mut properties = Map::new();
        let time = event.millis();
        properties.extend(event.properties);
        // These count, whatever an event calls its own.
        properties.insert("time".into(), time.into());
        properties.insert("distinct_id".into(), event.user.into());
        properties.insert("$insert_id".into(), event.key.into());
        json!({ "event": event.name, "properties": properties })
    };
    let events: Vec<Value> = events.into_iter().map(event_of).collect();
    let body = serde_json::to_vec(&events)?;
    Ok(Request { content_type: JSON, body, user: Some(key.to_owned()), takes_gzip: true })
}

/// Its limits are those of a minute, and this is the least that it wants to be left alone for.
const PAUSE: Duration = Duration::from_secs(2);

/// A 400 has a list of what is wrong with which event, by the names of its documentation.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    if receipt.status != StatusCode::BAD_REQUEST {
        return by_status_with_pause(receipt, PAUSE);
    }
    let refusal: Value = serde_json::from_slice(receipt.body).unwrap_or_default();
    let failed = refusal["failed_records"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = failed.iter().filter_map(|failed| {
        let field = failed["field"].as_str().unwrap_or("it");
        Some((place(&failed["index"], receipt)?, format!("the endpoint says that {} is not valid", shown(field))))
    });
    // An event with two faults is dropped once.
    let bad: BTreeMap<_, _> = named.collect();
    if bad.is_empty() { unnamed(receipt) } else { Verdict::Bad(bad.into_iter().collect()) }
}
