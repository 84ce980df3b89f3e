//! Each receiver's form, and what its answers do to events, against a real HTTP server on loopback:
//! nothing lost, and nothing twice where the receiver has a key.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use prost::Message as _;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::collector::{Collector, Received, Reply};
use crate::{
    destination::Destination,
    endpoint::Endpoint,
    env::Env,
    event::Event,
    journal::{EventOutcome, Journal},
    queue::Queue,
    request_format::RequestFormat,
    schema::Properties,
    sender::{Attempt, Deadlines, Sender, SenderEnding, SenderSummary, SenderVerdict},
    support::{at, event},
};

const AGENT: &str = "notes/1.2";
const KEY: &str = "k3y";
const USER: &str = "28df3ee193734d9db5348fb9908981db";

/// Those that go over the network in forms of their own.
pub(super) const FORMATS: [RequestFormat; 7] = [
    RequestFormat::Posthog,
    RequestFormat::Segment,
    RequestFormat::Otlp,
    RequestFormat::OtlpProtobuf,
    RequestFormat::Amplitude,
    RequestFormat::Mixpanel,
    RequestFormat::Ndjson,
];

pub(super) struct Scene {
    pub state: tempfile::TempDir,
    format: RequestFormat,
    pub collector: Collector,
}

impl Scene {
    pub fn new(format: RequestFormat, reply: impl Fn(usize) -> Reply + Send + 'static) -> Self {
        Self { state: tempfile::tempdir().unwrap(), format, collector: Collector::start(reply) }
    }

    pub fn destination(&self) -> Destination {
        let endpoint = Endpoint::parse(&self.collector.url_of(self.format.path())).unwrap();
        Destination { endpoint, app_id: KEY.into(), format: self.format }
    }

    pub fn record(&self, events: impl IntoIterator<Item = Event>) -> Vec<String> {
        let queue = Queue::new(self.state.path());
        let record = |event: Event| {
            queue.push(&event, None, Some(&self.destination())).unwrap();
            event.key().to_string()
        };
        events.into_iter().map(record).collect()
    }

    pub fn send(&self) -> SenderSummary {
        let summary = self.send_within(Deadlines::default());
        assert_eq!(summary.problem, None);
        summary
    }

    pub fn send_within(&self, deadlines: Deadlines) -> SenderSummary {
        let env = Env::from_iter([("X", "")]);
        let mut headers = HeaderMap::new();
        headers.insert("x-key", HeaderValue::from_static("s3cret"));
        let sender = Sender::new(self.state.path(), AGENT, &env).with_attempt(Attempt::AtOnce).with_clock(|| at(100));
        let sender = sender.with_headers(self.destination().digest(), headers);
        let allow = |_: Option<&Path>| SenderVerdict::Send;
        let sender = sender.with_deadlines(deadlines);
        sender.run(Arc::new(allow), Arc::new(|_: &Path| Properties::default()), &|_, _| {}).unwrap()
    }

    pub fn queued(&self) -> usize {
        Queue::new(self.state.path()).list().unwrap().len()
    }

    /// The keys and reasons of the dropped.
    fn dropped(&self) -> Vec<(usize, String)> {
        let entries = Journal::new(self.state.path()).read().unwrap().into_iter();
        let dropped = entries.filter(|entry| entry.outcome == EventOutcome::Dropped);
        dropped.map(|entry| (entry.count, entry.reason.unwrap_or_default())).collect()
    }
}

/// The keys of the events of a request.
pub(super) fn keys(format: RequestFormat, request: &Received) -> Vec<String> {
    let body = request.json();
    let each = |events: &Value, key: &dyn Fn(&Value) -> Value| -> Vec<String> {
        let events = events.as_array().unwrap_or_else(|| panic!("no events in {body:#}"));
        events.iter().map(|event| key(event).as_str().unwrap().to_owned()).collect()
    };
    match format {
        RequestFormat::Heap => unreachable!("it has tests of its own"),
        RequestFormat::Posthog => each(&body["batch"], &|event| event["uuid"].clone()),
        RequestFormat::Segment => each(&body["batch"], &|event| event["messageId"].clone()),
        RequestFormat::Amplitude => each(&body["events"], &|event| event["insert_id"].clone()),
        RequestFormat::Mixpanel => each(&body, &|event| event["properties"]["$insert_id"].clone()),
        RequestFormat::Otlp => each(&body["resourceLogs"][0]["scopeLogs"][0]["logRecords"], &|record| {
            attribute(record, "idempotency_key")["stringValue"].clone()
        }),
        RequestFormat::OtlpProtobuf => {
            let request = ExportLogsServiceRequest::decode(&request.body[..]).unwrap();
            let body = serde_json::to_value(request).unwrap();
            each(&body["resourceLogs"][0]["scopeLogs"][0]["logRecords"], &|record| {
                attribute(record, "idempotency_key")["stringValue"].clone()
            })
        }
        RequestFormat::Ndjson => {
            let lines = request.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            let key =
                |line: &[u8]| -> Value { serde_json::from_slice::<Value>(line).unwrap()["idempotency_key"].clone() };
            lines.map(|line| key(line).as_str().unwrap().to_owned()).collect()
        }
    }
}

