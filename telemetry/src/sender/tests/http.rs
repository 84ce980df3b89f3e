//! The sender against a real HTTP server on loopback: nothing lost, nothing doubled, nothing
//! against the user's will.

use std::{
    cell::{Cell, RefCell},
    fs::{self, File},
    ops::Range,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, SystemTime},
};

use super::collector::{Collector, Reply};
use crate::{
    backoff::{Backoff, BackoffFile},
    destination::Destination,
    endpoint::Endpoint,
    env::Env,
    event::Event,
    journal::{EventOutcome, Journal, LogEntry},
    queue::{Queue, QueueBounds},
    record::RecordName,
    request_format::RequestFormat,
    schema::Properties,
    sender::{Attempt, Deadlines, Sender, SenderEnding, SenderSummary, SenderVerdict, is_sender_needed},
    support::{at, event},
};

/// When the sender runs.
fn now() -> SystemTime {
    at(100)
}

struct Scene {
    state: tempfile::TempDir,
    /// Events that are recorded for the endpoint of the next run.
    pending: RefCell<Vec<Event>>,
}

impl Scene {
    fn new(events: u64) -> Self {
        let scene = Self { state: tempfile::tempdir().unwrap(), pending: RefCell::default() };
        scene.record(0..events);
        scene
    }

    fn record(&self, events: Range<u64>) {
        self.pending.borrow_mut().extend(events.map(event));
    }

    /// Records what is pending.
    fn settle(&self, url: &str) {
        for event in self.pending.borrow_mut().drain(..) {
            push(self.path(), &event, url);
        }
    }

    fn path(&self) -> &Path {
        self.state.path()
    }

    fn queue(&self) -> Queue {
        Queue::new(self.path())
    }

    fn queued(&self) -> usize {
        self.pending.borrow().len() + self.queue().list().unwrap().len()
    }

    fn run(&self, url: &str, verdict: impl Verdict) -> SenderSummary {
        self.run_with(url, verdict, Deadlines::default(), &Env::from_iter([("X", "")]), Attempt::AtOnce)
    }

    fn run_with(
        &self,
        url: &str,
        verdict: impl Verdict,
        deadlines: Deadlines,
        env: &Env,
        attempt: Attempt,
    ) -> SenderSummary {
        self.settle(url);
        let sender = Sender::new(self.path(), "notes/1", env).with_clock(now);
        let sender = sender.with_deadlines(deadlines).with_attempt(attempt);
        let summary = sender.run(Arc::new(verdict), Arc::new(know_nothing), &|_, _| {}).unwrap();
        assert_eq!(summary.problem, None);
        summary
    }

    /// A person asks at this time, in a process of its own.
    fn run_at(&self, url: &str, time: u64) -> SenderSummary {
        thread_local!(static NOW: Cell<u64> = const { Cell::new(0) });
        NOW.set(time);
        let env = Env::from_iter([("X", "")]);
        self.settle(url);
        let sender = Sender::new(self.path(), "notes/1", &env).with_clock(|| at(NOW.get()));
        let sender = sender.with_attempt(Attempt::AtOnce);
        sender.run(Arc::new(allow), Arc::new(know_nothing), &|_, _| {}).unwrap()
    }

    fn logged(&self, outcome: EventOutcome) -> Vec<(usize, Option<String>)> {
        let entries = Journal::new(self.path()).read().unwrap().into_iter();
        entries.filter(|entry| entry.outcome == outcome).map(|entry| (entry.count, entry.reason)).collect()
    }

    fn backoff(&self, url: &str) -> Option<Backoff> {
        BackoffFile::new(self.path()).load(destination(url).digest())
    }
}

/// What a project says of its consent.
trait Verdict: Fn(Option<&Path>) -> SenderVerdict + Send + Sync + 'static {}
impl<F: Fn(Option<&Path>) -> SenderVerdict + Send + Sync + 'static> Verdict for F {}

fn destination(url: &str) -> Destination {
    Destination { endpoint: Endpoint::parse(url).unwrap(), app_id: "7".into(), format: RequestFormat::Heap }
}

