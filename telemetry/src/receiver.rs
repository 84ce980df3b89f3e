//! The interfaces that take events: what each is sent, and what its answers mean.

mod amplitude;
mod heap;
mod mixpanel;
mod named;
mod ndjson;
mod otlp;
mod posthog;
mod request;
mod segment;
mod sent_event;
mod verdict;

pub use self::{
    request::Request,
    verdict::{Receipt, Verdict},
};
use crate::request_format::RequestFormat;

/// A request of these events, each as it was recorded, in the name of `key`, by `agent` (`notes/1.0`).
///
/// # Errors
/// When an event is not what was recorded.
pub fn request(format: RequestFormat, key: &str, agent: &str, batch: &[&str]) -> Result<Request, serde_json::Error> {
    let events = || batch.iter().map(|event| serde_json::from_str(event)).collect::<Result<Vec<_>, _>>();
    match format {
        RequestFormat::Heap => Ok(heap::request(key, batch)),
        RequestFormat::Ndjson => Ok(ndjson::request(key, batch)),
        RequestFormat::Posthog => posthog::request(key, agent, events()?),
        RequestFormat::Segment => segment::request(key, agent, events()?),
        RequestFormat::Otlp => otlp::request(agent, events()?, otlp::Encoding::Json),
        RequestFormat::OtlpProtobuf => otlp::request(agent, events()?, otlp::Encoding::Protobuf),
        RequestFormat::Amplitude => amplitude::request(key, agent, events()?),
        RequestFormat::Mixpanel => mixpanel::request(key, events()?),
    }
}

/// The body of a request of this event alone, as JSON, for a person to read.
pub fn shown(format: RequestFormat, key: &str, agent: &str, event: &str) -> Result<String, serde_json::Error> {
    let legible = match format {
        RequestFormat::OtlpProtobuf => RequestFormat::Otlp,
        other => other,
    };
    let body = request(legible, key, agent, &[event])?.body;
    Ok(String::from_utf8_lossy(&body).trim_end().to_owned())
}

/// What an answer means for the events of a request.
pub fn verdict(format: RequestFormat, receipt: &Receipt<'_>) -> Verdict {
    match format {
        RequestFormat::Heap | RequestFormat::Ndjson => heap::verdict(receipt),
        RequestFormat::Posthog | RequestFormat::Segment => verdict::by_status(receipt),
        RequestFormat::Otlp | RequestFormat::OtlpProtobuf => otlp::verdict(receipt),
        RequestFormat::Amplitude => amplitude::verdict(receipt),
        RequestFormat::Mixpanel => mixpanel::verdict(receipt),
    }
}

/// Whether the answer's body says more than its status.
pub fn is_read(format: RequestFormat, status: reqwest::StatusCode) -> bool {
    matches!(format, RequestFormat::Amplitude | RequestFormat::Mixpanel) && status == reqwest::StatusCode::BAD_REQUEST
}