fn attribute<'a>(record: &'a Value, key: &str) -> &'a Value {
    let attributes = record["attributes"].as_array().unwrap();
    attributes.iter().find(|attribute| attribute["key"] == key).map_or(&Value::Null, |attribute| &attribute["value"])
}

/// An event of every kind of value.
fn full() -> Event {
    let mut event = event(1);
    event.set_below(Properties::of_pairs([
        ("words", json!(u64::MAX)),
        ("count", json!(-7)),
        ("share", json!(0.5)),
        ("is_long", json!(true)),
        ("tags", json!(["a", "b"])),
        ("language", json!("de")),
    ]));
    event
}

#[test]
fn every_receiver_gets_each_event_once_with_its_key() {
    for format in FORMATS {
        let scene = Scene::new(format, |_| Reply::Status(200, ""));
        let mut recorded = scene.record((0..50).map(event));
        let summary = scene.send();
        assert_eq!((summary.sent, summary.ending), (50, SenderEnding::Done), "{format:?}");
        let requests = scene.collector.requests();
        let mut arrived: Vec<_> = requests.iter().flat_map(|request| keys(format, request)).collect();
        arrived.sort();
        recorded.sort();
        assert_eq!(arrived, recorded, "{format:?}");
        for request in &requests {
            assert_eq!(request.header("x-key"), Some("s3cret"), "{format:?}");
            assert_eq!(request.header("user-agent"), Some(AGENT), "{format:?}");
        }
        assert_eq!(scene.queued(), 0);
    }
}