fn push(state: &Path, event: &Event, url: &str) {
    let is_even = event.at().duration_since(at(0)).unwrap().as_secs().is_multiple_of(2);
    let project = Path::new(if is_even { "/even" } else { "/odd" });
    Queue::new(state).push(event, Some(project), Some(&destination(url))).unwrap();
}

fn is_needed(scene: &Scene, url: &str, now: SystemTime) -> bool {
    is_sender_needed(scene.path(), destination(url).digest(), now)
}

fn know_nothing(_: &Path) -> Properties {
    Properties::default()
}

fn allow(_: Option<&Path>) -> SenderVerdict {
    SenderVerdict::Send
}

#[test]
fn one_event_goes_as_it_is_and_several_in_bulk_in_order() {
    let collector = Collector::ok();
    let scene = Scene::new(1);
    let summary = scene.run(&collector.url(), allow);
    assert_eq!(
        summary,
        SenderSummary {
            sent: 1,
            rejected: 0,
            refused: 0,
            dropped: 0,
            requests: 1,
            ending: SenderEnding::Done,
            problem: None
        }
    );
    assert_eq!(collector.bodies()[0]["app_id"], "7");
    assert_eq!(collector.bodies()[0]["event"], "note_added");

    scene.record(10..15);
    scene.settle(&collector.url());
    let keys: Vec<_> = scene.queue().list().unwrap().iter().map(|name| name.key().to_string()).collect();
    assert_eq!(scene.run(&collector.url(), allow).requests, 1);
    assert_eq!(collector.bodies()[1]["app_id"], "7");
    assert_eq!(collector.keys()[1..], keys);
    assert_eq!(scene.queued(), 0);
    assert_eq!(scene.logged(EventOutcome::Sent), vec![(1, None); 6]);
}

#[test]
fn an_empty_queue_costs_no_request_and_no_file() {
    let scene = Scene::new(0);
    let summary = scene.run("http://127.0.0.1:9/", allow);
    assert_eq!((summary.requests, summary.ending), (0, SenderEnding::Done));
    assert_eq!(fs::read_dir(scene.path()).unwrap().count(), 0);
}

#[test]
fn thousands_of_events_take_few_requests_and_no_more_than_a_thousand_a_minute() {
    let collector = Collector::ok();
    let scene = Scene::new(2_500);
    scene.settle(&collector.url());
    // Heap takes a thousand a minute, whoever asks.
    for (clock, requests) in [(100, 1), (100, 1), (160, 1), (161, 2), (221, 2), (222, 3), (222, 3)] {
        scene.run_at(&collector.url(), clock);
        assert_eq!(collector.requests().len(), requests, "at {clock}");
    }
    let sizes: Vec<_> = collector.bodies().iter().map(|body| body["events"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [1000, 1000, 500]);
    assert_eq!(scene.queued(), 0);
    let mut keys = collector.keys();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 2_500);
}

#[test]
fn withdrawn_consent_deletes_instead_of_sending() {
    let collector = Collector::ok();
    let scene = Scene::new(6);
    let refuse_odd = |project: Option<&Path>| match project {
        Some(project) if project == Path::new("/odd") => SenderVerdict::Refuse("consent withdrawn".into()),
        _ => SenderVerdict::Send,
    };
    let summary = scene.run(&collector.url(), refuse_odd);
    assert_eq!((summary.sent, summary.refused), (3, 3));
    assert_eq!(collector.keys().len(), 3);
    assert_eq!(scene.queued(), 0);
    assert_eq!(scene.logged(EventOutcome::Dropped), [(3, Some("consent withdrawn".into()))]);
    let log = fs::read_to_string(scene.path().join("log.ndjson")).unwrap();
    let dropped = log.lines().find(|line| line.contains("dropped")).unwrap();
    assert!(!dropped.contains("note_added"), "nothing but their keys is kept: {dropped}");

    scene.record(0..4);
    let refuse = |_: Option<&Path>| SenderVerdict::Refuse("DO_NOT_TRACK is set".into());
    assert_eq!(scene.run(&collector.url(), refuse).requests, 0);
    assert_eq!(scene.queued(), 0);
}

