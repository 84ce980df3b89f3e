//! Heap's track API: one event as it is, several in its bulk form.

use std::time::Duration;

use reqwest::StatusCode;

use super::{
    request::{JSON, Request},
    verdict::{Receipt, Verdict, by_status_with_pause, rejected},
};
use crate::body::{bulk_body, single_body};

pub fn request(app_id: &str, batch: &[&str]) -> Request {
    let body = match batch {
        [event] => single_body(app_id, event),
        events => bulk_body(app_id, events.iter().copied()),
    };
    Request { content_type: JSON, body: body.into_bytes(), user: None, takes_gzip: false }
}

/// What it counts by, see
/// [`RequestFormat::per_minute`](crate::request_format::RequestFormat::per_minute).
const PAUSE: Duration = Duration::from_secs(60);

/// What most mean, but that a key which is not known is no reason to wait.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    match receipt.status {
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => rejected(status),
        _ => by_status_with_pause(receipt, PAUSE),
    }
}