#[test]
fn each_form_has_what_its_interface_documents() {
    let one = |format| {
        let scene = Scene::new(format, |_| Reply::Status(200, ""));
        let keys = scene.record([full()]);
        assert_eq!(scene.send().sent, 1);
        (scene.collector.requests()[0].clone(), keys[0].clone())
    };
    let properties = json!({
        "words": u64::MAX, "count": -7, "share": 0.5, "is_long": true, "tags": ["a", "b"], "language": "de",
    });
    let time = "2027-01-15T08:00:01.000000Z";

    let (request, key) = one(RequestFormat::Posthog);
    let mut with_library = properties.clone();
    for (name, value) in [
        ("$lib", json!("notes")),
        ("$lib_version", json!("1.2")),
        ("$process_person_profile", json!(false)),
        ("$geoip_disable", json!(true)),
    ] {
        with_library[name] = value;
    }
    assert_eq!(
        request.json(),
        json!({"api_key": KEY, "batch": [{
            "uuid": key, "event": "note_added", "distinct_id": USER, "timestamp": time, "properties": with_library,
        }]})
    );

    let (request, key) = one(RequestFormat::Segment);
    assert_eq!(request.header("authorization"), Some("Basic azN5Og=="));
    assert_eq!(
        request.json(),
        json!({"batch": [{
            "type": "track", "messageId": key, "event": "note_added", "anonymousId": USER, "timestamp": time,
            "properties": properties, "context": {"library": {"name": "notes", "version": "1.2"}},
        }]})
    );

    let (request, key) = one(RequestFormat::Amplitude);
    assert_eq!(
        request.json(),
        json!({"api_key": KEY, "options": {"min_id_length": 1}, "events": [{
            "event_type": "note_added", "device_id": USER, "time": 1_800_000_001_000_u64, "insert_id": key,
            "event_properties": properties, "library": AGENT,
        }]})
    );

    let (request, key) = one(RequestFormat::Mixpanel);
    assert_eq!(request.header("authorization"), Some("Basic azN5Og=="));
    let mut whole = properties;
    whole["time"] = json!(1_800_000_001_000_u64);
    whole["distinct_id"] = json!(USER);
    whole["$insert_id"] = json!(key);
    assert_eq!(request.json(), json!([{"event": "note_added", "properties": whole}]));

    let (json, _) = one(RequestFormat::Otlp);
    let (protobuf, _) = one(RequestFormat::OtlpProtobuf);
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(protobuf.header("content-type"), Some("application/x-protobuf"));
    let record = json.json()["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0].clone();
    assert_eq!(record["eventName"], "note_added");
    assert_eq!(record["timeUnixNano"], "1800000001000000000");
    assert_eq!(attribute(&record, "count"), &json!({"intValue": "-7"}));
    assert_eq!(attribute(&record, "identity"), &json!({"stringValue": USER}));
    let decoded = ExportLogsServiceRequest::decode(&protobuf.body[..]).unwrap();
    let decoded = &decoded.resource_logs[0].scope_logs[0].log_records[0];
    assert_eq!((decoded.event_name.as_str(), decoded.time_unix_nano), ("note_added", 1_800_000_001_000_000_000));
}

/// What an answer leaves of three events: sent, dropped, queued.
fn left_by(format: RequestFormat, reply: Reply) -> (usize, usize, usize) {
    let scene = Scene::new(format, move |_| reply.clone());
    scene.record((0..3).map(event));
    let summary = scene.send();
    assert_eq!(scene.queued() + summary.sent + summary.dropped, 3, "{format:?} loses nothing without a word");
    (summary.sent, summary.dropped, scene.queued())
}

#[test]
fn what_can_pass_is_kept_and_what_cannot_is_told() {
    const SENT: (usize, usize, usize) = (3, 0, 0);
    const DROPPED: (usize, usize, usize) = (0, 3, 0);
    const KEPT: (usize, usize, usize) = (0, 0, 3);
    use RequestFormat::{Amplitude, Mixpanel, Otlp, OtlpProtobuf, Posthog, Segment};
    for format in FORMATS {
        for status in [200, 204] {
            assert_eq!(left_by(format, Reply::Status(status, "")), SENT, "{format:?} {status}");
        }
        for status in [429, 502, 503, 504] {
            assert_eq!(left_by(format, Reply::Status(status, "")), KEPT, "{format:?} {status}");
        }
        for reply in [Reply::Hangup, Reply::Redirect(302, "http://127.0.0.1:1/".into())] {
            assert_eq!(left_by(format, reply), KEPT, "{format:?}");
        }
        assert_eq!(left_by(format, Reply::Endless), SENT, "{format:?}: nobody reads on");
        // One event after the other is too large.
        assert_eq!(left_by(format, Reply::Status(413, "")), DROPPED, "{format:?}");
    }
    for format in [Posthog, Segment, Amplitude, Mixpanel, Otlp, OtlpProtobuf] {
        for status in [401, 403] {
            assert_eq!(left_by(format, Reply::Status(status, "")), KEPT, "{format:?}: the key may be known tomorrow");
        }
        for reply in [Reply::Status(404, ""), Reply::Says(400, "{}".into()), Reply::Says(400, "\u{1b}[31m".into())] {
            assert_eq!(left_by(format, reply), DROPPED, "{format:?}");
        }
    }
    for format in [Posthog, Segment, Amplitude, Mixpanel] {
        assert_eq!(left_by(format, Reply::Status(500, "")), KEPT, "{format:?}");
    }
    for format in [Otlp, OtlpProtobuf] {
        assert_eq!(left_by(format, Reply::Status(500, "")), DROPPED, "{format:?} has only four tried again");
    }
    let unknown = r#"{"code":400,"error":"Invalid API key: k3y"}"#;
    assert_eq!(left_by(Amplitude, Reply::Says(400, unknown.into())), KEPT);
}

/// A receiver that names bad events in its first answer.
fn bad_events_are_dropped(format: RequestFormat, answer: &'static str, reasons: &[&str]) {
    let scene = Scene::new(format, move |index| match index {
        0 => Reply::Says(400, answer.into()),
        _ => Reply::Status(200, ""),
    });
    let recorded = scene.record((0..6).map(event));
    let summary = scene.send();
    assert_eq!((summary.sent, summary.dropped, summary.requests), (4, 2, 2), "{format:?}");
    let good: BTreeSet<_> = keys(format, &scene.collector.requests()[1]).into_iter().collect();
    let expected = [0, 2, 3, 5].map(|place: usize| recorded[place].clone());
    assert_eq!(good, expected.into_iter().collect(), "{format:?}");
    let dropped = scene.dropped();
    assert_eq!(dropped.len(), 2);
    for reason in reasons {
        assert!(dropped.iter().any(|(_, told)| told.contains(reason)), "{reason} in {dropped:?}");
    }
}

#[test]
fn events_that_a_receiver_names_are_dropped_and_the_others_sent_again() {
    bad_events_are_dropped(
        RequestFormat::Amplitude,
        r#"{"code":400,"error":"Request missing required field","events_with_invalid_fields":{"time":[1]},
            "events_with_missing_fields":{"event_type":[4, 99, -1, "2", null]},"silenced_events":{"2":3}}"#,
        &["`time` is not valid", "`event_type` is missing"],
    );
    bad_events_are_dropped(
        RequestFormat::Mixpanel,
        r#"{"code":400,"error":"some data points in the request failed validation","failed_records":[
            {"index":1,"insert_id":"x","field":"properties.time","message":"'properties.time' is invalid"},
            {"index":4,"field":"event\u001b[31m","message":"m"},{"index":4000},
            {"index":4,"field":"a"},{"index":-1},{"index":"2"},7],"num_records_imported":4}"#,
        &["`properties.time` is not valid", "is not valid"],
    );
}

