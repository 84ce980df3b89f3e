//! The bodies of requests, in the form of Heap's track API.

use std::fmt::Write;

use serde_json::Value;

use crate::envelope::{APP_ID, EVENTS};

/// The body for one event, given as the JSON object that [`Event::to_json`](crate::Event::to_json)
/// makes.
#[must_use]
pub fn single_body(app_id: &str, event: &str) -> String {
    let fields = event.trim_start().strip_prefix('{').unwrap_or(event);
    format!("{{\"{}\":{},{fields}", APP_ID.name(), Value::from(app_id))
}

/// The body for several events: Heap's bulk form.
#[must_use]
pub fn bulk_body<'a>(app_id: &str, events: impl IntoIterator<Item = &'a str>) -> String {
    let mut body = String::new();
    // Writing to a string cannot fail.
    let _ = write!(body, "{{\"{}\":{},\"{}\":[", APP_ID.name(), Value::from(app_id), EVENTS.name());
    for (index, event) in events.into_iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(event);
    }
    body.push_str("]}");
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::event;

    #[test]
    fn the_two_wire_forms_hold_the_same_events() {
        let events = [event(1), event(2)];
        let json: Vec<_> = events.iter().map(crate::event::Event::to_json).collect();
        let single = single_body("a\"b", &json[0]);
        let parsed: Value = serde_json::from_str(&single).unwrap();
        let fields: Vec<_> = parsed.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["app_id", "event", "timestamp", "properties", "identity", "idempotency_key"]);
        assert_eq!(parsed["app_id"], "a\"b");
        assert_eq!(parsed["idempotency_key"], events[0].key().to_string());

        let bulk: Value = serde_json::from_str(&bulk_body("7", json.iter().map(String::as_str))).unwrap();
        assert_eq!(bulk["app_id"], "7");
        assert_eq!(bulk["events"].as_array().unwrap().len(), 2);
        assert_eq!(bulk["events"][1].to_string(), json[1]);
        assert_ne!(events[0].key(), events[1].key());
    }
}
