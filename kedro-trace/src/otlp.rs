//! Spans as a request of the OpenTelemetry protocol in JSON: `ExportTraceServiceRequest` of OTLP 1.
//! Numbers of 64 bits are texts there, ids are hexadecimal, and enums are numbers.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::{
    ids::Ids,
    recording::{Access, RunFacts},
    spans::{Span, Subject},
};

/// `SPAN_KIND_INTERNAL`
const INTERNAL: u8 = 1;
/// `STATUS_CODE_ERROR`
const ERROR: u8 = 2;
/// Bytes of a span with names of a usual length: a guess, so that the text seldom moves as it grows.
const USUAL_SPAN: usize = 384;

/// The request that has these spans, of the service `service`, as JSON in one line.
///
/// # Errors
/// None that is known: every value in it can be written.
pub(crate) fn request(
    spans: &[Span],
    ids: &Ids,
    began: (SystemTime, Instant),
    service: &str,
) -> serde_json::Result<Vec<u8>> {
    let request = Request {
        resource_spans: [ResourceSpans {
            resource: Resource { attributes: [text("service.name", service)] },
            scope_spans: [ScopeSpans {
                scope: Scope { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
                spans: spans.iter().enumerate().map(|(place, span)| written(place, span, ids, began)).collect(),
            }],
        }],
    };
    let mut written = Vec::with_capacity(spans.len() * USUAL_SPAN);
    serde_json::to_writer(&mut written, &request)?;
    Ok(written)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    resource_spans: [ResourceSpans<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    resource: Resource<'a>,
    scope_spans: [ScopeSpans<'a>; 1],
}

#[derive(Serialize)]
struct Resource<'a> {
    attributes: [Attribute<'a>; 1],
}

#[derive(Serialize)]
struct ScopeSpans<'a> {
    scope: Scope,
    spans: Vec<WrittenSpan<'a>>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenSpan<'a> {
    trace_id: &'a str,
    span_id: Hex,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<Hex>,
    name: String,
    kind: u8,
    #[serde(serialize_with = "as_text")]
    start_time_unix_nano: u64,
    #[serde(serialize_with = "as_text")]
    end_time_unix_nano: u64,
    attributes: Vec<Attribute<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
}

#[derive(Serialize)]
struct Status {
    code: u8,
}

#[derive(Serialize)]
struct Attribute<'a> {
    key: &'static str,
    value: Value<'a>,
}

#[derive(Serialize)]
enum Value<'a> {
    #[serde(rename = "stringValue")]
    Text(&'a str),
    #[serde(rename = "intValue", serialize_with = "as_text")]
    Number(u64),
    #[serde(rename = "arrayValue")]
    List(Array<'a>),
}

#[derive(Serialize)]
struct Array<'a> {
    values: Vec<Value<'a>>,
}

struct Hex(u64);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without the machinery of formatting, which takes longer than all the rest of a span.
        let pairs = self.0.to_be_bytes().map(|byte| [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]));
        serializer.serialize_str(std::str::from_utf8(pairs.as_flattened()).unwrap_or_default())
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls")]
fn as_text<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(itoa::Buffer::new().format(*number))
}

fn written<'a>(place: usize, span: &'a Span, ids: &'a Ids, began: (SystemTime, Instant)) -> WrittenSpan<'a> {
    let mut attributes = attributes(&span.subject);
    attributes.extend(span.error.as_deref().map(|error| text("error.type", error)));
    WrittenSpan {
        trace_id: ids.trace(),
        span_id: Hex(ids.span(place)),
        parent_span_id: span.parent.map(|parent| Hex(ids.span(parent))),
        name: name(&span.subject),
        kind: INTERNAL,
        start_time_unix_nano: unix_nanos(began, span.start),
        end_time_unix_nano: unix_nanos(began, span.end),
        attributes,
        status: span.error.as_ref().map(|_| Status { code: ERROR }),
    }
}

/// A time by the clock that only goes forward, so that no span ends before it starts.
fn unix_nanos((at, instant): (SystemTime, Instant), then: Instant) -> u64 {
    let start = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    // They fit until the year 2554.
    u64::try_from((start + then.saturating_duration_since(instant)).as_nanos()).unwrap_or(u64::MAX)
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Run { facts, .. } => format!("pipeline {}", facts.pipelines.join(", ")),
        Subject::Node { name, .. } => format!("node {name}"),
        Subject::Dataset { access: Access::Load, name } => format!("load {name}"),
        Subject::Dataset { access: Access::Save, name } => format!("save {name}"),
    }
}

fn attributes(subject: &Subject) -> Vec<Attribute<'_>> {
    match subject {
        Subject::Run { facts, dropped } => of_run(facts, *dropped),
        Subject::Node { name, namespace, tags } => {
            let mut attributes = vec![text("kedro.node.name", name)];
            attributes.extend(namespace.as_deref().map(|namespace| text("kedro.node.namespace", namespace)));
            attributes.extend(texts("kedro.node.tags", tags));
            attributes
        }
        Subject::Dataset { name, .. } => vec![text("kedro.dataset.name", name)],
    }
}

fn of_run(facts: &RunFacts, dropped: u64) -> Vec<Attribute<'_>> {
    let mut attributes = vec![
        text("kedro.run.id", &facts.run_id),
        text("kedro.version", &facts.kedro_version),
        text("kedro.runner", &facts.runner),
        number("kedro.pipeline.node_count", facts.node_count),
    ];
    attributes.extend(texts("kedro.pipeline.names", &facts.pipelines));
    attributes.extend(texts("kedro.run.tags", &facts.tags));
    attributes.extend(facts.env.as_deref().map(|env| text("kedro.env", env)));
    attributes.extend((dropped > 0).then(|| number("kedro.trace.dropped_spans", dropped)));
    attributes
}

fn text<'a>(key: &'static str, text: &'a str) -> Attribute<'a> {
    Attribute { key, value: Value::Text(text) }
}

fn number(key: &'static str, number: u64) -> Attribute<'static> {
    Attribute { key, value: Value::Number(number) }
}

/// A list, unless it is empty.
fn texts<'a>(key: &'static str, texts: &'a [String]) -> Option<Attribute<'a>> {
    let values: Vec<_> = texts.iter().map(|text| Value::Text(text)).collect();
    (!values.is_empty()).then_some(Attribute { key, value: Value::List(Array { values }) })
}