#[test]
fn consent_is_asked_for_again_before_each_batch() {
    let collector = Arc::new(Collector::ok());
    let scene = Scene::new(1_500);
    let asked = Arc::clone(&collector);
    let withdrawn_during_the_first_batch = move |_: Option<&Path>| {
        if asked.bodies().is_empty() { SenderVerdict::Send } else { SenderVerdict::Refuse("withdrawn".into()) }
    };
    let summary = scene.run(&collector.url(), withdrawn_during_the_first_batch);
    assert_eq!((summary.sent, summary.refused, summary.requests), (1_000, 500, 1));
}

#[test]
fn what_can_pass_keeps_the_events_and_waits() {
    for reply in [
        Reply::Status(407, ""),
        Reply::Status(408, ""),
        Reply::Status(425, ""),
        Reply::Status(429, ""),
        Reply::Status(500, ""),
        Reply::Status(503, ""),
        Reply::Status(304, ""),
        Reply::Hangup,
    ] {
        let collector = Collector::start(move |_| reply.clone());
        let scene = Scene::new(3);
        for failures in 1..=3 {
            let summary = scene.run(&collector.url(), allow);
            let SenderEnding::Failed { reason, .. } = &summary.ending else { panic!("{summary:?}") };
            assert!(!reason.is_empty() && !reason.contains("127.0.0.1"), "{reason}");
            assert_eq!(scene.backoff(&collector.url()).unwrap().failures(), failures);
        }
        assert_eq!(collector.bodies().len(), 3);
        assert_eq!(scene.queued(), 3);
        assert_eq!(scene.logged(EventOutcome::Kept).len(), 3);
    }
}

#[test]
fn an_endpoint_that_is_not_there_keeps_the_events() {
    let scene = Scene::new(1);
    let url = Collector::ok().url();
    let summary = scene.run(&url, allow);
    let SenderEnding::Failed { reason, .. } = summary.ending else { panic!("{summary:?}") };
    assert!(reason.starts_with("cannot connect: "), "{reason}");
    assert_eq!(scene.queued(), 1);
}

#[test]
fn a_back_off_is_kept_until_its_time_and_ends_with_success() {
    let collector = Collector::start(|n| match n {
        0 => Reply::Status(503, "Retry-After: 7200\r\n"),
        _ => Reply::Status(200, ""),
    });
    let scene = Scene::new(1);
    scene.run(&collector.url(), allow);
    let until = scene.backoff(&collector.url()).unwrap().wait_until(now()).unwrap();
    assert_eq!(until, now() + Duration::from_secs(7200));
    assert!(!is_needed(&scene, &collector.url(), now()));
    assert!(is_needed(&scene, &collector.url(), until));

    let waiting = scene.run_with(&collector.url(), allow, Deadlines::default(), &Env::process(), Attempt::WhenDue);
    assert_eq!((waiting.ending, waiting.requests), (SenderEnding::Waiting { until }, 0));

    assert_eq!(scene.run(&collector.url(), allow).ending, SenderEnding::Done);
    assert_eq!(scene.backoff(&collector.url()), None);
    assert!(is_needed(&scene, &collector.url(), now()));
}

#[test]
fn retry_after_may_be_a_date() {
    // One hour after `now()`.
    let collector = Collector::start(|_| Reply::Status(429, "Retry-After: Fri, 15 Jan 2027 09:01:40 GMT\r\n"));
    let scene = Scene::new(1);
    scene.run(&collector.url(), allow);
    let backoff = scene.backoff(&collector.url()).unwrap();
    assert_eq!(backoff.wait_until(now()), Some(now() + Duration::from_secs(3600)));
}

#[test]
fn what_cannot_pass_drops_the_events_and_says_so() {
    for status in [400, 401, 403, 404, 422] {
        let collector = Collector::start(move |_| Reply::Status(status, ""));
        let scene = Scene::new(2);
        let summary = scene.run(&collector.url(), allow);
        assert_eq!((summary.dropped, summary.requests, &summary.ending), (2, 1, &SenderEnding::Done));
        assert_eq!(scene.queued(), 0);
        let (_, reason) = scene.logged(EventOutcome::Dropped).remove(0);
        assert!(reason.unwrap().starts_with(&format!("the endpoint answered {status}")));
    }
}

