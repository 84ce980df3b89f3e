//! OTLP over HTTP, `/v1/logs`: an event is a log record with an `eventName` and without a body.
//!
//! It has no key for repeated events: `idempotency_key` is an attribute, by which whoever stores
//! them can know one again.

use opentelemetry_proto::tonic::{
    collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse},
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Any},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber},
    resource::v1::Resource,
};
use prost::Message as _;
use reqwest::StatusCode;
use serde_json::Value;

use super::{
    named::said,
    request::{JSON, Request},
    sent_event::SentEvent,
    verdict::{Receipt, Verdict, later, rejected, unknown_key},
};

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Json,
    Protobuf,
}

pub fn request(agent: &str, events: Vec<SentEvent>, encoding: Encoding) -> Result<Request, serde_json::Error> {
    let (name, version) = agent.split_once('/').unwrap_or((agent, ""));
    let resource = Resource {
        attributes: vec![text("service.name", name), text("service.version", version)],
        ..Resource::default()
    };
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    let log_records = events.into_iter().map(log_record).collect();
    let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records, ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() }];
    let request = ExportLogsServiceRequest { resource_logs };
    let (content_type, body) = match encoding {
        Encoding::Json => (JSON, serde_json::to_vec(&request)?),
        Encoding::Protobuf => ("application/x-protobuf", request.encode_to_vec()),
    };
    Ok(Request { content_type, body, user: None, takes_gzip: true })
}

const NAME: &str = "event.name";
const USER: &str = "identity";
const KEY: &str = "idempotency_key";

/// Collectors of today drop `eventName`, so that the name is an attribute, too.
fn log_record(event: SentEvent) -> LogRecord {
    let nanos = event.nanos();
    let mut attributes: Vec<_> =
        [(NAME, &event.name), (USER, &event.user), (KEY, &event.key)].map(|(key, value)| text(key, value)).into();
    // A key is there once; ours count, whatever an event calls its own.
    let own = event.known_properties().into_iter().filter(|(key, _)| ![NAME, USER, KEY].contains(&key.as_str()));
    attributes.extend(own.map(|(key, value)| KeyValue { key, value: Some(any(value)), ..KeyValue::default() }));
    LogRecord {
        time_unix_nano: nanos,
        observed_time_unix_nano: nanos,
        severity_number: SeverityNumber::Info.into(),
        event_name: event.name,
        attributes,
        ..LogRecord::default()
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = AnyValue { value: Some(Any::StringValue(value.to_owned())) };
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn any(value: Value) -> AnyValue {
    let value = match value {
        Value::Null => None,
        Value::Bool(value) => Some(Any::BoolValue(value)),
        Value::Number(number) => Some(number_of(&number)),
        Value::String(value) => Some(Any::StringValue(value)),
        Value::Array(values) => Some(Any::ArrayValue(ArrayValue { values: values.into_iter().map(any).collect() })),
        Value::Object(members) => {
            let member = |(key, value)| KeyValue { key, value: Some(any(value)), ..KeyValue::default() };
            Some(Any::KvlistValue(KeyValueList { values: members.into_iter().map(member).collect() }))
        }
    };
    AnyValue { value }
}

/// A number that fits no integer of OTLP is one with a point.
fn number_of(number: &serde_json::Number) -> Any {
    number.as_i64().map_or_else(|| Any::DoubleValue(number.as_f64().unwrap_or_default()), Any::IntValue)
}

/// What the protocol has tried again: these of its errors and no other.
pub fn verdict(receipt: &Receipt<'_>) -> Verdict {
    let status = receipt.status;
    match status {
        _ if status.is_success() => taken(receipt),
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT
        // A proxy's refusal says nothing of the events.
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => later(status),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => unknown_key(status),
        StatusCode::PAYLOAD_TOO_LARGE => Verdict::TooLarge,
        _ if status.is_client_error() || status.is_server_error() => rejected(status),
        // A redirect that is not followed says nothing of the events.
        _ => later(status),
    }
}

/// Of what was taken in part nothing is sent again, by the protocol.
fn taken(receipt: &Receipt<'_>) -> Verdict {
    let (rejected, message) = in_json(receipt.body).or_else(|| in_protobuf(receipt.body)).unwrap_or_default();
    let all = receipt.batch.len();
    match usize::try_from(rejected).unwrap_or(0) {
        0 => Verdict::Accepted,
        count if count >= all => Verdict::Rejected(format!("the endpoint has rejected it{}", said(&message))),
        rejected => {
            let what = format!("the endpoint has rejected {rejected} of the {all} sent at once, and not said which");
            Verdict::AcceptedInPart { rejected, reason: what + &said(&message) }
        }
    }
}

/// How many records were rejected, and why.
type Partial = (i64, String);

/// 64-bit numbers are text in it, and not everybody's are.
fn in_json(body: &[u8]) -> Option<Partial> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let partial = &answer["partialSuccess"];
    let rejected = &partial["rejectedLogRecords"];
    let count = rejected.as_i64().or_else(|| rejected.as_str()?.parse().ok()).unwrap_or(0);
    Some((count, partial["errorMessage"].as_str().unwrap_or_default().to_owned()))
}

fn in_protobuf(body: &[u8]) -> Option<Partial> {
    let partial = ExportLogsServiceResponse::decode(body).ok()?.partial_success?;
    Some((partial.rejected_log_records, partial.error_message))
}
