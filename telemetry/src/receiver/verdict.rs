//! What an answer means.

use reqwest::StatusCode;

/// An answer.
#[derive(Debug, Clone, Copy)]
pub struct Receipt<'a> {
    pub status: StatusCode,
    /// As much of the body as is read.
    pub body: &'a [u8],
    /// How many events the request had.
    pub events: usize,
}

/// What it means for the events of the request.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All have arrived.
    Accepted,
    /// Less at once might be taken.
    TooLarge,
    /// None is taken, now or later.
    Rejected(String),
    /// They may be taken later.
    Later(String),
    /// These are not taken, now or later, each for its reason; the others may be sent again at once.
    Bad(Vec<(usize, String)>),
}

/// What most receivers mean. Who does not know the key may know it tomorrow: nothing is lost for that.
pub fn by_status(receipt: &Receipt<'_>) -> Verdict {
    let status = receipt.status;
    match status {
        _ if status.is_success() => Verdict::Accepted,
        StatusCode::PAYLOAD_TOO_LARGE => Verdict::TooLarge,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => unknown_key(status),
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS
        // The proxy's refusal says nothing of the events.
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => later(status),
        _ if status.is_client_error() => rejected(status),
        _ => later(status),
    }
}

/// What a 400 means for events that it does not name, or not legibly: of several, half may be taken.
pub fn unnamed(receipt: &Receipt<'_>) -> Verdict {
    if receipt.events > 1 { Verdict::TooLarge } else { rejected(receipt.status) }
}

pub fn unknown_key(status: StatusCode) -> Verdict {
    Verdict::Later(format!("the endpoint does not take the key in `app_id` ({status})"))
}

pub fn later(status: StatusCode) -> Verdict {
    Verdict::Later(answered(status))
}

pub fn rejected(status: StatusCode) -> Verdict {
    Verdict::Rejected(answered(status))
}

fn answered(status: StatusCode) -> String {
    format!("the endpoint answered {status}")
}