#[test]
fn a_batch_too_large_is_halved_and_a_single_event_too_large_dropped() {
    let collector = Collector::start(|n| Reply::Status(if n < 2 { 413 } else { 200 }, ""));
    let scene = Scene::new(10);
    let summary = scene.run(&collector.url(), allow);
    assert_eq!((summary.sent, summary.requests), (10, 7));
    assert_eq!(scene.queued(), 0);

    let collector = Collector::start(|_| Reply::Status(413, ""));
    let scene = Scene::new(2);
    let summary = scene.run(&collector.url(), allow);
    assert_eq!((summary.dropped, summary.requests), (2, 3));
}

#[test]
fn a_redirect_is_followed_with_the_body_and_at_home_only() {
    let elsewhere = Collector::ok();
    for status in [301, 302, 303, 307, 308] {
        let url = elsewhere.url();
        let collector = Collector::start(move |_| Reply::Redirect(status, url.clone()));
        let scene = Scene::new(1);
        assert!(matches!(scene.run(&collector.url(), allow).ending, SenderEnding::Failed { .. }));
        assert_eq!(scene.queued(), 1);
    }
    assert!(elsewhere.bodies().is_empty());

    let collector = Collector::start(|n| match n {
        0 => Reply::Redirect(308, "/moved".into()),
        _ => Reply::Status(200, ""),
    });
    let scene = Scene::new(1);
    assert_eq!(scene.run(&collector.url(), allow).sent, 1);
    assert_eq!(collector.bodies()[0], collector.bodies()[1]);

    let collector = Collector::start(|_| Reply::Redirect(307, "/again".into()));
    let scene = Scene::new(1);
    assert!(matches!(scene.run(&collector.url(), allow).ending, SenderEnding::Failed { .. }));
    assert_eq!((collector.bodies().len(), scene.queued()), (6, 1));
}

#[test]
fn an_endpoint_that_never_answers_costs_a_deadline_and_no_event() {
    let collector = Collector::start(|_| Reply::Silence);
    let scene = Scene::new(2);
    let short = Deadlines { request: Duration::from_millis(50), ..Deadlines::default() };
    let summary = scene.run_with(&collector.url(), allow, short, &Env::process(), Attempt::AtOnce);
    let SenderEnding::Failed { reason, .. } = summary.ending else { panic!("{summary:?}") };
    assert_eq!(reason, "no answer in time");
    assert_eq!(scene.queued(), 2);

    let none = Deadlines { run: Duration::ZERO, ..Deadlines::default() };
    let summary = scene.run_with(&collector.url(), allow, none, &Env::process(), Attempt::AtOnce);
    assert_eq!((summary.ending, summary.requests), (SenderEnding::OutOfTime, 0));
}

#[test]
fn a_response_without_end_is_not_read() {
    let collector = Collector::start(|_| Reply::Endless);
    let scene = Scene::new(1);
    assert_eq!(scene.run(&collector.url(), allow).sent, 1);
}

#[test]
fn damaged_records_are_dropped_and_the_others_sent() {
    let collector = Collector::ok();
    let scene = Scene::new(3);
    scene.settle(&collector.url());
    let new = scene.path().join("queue/new");
    let name = scene.queue().list().unwrap().remove(0);
    let folder = new.join(name.project().to_string());
    fs::write(folder.join(name.to_string()), "").unwrap();
    fs::write(new.join("garbage"), "x").unwrap();
    fs::write(folder.join("garbage"), "x").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    let summary = scene.run(&collector.url(), allow);
    assert_eq!((summary.sent, summary.dropped, summary.ending), (2, 1, SenderEnding::Done));
    assert_eq!(scene.queued(), 0);
    assert!(new.join("garbage").exists() && folder.join("garbage").exists(), "what is not ours is left alone");
}

