//! What an answer means.

use std::time::Duration;

use reqwest::StatusCode;

/// An answer.
#[derive(Debug, Clone, Copy)]
pub struct Receipt<'a> {
    pub status: StatusCode,
    /// Whether it says that it is a web page.
    pub is_page: bool,
    /// As much of the body as is read.
    pub body: &'a [u8],
    /// The events of the request, each as it was recorded.
    pub batch: &'a [&'a str],
}

/// What becomes of a batch.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All have arrived.
    Accepted,
    /// All have arrived and are not to be sent again, though some are not kept; which is not said.
    AcceptedInPart {
        /// So many are not.
        rejected: usize,
        /// In one line.
        reason: String,
    },
    /// Less at once might be taken.
    TooLarge,
    /// None is taken, now or later.
    Rejected(String),
    /// They may be taken later.
    Later {
        /// Why not now, in one line.
        reason: String,
        /// The least that the endpoint wants to be left alone for.
        least: Option<Duration>,
    },
    /// These are not taken, now or later, each for its reason; the others may be sent again at
    /// once.
    Bad(Vec<(usize, String)>),
    /// These may be taken later; the others may be sent again at once.
    Held {
        places: Vec<usize>,
        /// Why not now, in one line.
        reason: String,
        /// The least that the endpoint wants to be left alone with them for.
        least: Duration,
    },
}

impl Verdict {
    /// They may be taken later, when nobody says.
    pub fn later(reason: String) -> Self {
        Self::Later { reason, least: None }
    }

    /// The same with what is said for people changed.
    pub fn with_reasons(mut self, change: impl Fn(&mut String)) -> Self {
        match &mut self {
            Self::Accepted | Self::TooLarge => {}
            Self::Rejected(reason)
            | Self::AcceptedInPart { reason, .. }
            | Self::Later { reason, .. }
            | Self::Held { reason, .. } => change(reason),
            Self::Bad(bad) => bad.iter_mut().for_each(|(_, reason)| change(reason)),
        }
        self
    }
}

/// What most receivers mean. Who does not know the key may know it tomorrow: nothing is lost for
/// that.
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

/// The same of a receiver that says how long too many requests are to be waited out.
pub fn by_status_with_pause(receipt: &Receipt<'_>, pause: Duration) -> Verdict {
    match by_status(receipt) {
        Verdict::Later { reason, .. } if receipt.status == StatusCode::TOO_MANY_REQUESTS => {
            Verdict::Later { reason, least: Some(pause) }
        }
        other => other,
    }
}

/// What a 400 means for events that it does not name, or not legibly: of several, half may be
/// taken.
pub fn unnamed(receipt: &Receipt<'_>) -> Verdict {
    if receipt.batch.len() > 1 { Verdict::TooLarge } else { rejected(receipt.status) }
}

pub fn unknown_key(status: StatusCode) -> Verdict {
    Verdict::later(format!("the endpoint does not take the key in `app_id` ({status})"))
}

pub fn later(status: StatusCode) -> Verdict {
    Verdict::later(answered(status))
}

pub fn rejected(status: StatusCode) -> Verdict {
    Verdict::Rejected(answered(status))
}

fn answered(status: StatusCode) -> String {
    format!("the endpoint answered {status}")
}
