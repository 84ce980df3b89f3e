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
use reqwest::StatusCode;

/// A request of these events, each as it was recorded, in the name of `key`, by `agent`
/// (`notes/1.0`).
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
    // None of them answers so: this is whoever is in between, such as the page of a hotel's
    // network. In the others' form, people collect events with programs of their own, which say
    // anything.
    let is_known = !matches!(format, RequestFormat::Heap | RequestFormat::Ndjson);
    if is_known && receipt.is_page && receipt.status.is_success() {
        return Verdict::later("the endpoint answered with a web page".into());
    }
    match format {
        RequestFormat::Heap | RequestFormat::Ndjson => heap::verdict(receipt),
        RequestFormat::Posthog => posthog::verdict(receipt),
        RequestFormat::Segment => segment::verdict(receipt),
        RequestFormat::Otlp | RequestFormat::OtlpProtobuf => otlp::verdict(receipt),
        RequestFormat::Amplitude => amplitude::verdict(receipt),
        RequestFormat::Mixpanel => mixpanel::verdict(receipt),
    }
}

/// Whether the answer's body says more than its status.
pub fn is_read(format: RequestFormat, status: StatusCode) -> bool {
    match format {
        RequestFormat::Amplitude => matches!(status, StatusCode::BAD_REQUEST | StatusCode::TOO_MANY_REQUESTS),
        RequestFormat::Mixpanel => status == StatusCode::BAD_REQUEST,
        RequestFormat::Otlp | RequestFormat::OtlpProtobuf | RequestFormat::Posthog => status.is_success(),
        RequestFormat::Heap | RequestFormat::Ndjson | RequestFormat::Segment => false,
    }
}