#[test]
fn too_many_and_too_old_records_are_dropped_with_the_reason() {
    let collector = Collector::ok();
    let scene = Scene::new(6);
    let bounds = QueueBounds { records: 2, age: Duration::from_secs(98), ..QueueBounds::default() };
    scene.settle(&collector.url());
    let env = Env::process();
    let sender = Sender::new(scene.path(), "notes/1", &env).with_clock(now);
    let sender = sender.with_queue(Queue::with_bounds(scene.path(), bounds));
    let summary = sender.run(Arc::new(allow), Arc::new(know_nothing), &|_, _| {}).unwrap();
    assert_eq!((summary.sent, summary.dropped), (2, 4));
    let dropped = scene.logged(EventOutcome::Dropped);
    assert_eq!(dropped, [(2, Some("too old".into())), (2, Some("the queue was full".into()))]);
}

#[test]
fn there_is_one_sender_at_a_time() {
    let collector = Collector::ok();
    let scene = Scene::new(1);
    let lock = File::create(scene.path().join("sender.lock")).unwrap();
    assert!(is_needed(&scene, &collector.url(), now()));
    lock.try_lock().unwrap();
    assert!(!is_needed(&scene, &collector.url(), now()));
    let summary = scene.run(&collector.url(), allow);
    assert_eq!((summary.ending, summary.requests), (SenderEnding::Elsewhere, 0));
    drop(lock);
    assert!(is_needed(&scene, &collector.url(), now()));
    assert_eq!(scene.run(&collector.url(), allow).sent, 1);
}

/// An event recorded while the sender works, whose command saw the lock held, is not left behind.
#[test]
fn events_that_come_during_a_run_are_sent_by_it() {
    let collector = Collector::ok();
    let scene = Scene::new(1);
    let (late, state, url) = (AtomicU64::new(10), scene.path().to_owned(), collector.url());
    let records_more = move |_: Option<&Path>| {
        let n = late.fetch_add(1, Ordering::Relaxed);
        if n < 13 {
            push(&state, &event(n), &url);
            assert!(!is_sender_needed(&state, destination(&url).digest(), now()));
        }
        SenderVerdict::Send
    };
    let summary = scene.run(&collector.url(), records_more);
    assert_eq!((summary.sent, summary.ending), (4, SenderEnding::Done));
    assert_eq!(scene.queued(), 0);
}

#[test]
fn the_proxy_is_the_environments() {
    let proxy = Collector::ok();
    let scene = Scene::new(1);
    let env: Env = [("http_proxy", proxy.url())].into_iter().collect();
    let url = "http://collector.invalid/api/track";
    let summary = scene.run_with(url, allow, Deadlines::default(), &env, Attempt::AtOnce);
    assert_eq!((summary.sent, proxy.keys().len()), (1, 1));

    scene.record(4..5);
    let bare = proxy.url().replace("http://127.0.0.1", "localhost").replace("/api/track", "");
    let env: Env = [("ALL_PROXY", bare)].into_iter().collect();
    assert_eq!(scene.run_with(url, allow, Deadlines::default(), &env, Attempt::AtOnce).sent, 1);
    assert_eq!(proxy.keys().len(), 2);

    scene.record(5..6);
    let env: Env = [("HTTP_PROXY", proxy.url()), ("NO_PROXY", "127.0.0.1".into())].into_iter().collect();
    let direct = Collector::ok();
    assert_eq!(scene.run_with(&direct.url(), allow, Deadlines::default(), &env, Attempt::AtOnce).sent, 1);
    assert_eq!((direct.keys().len(), proxy.keys().len()), (1, 2));
}

#[test]
fn a_state_that_cannot_be_written_is_an_error() {
    let scene = Scene::new(1);
    fs::create_dir(scene.path().join("sender.lock")).unwrap();
    scene.settle("http://127.0.0.1:9/");
    let env = Env::process();
    let error = Sender::new(scene.path(), "notes/1", &env)
        .run(Arc::new(allow), Arc::new(know_nothing), &|_, _| {})
        .unwrap_err();
    assert!(error.to_string().ends_with("sender.lock is not a regular file"), "{error}");
    assert_eq!(scene.queued(), 1);
}

