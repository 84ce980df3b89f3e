//! Segment's and `RudderStack`'s `/v1/batch`. They know repeated events by their `messageId`.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    request::{JSON, Request},
    sent_event::SentEvent,
    verdict::{Receipt, Verdict, by_status, unnamed},
};

pub fn request(key: &str, agent: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let (name, version) = agent.split_once('/').unwrap_or((agent, ""));
    let event_of = |event: SentEvent| -> Value {
        json!({
            "type": "track",
            "messageId": event.key,
            "event": event.name,
            "anonymousId": event.user,
            "timestamp": event.timestamp,
            "properties": event.properties,
            "context": { "library": { "name": name, "version": version } },
        })
    };
    let batch: Vec<Value> = events.into_iter().map(event_of).collect();
    let body = serde_json::to_vec(&json!({ "batch": batch }))?;
    Ok(Request { content_type: JSON, body, user: Some(key.to_owned()), takes_gzip: true })
}

/// What most mean, but that a 400 is for too large a request, or for one event of it, too.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    if receipt.status == StatusCode::BAD_REQUEST { unnamed(receipt) } else { by_status(receipt) }
}
