//! Heap's track API: one event as it is, several in its bulk form.

use reqwest::StatusCode;

use super::{
    request::{JSON, Request},
    verdict::{Receipt, Verdict, later, rejected},
};
use crate::body::{bulk_body, single_body};

pub fn request(app_id: &str, batch: &[&str]) -> Request {
    let body = match batch {
        [event] => single_body(app_id, event),
        events => bulk_body(app_id, events.iter().copied()),
    };
    Request { content_type: JSON, body: body.into_bytes(), user: None, takes_gzip: false }
}

/// What can pass is to be tried again; what cannot (any other 4xx) is not.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    let status = receipt.status;
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Verdict::TooLarge,
        // The proxy's refusal (407) says nothing of the events.
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => later(status),
        _ if status.is_success() => Verdict::Accepted,
        _ if status.is_client_error() => rejected(status),
        _ => later(status),
    }
}