#[test]
fn each_event_goes_where_it_was_recorded_for_and_one_for_nowhere_never_leaves() {
    let (one, other) = (Collector::ok(), Collector::ok());
    let scene = Scene::new(0);
    let queue = scene.queue();
    queue.push(&event(1), None, Some(&destination(&one.url()))).unwrap();
    queue.push(&event(2), None, None).unwrap();
    queue.push(&event(3), None, Some(&Destination { app_id: "8".into(), ..destination(&other.url()) })).unwrap();
    queue.push(&event(4), None, Some(&destination(&one.url()))).unwrap();
    assert_eq!(scene.run(&one.url(), allow).sent, 3);
    assert_eq!((one.keys().len(), other.keys().len()), (2, 1));
    assert_eq!((&one.bodies()[0]["app_id"], &other.bodies()[0]["app_id"]), (&"7".into(), &"8".into()));
    assert_eq!(queue.list().unwrap().iter().map(RecordName::destination).collect::<Vec<_>>(), [None]);
}

#[test]
fn an_endpoint_that_fails_holds_up_no_other() {
    let (down, up) = (Collector::start(|_| Reply::Status(503, "")), Collector::ok());
    let scene = Scene::new(2);
    scene.settle(&down.url());
    scene.record(2..4);
    let summary = scene.run(&up.url(), allow);
    assert!(matches!(summary.ending, SenderEnding::Failed { .. }), "{summary:?}");
    assert_eq!((summary.sent, up.keys().len(), scene.queued()), (2, 2, 2));
    assert!(scene.backoff(&down.url()).is_some() && scene.backoff(&up.url()).is_none());
}

#[test]
fn a_project_that_does_not_answer_holds_up_no_other_and_keeps_its_events() {
    let collector = Collector::ok();
    let scene = Scene::new(4);
    // Never answered, as by a file server that is gone.
    let (_never, silence) = mpsc::channel::<()>();
    let silence = std::sync::Mutex::new(silence);
    let verdict = move |project: Option<&Path>| {
        if project == Some(Path::new("/odd")) {
            let _ = silence.lock().unwrap().recv();
        }
        SenderVerdict::Send
    };
    let summary = scene.run(&collector.url(), verdict);
    assert_eq!((summary.sent, summary.ending), (2, SenderEnding::Done));
    assert_eq!(scene.queued(), 2);
}

#[test]
fn what_a_killed_sender_had_taken_is_sent_once_and_has_one_outcome() {
    let collector = Collector::ok();
    let scene = Scene::new(3);
    scene.settle(&collector.url());
    let names = scene.queue().list().unwrap();
    // Killed between the log and the removal of the first, and in mid-request for the second.
    for name in &names[..2] {
        assert!(scene.queue().take(name).unwrap());
    }
    let first = scene.queue().read(&names[0]).unwrap();
    let logged = [LogEntry::event(now(), EventOutcome::Sent, None, &first.event)];
    Journal::new(scene.path()).append(&logged).unwrap();
    assert_eq!(scene.queued(), 3, "what was taken is still queued");
    assert_eq!(scene.run(&collector.url(), allow).sent, 2);
    assert_eq!((collector.keys().len(), scene.queued()), (2, 0));
    assert_eq!(scene.logged(EventOutcome::Sent).len(), 3);
}

#[test]
fn a_record_of_another_version_is_left_alone() {
    let collector = Collector::ok();
    let scene = Scene::new(1);
    scene.settle(&collector.url());
    let name = scene.queue().list().unwrap().remove(0);
    let path = scene.path().join("queue/new").join(name.project().to_string()).join(name.to_string());
    let later = fs::read_to_string(&path).unwrap().replace("\"form\":1", "\"form\":9");
    fs::write(&path, later).unwrap();
    let summary = scene.run(&collector.url(), allow);
    assert_eq!((summary.sent, summary.dropped, summary.ending), (0, 0, SenderEnding::Done));
    assert!(path.exists());
}