/// Of an answer that is cut off, or is none of the documented, no good event suffers.
#[test]
fn events_that_a_receiver_refuses_without_a_name_are_found_by_halves() {
    for format in [RequestFormat::Amplitude, RequestFormat::Mixpanel] {
        for said in ["half of a docu", "[]", ""] {
            let scene = Scene::new(format, move |_| Reply::Says(400, said.into()));
            scene.record((0..1).map(event));
            assert_eq!(scene.send().dropped, 1);
            let scene = Scene::new(format, move |index| match index {
                0 | 1 => Reply::Says(400, said.into()),
                _ => Reply::Status(200, ""),
            });
            scene.record((0..12).map(event));
            let summary = scene.send();
            assert_eq!((summary.sent, summary.dropped), (12, 0), "{format:?} {said}");
        }
    }
}

/// A property of an event's own is none of the receiver's.
#[test]
fn no_property_stands_in_for_what_a_receiver_goes_by() {
    let names = [
        "time",
        "distinct_id",
        "$insert_id",
        "$process_person_profile",
        "$geoip_disable",
        "identity",
        "idempotency_key",
        "event.name",
        "uuid",
        "messageId",
    ];
    for format in FORMATS {
        let scene = Scene::new(format, |_| Reply::Status(200, ""));
        let mut event = event(1);
        event.set_below(Properties::of_pairs(names.map(|name| (name, json!("forged")))));
        let recorded = scene.record([event]);
        assert_eq!(scene.send().sent, 1, "{format:?}");
        let request = &scene.collector.requests()[0];
        assert_eq!(keys(format, request), recorded, "{format:?}");
        assert!(String::from_utf8_lossy(&request.body).contains(USER), "{format:?}");
        if format == RequestFormat::Posthog {
            assert_eq!(request.json()["batch"][0]["properties"]["$process_person_profile"], false);
        }
    }
}

/// A receiver that finds fault with one event after the other ends with none, and not never.
#[test]
fn a_receiver_that_always_finds_another_fault_ends() {
    let scene = Scene::new(RequestFormat::Mixpanel, |_| Reply::Says(400, r#"{"failed_records":[{"index":0}]}"#.into()));
    scene.record((0..5).map(event));
    let summary = scene.send();
    assert_eq!((summary.sent, summary.dropped, summary.requests), (0, 5, 5));
}

#[test]
fn requests_stay_below_what_an_interface_takes() {
    let long = |number: u64, length: usize| {
        let mut event = event(number);
        event.set_below(Properties::of_pairs([("text", json!("x".repeat(length)))]));
        event
    };
    for format in FORMATS {
        let scene = Scene::new(format, |_| Reply::Status(200, ""));
        let mut recorded = scene.record((0..60).map(|number| long(number, 20_000)));
        assert_eq!(scene.send().sent, 60, "{format:?}");
        let requests = scene.collector.requests();
        assert!(requests.iter().all(|request| request.body.len() <= format.limits().bytes), "{format:?}");
        let mut arrived: Vec<_> = requests.iter().flat_map(|request| keys(format, request)).collect();
        arrived.sort();
        recorded.sort();
        assert_eq!(arrived, recorded, "{format:?}");
    }
    let scene = Scene::new(RequestFormat::Segment, |_| Reply::Status(200, ""));
    scene.record([long(0, 40_000), long(1, 10)]);
    let summary = scene.send();
    assert_eq!((summary.sent, summary.dropped), (1, 1));
    assert_eq!(scene.dropped(), [(1, "larger than an event that the endpoint takes".to_owned())]);
}

/// A key of one endpoint is not for another.
#[test]
fn headers_go_to_the_endpoint_of_the_settings_alone() {
    let scene = Scene::new(RequestFormat::Posthog, |_| Reply::Status(200, ""));
    let other = Collector::ok();
    let endpoint = Endpoint::parse(&other.url()).unwrap();
    let elsewhere = Destination { endpoint, app_id: "7".into(), format: RequestFormat::Heap };
    Queue::new(scene.state.path()).push(&event(1), None, Some(&elsewhere)).unwrap();
    scene.record([event(2)]);
    assert_eq!(scene.send().sent, 2);
    assert_eq!(other.requests()[0].header("x-key"), None);
    assert_eq!(scene.collector.requests()[0].header("x-key"), Some("s3cret"));
}
