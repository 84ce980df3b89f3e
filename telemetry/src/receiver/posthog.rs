//! `PostHog`'s `/batch/`. It knows repeated events by their `uuid`.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    request::{JSON, Request},
    sent_event::SentEvent,
    verdict::{Receipt, Verdict, by_status},
};

pub fn request(key: &str, agent: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let batch: Vec<Value> = events.into_iter().map(|event| event_of(agent, event)).collect();
    let body = serde_json::to_vec(&json!({ "api_key": key, "batch": batch }))?;
    Ok(Request { content_type: JSON, body, user: None, takes_gzip: true })
}

/// No profile of a person is made of it, and no place of the address that it comes from.
fn event_of(agent: &str, event: SentEvent) -> Value {
    let (library, version) = agent.split_once('/').unwrap_or((agent, ""));
    let mut properties: Map<_, _> = event.properties;
    // These count, whatever an event calls its own.
    properties.insert("$lib".into(), library.into());
    properties.insert("$lib_version".into(), version.into());
    properties.insert("$process_person_profile".into(), false.into());
    properties.insert("$geoip_disable".into(), true.into());
    json!({
        "uuid": event.key,
        "event": event.name,
        "distinct_id": event.user,
        "timestamp": event.timestamp,
        "properties": properties,
    })
}

/// Its own libraries send nothing for so long once a quota is used up.
const PAUSE: Duration = Duration::from_secs(60);

/// What most mean, but that a success may say that no event was kept, as the quota is used up: they
/// are sent again, for there will be another.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    if !receipt.status.is_success() {
        return by_status(receipt);
    }
    let answer: Value = serde_json::from_slice(receipt.body).unwrap_or_default();
    let limited = answer["quota_limited"].as_array().map(Vec::as_slice).unwrap_or_default();
    // It has quotas for recordings and the like, too.
    if !limited.iter().any(|what| what == "events") {
        return Verdict::Accepted;
    }
    Verdict::Later { reason: "the endpoint's quota of events is used up".into(), least: Some(PAUSE) }
}
