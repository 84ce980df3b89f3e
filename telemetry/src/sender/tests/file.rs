//! Delivery to a file: each event once, also after a sender was killed in between.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    destination::Destination,
    endpoint::Endpoint,
    env::Env,
    event::Event,
    queue::Queue,
    request_format::RequestFormat,
    schema::Properties,
    sender::{Attempt, Sender, SenderEnding, SenderSummary, SenderVerdict},
    support::{at, event},
};

struct Scene {
    state: tempfile::TempDir,
    file: PathBuf,
}

impl Scene {
    fn new(events: &[Event]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let scene = Self { file: state.path().join("usage.ndjson"), state };
        scene.record(events);
        scene
    }

    fn record(&self, events: &[Event]) {
        for event in events {
            self.queue().push(event, None, Some(&self.destination())).unwrap();
        }
    }

    fn queue(&self) -> Queue {
        Queue::new(self.state.path())
    }

    fn destination(&self) -> Destination {
        let endpoint = Endpoint::parse(&format!("file://{}", self.file.display())).unwrap();
        Destination { endpoint, app_id: "7".into(), format: RequestFormat::Heap }
    }

    fn run(&self) -> SenderSummary {
        let env = Env::from_iter([("X", "")]);
        let sender = Sender::new(self.state.path(), "notes/1", &env).with_clock(|| at(100));
        sender
            .with_attempt(Attempt::AtOnce)
            .run(
                Arc::new(|_: Option<&Path>| SenderVerdict::Send),
                Arc::new(|_: &Path| Properties::default()),
                &|_, _| {},
            )
            .unwrap()
    }

    /// What a sender leaves that is killed after it has appended `appended` bytes of its batch,
    /// before a record has left the queue.
    fn killed(&self, events: &[Event], appended: usize) {
        let before = self.text();
        self.record(events);
        assert_eq!(self.run().ending, SenderEnding::Done);
        let whole = fs::read(&self.file).unwrap();
        fs::write(&self.file, &whole[..before.len() + appended.min(whole.len() - before.len())]).unwrap();
        let note = serde_json::json!([{"file": self.file, "from": before.len()}]);
        fs::write(self.note(), note.to_string()).unwrap();
        self.record(events);
    }

    fn note(&self) -> PathBuf {
        self.state.path().join("appending.json")
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap_or_default()
    }

    fn keys(&self) -> Vec<String> {
        let lines = self.text();
        let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.map(|event| event["idempotency_key"].as_str().unwrap().to_owned()).collect()
    }
}

fn keys_of(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.key().to_string()).collect()
}

#[test]
fn a_killed_sender_leaves_no_event_behind_and_none_twice() {
    let batch: Vec<Event> = (0..3).map(event).collect();
    let line = Scene::new(&batch[..1]);
    line.run();
    let line = line.text().len();
    for appended in [0, 1, line - 1, line, line + 1, 2 * line + 7, 3 * line] {
        let before: Vec<Event> = (10..12).map(event).collect();
        let scene = Scene::new(&before);
        scene.run();
        scene.killed(&batch, appended);
        // More has come meanwhile.
        let later: Vec<Event> = (20..22).map(event).collect();
        scene.record(&later);
        assert_eq!(scene.run().ending, SenderEnding::Done);
        let expected = [keys_of(&before), keys_of(&batch), keys_of(&later)].concat();
        assert_eq!(scene.keys(), expected, "{appended} bytes appended");
        assert!(!scene.note().exists());
    }
}

#[test]
fn what_others_append_after_a_kill_stays() {
    let batch: Vec<Event> = (0..2).map(event).collect();
    let scene = Scene::new(&[]);
    scene.killed(&batch, usize::MAX);
    let theirs = "{\"idempotency_key\":\"theirs\"}\n";
    fs::write(&scene.file, scene.text() + theirs).unwrap();
    scene.run();
    assert_eq!(scene.keys(), [keys_of(&batch), vec!["theirs".to_owned()]].concat());
}

#[test]
fn a_note_that_is_damaged_or_of_another_file_is_none() {
    for note in ["", "{\"file\":\"/else", "[{\"file\":\"/elsewhere\",\"from\":0}]", "{\"from\":\"x\"}"] {
        let events = [event(1)];
        let scene = Scene::new(&events);
        fs::write(scene.note(), note).unwrap();
        assert_eq!(scene.run().sent, 1);
        assert_eq!(scene.keys(), keys_of(&events));
    }
}

#[test]
fn a_file_that_was_emptied_or_taken_away_begins_anew() {
    for taken_away in [true, false] {
        let batch = [event(1), event(2)];
        let scene = Scene::new(&[event(0)]);
        scene.run();
        scene.killed(&batch, usize::MAX);
        if taken_away {
            fs::remove_file(&scene.file).unwrap();
        } else {
            fs::write(&scene.file, "").unwrap();
        }
        assert_eq!(scene.run().ending, SenderEnding::Done);
        assert_eq!(scene.keys(), keys_of(&batch));
    }
}

#[test]
fn half_a_line_of_somebody_else_spoils_no_event() {
    let events = [event(1)];
    let scene = Scene::new(&events);
    fs::write(&scene.file, "{\"half").unwrap();
    scene.run();
    let text = scene.text();
    let (half, ours) = text.split_once('\n').unwrap();
    assert_eq!(half, "{\"half");
    assert_eq!(serde_json::from_str::<Value>(ours).unwrap()["idempotency_key"], keys_of(&events)[0]);
}

#[test]
fn nothing_of_somebody_else_is_cut_away() {
    let long = "x".repeat(300_000);
    for theirs in ["a line without its end", "one\nand half", &long, &format!("{long}\nhalf")] {
        for from in [0, 1_000_000] {
            let events = [event(1), event(2)];
            let scene = Scene::new(&events);
            fs::write(&scene.file, theirs).unwrap();
            // Of a file that was longer, or in which nothing had been written yet.
            let from = if from == 0 { theirs.len() } else { from };
            fs::write(scene.note(), serde_json::json!([{"file": scene.file, "from": from}]).to_string()).unwrap();
            assert_eq!(scene.run().sent, 2);
            let text = scene.text();
            let ours = text.strip_prefix(theirs).and_then(|ours| ours.strip_prefix('\n')).expect("theirs, whole");
            assert_eq!(ours.lines().count(), 2);
        }
    }
    // A line that is longer than any of ours was appended by somebody else.
    let scene = Scene::new(&[event(1)]);
    fs::write(&scene.file, &long).unwrap();
    fs::write(scene.note(), serde_json::json!([{"file": scene.file, "from": 0}]).to_string()).unwrap();
    assert_eq!(scene.run().sent, 1);
    assert!(scene.text().starts_with(&format!("{long}\n{{")));
}

#[test]
fn a_file_that_another_holds_keeps_the_events() {
    let scene = Scene::new(&[event(1)]);
    let other = File::create(&scene.file).unwrap();
    other.lock().unwrap();
    assert!(matches!(scene.run().ending, SenderEnding::Failed { .. }));
    assert_eq!((scene.text().as_str(), scene.queue().list().unwrap().len()), ("", 1));
    drop(other);
    assert_eq!(scene.run().sent, 1);
}

#[test]
fn thousands_of_events_go_in_batches() {
    let events: Vec<Event> = (0..2_500).map(event).collect();
    let scene = Scene::new(&events);
    let summary = scene.run();
    assert_eq!((summary.sent, summary.requests), (2_500, 3));
    assert_eq!(scene.keys(), keys_of(&events));
}
