//! What receivers say in the body of an answer, documented or not: each event has an outcome that
//! is true, and none is lost for what somebody in between says.

use std::{fmt::Write as _, io::Write as _, time::Duration};

use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use prost::Message as _;

use super::{
    collector::Reply,
    receivers::{FORMATS, Scene, keys},
};
use crate::{
    backoff::BackoffFile,
    event::Event,
    journal::{EventOutcome, Journal, LogEntry},
    request_format::RequestFormat,
    sender::{Deadlines, SenderEnding},
    support::{at, event},
};

impl Scene {
    fn logged(&self, outcome: EventOutcome) -> Vec<LogEntry> {
        let entries = Journal::new(self.state.path()).read().unwrap();
        entries.into_iter().filter(|entry| entry.outcome == outcome).collect()
    }

    /// In how many seconds there may be another attempt.
    fn waits(&self) -> u64 {
        let backoff = BackoffFile::new(self.state.path()).load(self.destination().digest());
        let until = backoff.and_then(|backoff| backoff.wait_until(at(100))).unwrap_or(at(100));
        until.duration_since(at(100)).unwrap().as_secs()
    }
}

fn raw(head: &str, body: &[u8]) -> Reply {
    Reply::Raw([format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes(), body].concat())
}

fn partial_in_protobuf(rejected: i64, message: &str) -> Vec<u8> {
    let partial = ExportLogsPartialSuccess { rejected_log_records: rejected, error_message: message.into() };
    ExportLogsServiceResponse { partial_success: Some(partial) }.encode_to_vec()
}