#[test]
fn nothing_is_sent_past_a_proxy_that_cannot_be_understood() {
    for proxy in ["http://", "ftp://127.0.0.1:9", "not a proxy", "127.0.0.1:port"] {
        let direct = Collector::ok();
        let scene = Scene::new(1);
        let env: Env = [("HTTP_PROXY", proxy)].into_iter().collect();
        let summary = scene.run_with(&direct.url(), allow, Deadlines::default(), &env, Attempt::AtOnce);
        let SenderEnding::Failed { reason, .. } = &summary.ending else { panic!("{summary:?}") };
        assert_eq!(reason, "the proxy in HTTP_PROXY cannot be understood");
        assert_eq!((direct.bodies().len(), scene.queued()), (0, 1));
    }
}

#[cfg(unix)]
#[test]
fn a_log_that_cannot_be_written_keeps_the_events() {
    let collector = Collector::start(|_| Reply::Status(400, ""));
    let scene = Scene::new(2);
    fs::create_dir(scene.path().join("log.ndjson")).unwrap();
    let summary = scene.run(&collector.url(), allow);
    let SenderEnding::Failed { reason, .. } = &summary.ending else { panic!("{summary:?}") };
    assert!(reason.ends_with("log.ndjson is not a regular file"), "{reason}");
    assert_eq!((collector.bodies().len(), scene.queued()), (0, 2));
}

/// What is counted is what one receiver is sent in one name, and waiting for it is no failure.
#[test]
fn a_thousand_a_minute_is_told_and_holds_for_one_destination_alone() {
    let (collector, other) = (Collector::ok(), Collector::ok());
    let scene = Scene::new(1_100);
    let summary = scene.run_at(&collector.url(), 100);
    assert_eq!((summary.sent, summary.ending), (1_000, SenderEnding::Paced { until: at(161) }));
    assert_eq!(scene.logged(EventOutcome::Kept), []);
    assert!(!is_needed(&scene, &collector.url(), at(160)));
    assert!(is_needed(&scene, &collector.url(), at(161)));
    push(scene.path(), &event(5_000), &other.url());
    let summary = scene.run_at(&collector.url(), 101);
    assert_eq!((summary.sent, other.keys().len()), (1, 1));
    assert_eq!(scene.run_at(&collector.url(), 161).sent, 100);
    assert_eq!(scene.queued(), 0);
}

/// Many commands, each with a sender of its own.
#[test]
fn single_events_are_counted_across_processes() {
    let collector = Collector::ok();
    let scene = Scene::new(0);
    for number in 0..30 {
        scene.record(number * 50..number * 50 + 50);
        scene.run_at(&collector.url(), 100 + number);
    }
    assert_eq!(collector.keys().len(), 1_000);
    assert_eq!(scene.queued(), 500);
    let mut time = 130;
    while scene.queued() > 0 {
        scene.run_at(&collector.url(), time);
        time += 1;
    }
    // As the first thousand, fifty each second.
    assert_eq!(time, 171);
    assert_eq!(collector.keys().len(), 1_500);
}

/// What an endpoint has not taken is not counted against what it takes.
#[test]
fn a_request_that_was_too_large_is_sent_again_in_the_same_minute() {
    let collector = Collector::start(|index| Reply::Status(if index == 0 { 413 } else { 200 }, ""));
    let scene = Scene::new(900);
    let summary = scene.run_at(&collector.url(), 100);
    assert_eq!((summary.sent, summary.requests), (900, 3));
}

/// A thread may come too late where a machine is busy, and no project is waited for here.
#[test]
fn what_is_about_no_project_is_decided_at_once() {
    let collector = Collector::ok();
    let scene = Scene::new(0);
    Queue::new(scene.path()).push(&event(1), None, Some(&destination(&collector.url()))).unwrap();
    let sender = thread::current().id();
    let allow_here = move |project: Option<&Path>| {
        assert_eq!(project, None);
        if thread::current().id() == sender { SenderVerdict::Send } else { SenderVerdict::Undecided }
    };
    assert_eq!(scene.run(&collector.url(), allow_here).sent, 1);
}
