//! Amplitude's `/2/httpapi`. It knows repeated events by their `insert_id`, for seven days.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    named::{place, shown},
    request::{JSON, Request},
    sent_event::SentEvent,
    verdict::{Receipt, Verdict, by_status, unknown_key, unnamed},
};

pub fn request(key: &str, agent: &str, events: Vec<SentEvent>) -> Result<Request, serde_json::Error> {
    let event_of = |event: SentEvent| -> Value {
        json!({
            "event_type": event.name,
            "device_id": event.user,
            "time": event.millis(),
            "insert_id": event.key,
            "event_properties": event.known_properties(),
            "library": agent,
        })
    };
    let events: Vec<Value> = events.into_iter().map(event_of).collect();
    // Shorter identities than its usual five letters are somebody's, too.
    let body = json!({ "api_key": key, "events": events, "options": { "min_id_length": 1 } });
    Ok(Request { content_type: JSON, body: serde_json::to_vec(&body)?, user: None, takes_gzip: false })
}

/// What a 400 says of events, by the names of its documentation: lists of places by field.
const FAULTS: [(&str, &str); 3] = [
    ("events_with_invalid_fields", "is not valid"),
    ("events_with_missing_fields", "is missing"),
    ("events_with_invalid_id_lengths", "is too short"),
];

pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    match receipt.status {
        StatusCode::BAD_REQUEST => bad(receipt),
        StatusCode::TOO_MANY_REQUESTS => throttled(receipt),
        _ => by_status(receipt),
    }
}

fn bad(receipt: &Receipt<'_>) -> Verdict {
    let refusal: Value = serde_json::from_slice(receipt.body).unwrap_or_default();
    if refusal["error"].as_str().is_some_and(|error| error.to_ascii_lowercase().contains("api key")) {
        return unknown_key(receipt.status);
    }
    let mut bad = BTreeMap::new();
    for (list, what) in FAULTS {
        for (field, places) in refusal[list].as_object().into_iter().flatten() {
            let reason = format!("the endpoint says that {} {what}", shown(field));
            bad.extend(places_in(places, receipt).map(|place| (place, reason.clone())));
        }
    }
    let silenced = "the endpoint takes no more events of this identity today";
    bad.extend(places_in(&refusal["silenced_events"], receipt).map(|place| (place, silenced.to_owned())));
    if bad.is_empty() { unnamed(receipt) } else { Verdict::Bad(bad.into_iter().collect()) }
}

fn places_in<'a>(places: &'a Value, receipt: &'a Receipt<'_>) -> impl Iterator<Item = usize> + 'a {
    places.as_array().into_iter().flatten().filter_map(|value| place(value, receipt))
}

/// How long what is throttled is to be left alone, by its documentation.
const PAUSE: Duration = Duration::from_secs(30);
/// The same where the quota of a day is used up, which it counts over the last 24 hours.
const DAILY_PAUSE: Duration = Duration::from_secs(60 * 60);

/// A 429 lists whose events there are too many of; those of others may come at once.
fn throttled(receipt: &Receipt<'_>) -> Verdict {
    let refusal: Value = serde_json::from_slice(receipt.body).unwrap_or_default();
    let users: Vec<_> = receipt.batch.iter().map(|event| user_of(event)).collect();
    let of = |lists: [&str; 2]| -> BTreeSet<usize> {
        let is_listed = |user: &str| lists.iter().any(|list| refusal[list].get(user).is_some());
        let listed = users.iter().enumerate().filter(|(_, user)| is_listed(user));
        listed.map(|(place, _)| place).collect()
    };
    let exhausted = of(["exceeded_daily_quota_devices", "exceeded_daily_quota_users"]);
    let mut held = of(["throttled_devices", "throttled_users"]);
    held.extend(places_in(&refusal["throttled_events"], receipt));
    let (least, what) = if held.is_subset(&exhausted) && !exhausted.is_empty() {
        (DAILY_PAUSE, "the endpoint takes no more events of this identity today")
    } else {
        (PAUSE, "the endpoint takes no more events of this identity for now")
    };
    held.extend(exhausted);
    let reason = format!("{what} ({})", receipt.status);
    if held.is_empty() || held.len() == receipt.batch.len() {
        return Verdict::Later { reason, least: Some(least) };
    }
    Verdict::Held { places: held.into_iter().collect(), reason, least }
}

/// Empty where an event is not what was recorded.
fn user_of(event: &str) -> String {
    serde_json::from_str::<SentEvent>(event).map(|event| event.user).unwrap_or_default()
}