/// Nothing is sent again, by the protocol, and nobody is told that all is well.
#[test]
fn what_a_collector_rejects_of_a_batch_is_said_of_its_events() {
    let json =
        |count: &str| format!(r#"{{"partialSuccess":{{"rejectedLogRecords":{count},"errorMessage":"too\nold"}}}}"#);
    let bodies = [
        (RequestFormat::Otlp, json("\"2\"").into_bytes()),
        (RequestFormat::Otlp, json("2").into_bytes()),
        (RequestFormat::OtlpProtobuf, partial_in_protobuf(2, "too\nold")),
        // Some answer in another form than they are asked in.
        (RequestFormat::OtlpProtobuf, json("2").into_bytes()),
        (RequestFormat::Otlp, partial_in_protobuf(2, "too\nold")),
    ];
    for (format, body) in bodies {
        let scene = Scene::new(format, move |_| raw("200 OK", &body));
        scene.record((0..5).map(event));
        let summary = scene.send();
        assert_eq!((summary.sent, summary.rejected, summary.dropped, summary.requests), (5, 2, 0, 1), "{format:?}");
        let sent = scene.logged(EventOutcome::Sent);
        assert_eq!((sent.len(), scene.queued()), (5, 0));
        for entry in sent {
            let reason = entry.reason.unwrap();
            assert!(reason.starts_with("the endpoint has rejected 2 of the 5 sent at once, and not said which: too"));
            assert!(!reason.contains('\n'), "{reason:?}");
        }
    }
}

#[test]
fn what_a_collector_rejects_whole_is_dropped_and_told() {
    for (rejected, sent) in [(0, 3), (-1, 3), (3, 0), (4, 0), (i64::MAX, 0)] {
        let body = partial_in_protobuf(rejected, "no room");
        let scene = Scene::new(RequestFormat::OtlpProtobuf, move |_| raw("200 OK", &body));
        scene.record((0..3).map(event));
        let summary = scene.send();
        assert_eq!((summary.sent, summary.dropped, summary.rejected), (sent, 3 - sent, 0), "{rejected}");
        for entry in scene.logged(EventOutcome::Dropped) {
            assert_eq!(entry.reason.as_deref(), Some("the endpoint has rejected it: no room"));
        }
    }
}

/// Two users of one machine, by turns.
fn of_two(number: u64) -> Event {
    let user = if number.is_multiple_of(2) { "busy" } else { "idle" };
    Event::new("note_added", at(number), user)
}

#[test]
fn what_amplitude_throttles_waits_and_the_rest_is_sent_at_once() {
    let answers = [
        (r#"{"code":429,"throttled_devices":{"busy":11},"throttled_events":[0,2]}"#, [0, 2, 4].as_slice(), 30..61),
        (r#"{"code":429,"throttled_users":{"busy":11,"nobody":7}}"#, &[0, 2, 4], 30..61),
        (r#"{"code":429,"throttled_events":[1,1,99,-1,"2"]}"#, &[1], 30..61),
        (r#"{"code":429,"exceeded_daily_quota_devices":{"busy":500200}}"#, &[0, 2, 4], 3600..3601),
        (r#"{"code":429,"exceeded_daily_quota_users":{"busy":1},"throttled_events":[1]}"#, &[0, 1, 2, 4], 30..61),
    ];
    for (answer, held, waits) in answers {
        let scene = Scene::new(RequestFormat::Amplitude, move |index| match index {
            0 => Reply::Says(429, answer.into()),
            _ => Reply::Status(200, ""),
        });
        let recorded = scene.record((0..6).map(of_two));
        let summary = scene.send();
        let rest: Vec<_> = (0..6).filter(|place| !held.contains(place)).map(|place| recorded[place].clone()).collect();
        assert_eq!((summary.sent, summary.dropped, scene.queued()), (rest.len(), 0, held.len()), "{answer}");
        assert_eq!(keys(RequestFormat::Amplitude, &scene.collector.requests()[1]), rest, "{answer}");
        assert!(matches!(summary.ending, SenderEnding::Failed { .. }), "{answer}");
        let kept: usize = scene.logged(EventOutcome::Kept).iter().map(|entry| entry.count).sum();
        assert_eq!(kept, held.len());
        assert!(waits.contains(&scene.waits()), "{answer}: {}", scene.waits());
        // And nothing is twice.
        scene.send();
        assert_eq!(keys(RequestFormat::Amplitude, &scene.collector.requests()[2]).len(), held.len());
        assert_eq!(scene.queued(), 0);
    }
}

#[test]
fn too_many_requests_are_waited_out_as_long_as_is_documented() {
    for (format, least) in [(RequestFormat::Amplitude, 30), (RequestFormat::Mixpanel, 2)] {
        for body in ["", "{}", "<html>", r#"{"throttled_events":{"a":1},"throttled_devices":[1]}"#] {
            let scene = Scene::new(format, move |_| Reply::Says(429, body.into()));
            scene.record((0..3).map(of_two));
            assert_eq!((scene.send().sent, scene.queued()), (0, 3), "{format:?} {body}");
            assert!(scene.waits() >= least, "{format:?} {body}");
        }
        let scene = Scene::new(format, |_| Reply::Status(429, "Retry-After: 500\r\n"));
        scene.record([event(1)]);
        scene.send();
        assert_eq!(scene.waits(), 500);
    }
}

#[test]
fn events_beyond_a_quota_are_kept() {
    let scene =
        Scene::new(RequestFormat::Posthog, |_| Reply::Says(200, r#"{"status":1,"quota_limited":["events"]}"#.into()));
    scene.record((0..3).map(event));
    let summary = scene.send();
    assert_eq!((summary.sent, scene.queued()), (0, 3));
    assert!(scene.waits() >= 60);
    assert_eq!(
        scene.logged(EventOutcome::Kept)[0].reason.as_deref(),
        Some("the endpoint's quota of events is used up")
    );
    for other in [r#"{"status":1,"quota_limited":["recordings"]}"#, r#"{"status":"Ok"}"#, "1", ""] {
        let scene = Scene::new(RequestFormat::Posthog, move |_| Reply::Says(200, other.into()));
        scene.record([event(1)]);
        assert_eq!(scene.send().sent, 1, "{other}");
    }
}

/// Segment says nothing else of requests and events that are too large.
#[test]
fn a_batch_that_segment_cannot_take_is_taken_by_halves() {
    let scene = Scene::new(RequestFormat::Segment, |index| Reply::Status(if index < 2 { 400 } else { 200 }, ""));
    scene.record((0..12).map(event));
    let summary = scene.send();
    assert_eq!((summary.sent, summary.dropped), (12, 0));
}

/// Answers that nobody documents: nothing is lost for a redirect, a page or half an answer, and no
/// word of an answer is taken for one of ours.
#[test]
fn answers_that_nobody_documents_lose_nothing_without_a_word() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..8 {
        bomb.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let mut chunks = String::new();
    for _ in 0..2_000 {
        let _ = write!(chunks, "1000\r\n{}\r\n", "x".repeat(4096));
    }
    for format in FORMATS {
        // What is said with each, and whether the events are to be kept (or else sent).
        let answers = [
            (raw("200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json", &bomb), false),
            (raw("200 OK\r\nTransfer-Encoding: chunked", chunks.as_bytes()), false),
            (raw("200 OK\r\nContent-Length: 5000", b"half"), false),
            (raw("204 No Content", b""), false),
            (
                raw("100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0", b""),
                false,
            ),
            (raw("101 Switching Protocols\r\nUpgrade: x", b""), true),
            (raw("300 Multiple Choices\r\nContent-Length: 0", b""), true),
            (raw("304 Not Modified", b""), true),
            (raw("599 What\r\nContent-Length: 0", b""), !is_otlp(format)),
            (raw("999 What\r\nContent-Length: 0", b""), true),
            (Reply::Raw(Vec::new()), true),
            (Reply::Raw(b"\0\0\0\0".to_vec()), true),
            (Reply::Raw(b"SSH-2.0-x\r\n".to_vec()), true),
        ];
        for (reply, is_kept) in answers {
            let shown: String = match &reply {
                Reply::Raw(bytes) => String::from_utf8_lossy(bytes).chars().take(80).collect(),
                _ => String::new(),
            };
            let scene = Scene::new(format, move |_| reply.clone());
            scene.record((0..3).map(event));
            let summary = scene.send();
            let dropped: usize = scene.logged(EventOutcome::Dropped).iter().map(|entry| entry.count).sum();
            assert_eq!(summary.sent + dropped + scene.queued(), 3, "{format:?} {shown}");
            if is_kept {
                assert_eq!(scene.queued(), 3, "{format:?} {shown}");
            } else if !shown.contains("599") {
                assert_eq!(summary.sent, 3, "{format:?} {shown}");
            }
        }
        let teapot = Scene::new(format, |_| Reply::Status(418, ""));
        teapot.record((0..3).map(event));
        assert_eq!(teapot.send().dropped, 3, "{format:?}");
        assert!(
            teapot.logged(EventOutcome::Dropped).iter().all(|entry| entry.reason.as_ref().unwrap().contains("418"))
        );
    }
}

fn is_otlp(format: RequestFormat) -> bool {
    matches!(format, RequestFormat::Otlp | RequestFormat::OtlpProtobuf)
}

/// As the page of a hotel's network, where somebody is to sign in first.
#[test]
fn a_web_page_is_no_receiver() {
    for format in FORMATS {
        let scene =
            Scene::new(format, |_| raw("200 OK\r\nContent-Type: Text/HTML; charset=utf-8", b"<h1>Welcome</h1>"));
        scene.record((0..3).map(event));
        let is_own = format == RequestFormat::Ndjson;
        assert_eq!(scene.send().sent, if is_own { 3 } else { 0 }, "{format:?}");
        assert_eq!(scene.queued(), if is_own { 0 } else { 3 }, "{format:?}");
    }
}

/// An answer that comes byte by byte holds nobody longer than a request may take.
#[test]
fn an_answer_that_does_not_end_is_read_no_longer_than_a_request_may_take() {
    for format in [RequestFormat::Otlp, RequestFormat::Posthog] {
        let scene = Scene::new(format, |_| Reply::Trickle);
        scene.record([event(1)]);
        let deadlines = Deadlines { request: Duration::from_millis(300), ..Deadlines::default() };
        let summary = scene.send_within(deadlines);
        assert_eq!((summary.sent, summary.ending), (1, SenderEnding::Done), "{format:?}");
    }
}

/// A receiver that repeats what it was told.
#[test]
fn no_answer_brings_a_key_into_the_log() {
    let partial = r#"{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"bad header x-key: s3cret"}}"#;
    let failed = r#"{"failed_records":[{"index":0,"field":"s3cret"}]}"#;
    for (format, reply) in [
        (RequestFormat::Otlp, Reply::Says(200, partial.into())),
        (RequestFormat::Mixpanel, Reply::Says(400, failed.into())),
        (RequestFormat::Amplitude, Reply::Says(400, r#"{"events_with_invalid_fields":{"s3cret":[0]}}"#.into())),
    ] {
        let scene = Scene::new(format, move |_| reply.clone());
        scene.record((0..2).map(event));
        scene.send();
        let log = std::fs::read_to_string(scene.state.path().join("log.ndjson")).unwrap();
        assert!(log.contains("***") && !log.contains("s3cret"), "{format:?}: {log}");
    }
}
