//! `PostHog`'s `/batch/`. It knows repeated events by their `uuid`.

use serde_json::{Map, Value, json};

use super::{
    request::{JSON, Request},
    sent_event::SentEvent,
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
