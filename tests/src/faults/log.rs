//! Logs that cannot be written, and one that is full: what cannot be said is not sent, and of what
//! is sent no word is lost.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    thread,
    time::SystemTime,
};

use usage_telemetry::internals::{EventOutcome, Journal, LogEntry, MAX_LOG_FILE};

use super::{
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::Row,
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("log that is a folder", folder_for_log),
    Scenario::new("log without permission to write", unwritable),
    Scenario::new("log that is full, for 64 commands at once", full),
];

/// Commands run under a log that cannot be written.
const COMMANDS: usize = 3;
const AT_ONCE: usize = 64;
/// The length of the lines that fill a log.
const LINE: usize = 16 * 1024;

fn log(scene: &Scene) -> PathBuf {
    scene.state().join("log.ndjson")
}

fn folder_for_log(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    fs::create_dir_all(log(&scene)).unwrap();
    try_to_send(&scene, &collector);
    fs::remove_dir(log(&scene)).unwrap();
    Verdict::Endured(delivered_when_over(&scene, &collector))
}

fn unwritable(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    fs::create_dir_all(scene.state()).unwrap();
    fs::write(log(&scene), "").unwrap();
    fs::set_permissions(log(&scene), Permissions::from_mode(0o444)).unwrap();
    scene.sandbox.drop_privileges();
    try_to_send(&scene, &collector);
    assert_eq!(fs::read(log(&scene)).unwrap(), b"");
    fs::set_permissions(log(&scene), Permissions::from_mode(0o644)).unwrap();
    Verdict::Endured(delivered_when_over(&scene, &collector))
}

/// Commands with their senders, and a person who wants it at once.
fn try_to_send(scene: &Scene, collector: &Collector) {
    scene.run_commands(COMMANDS);
    scene.settle();
    let flush = finish(&mut scene.program(&["telemetry", "flush"]));
    assert_eq!(flush.status.code(), Some(1), "{flush:?}");
    assert!(collector.account().received.is_empty(), "sent, though nothing can be said of it");
}

fn delivered_when_over(scene: &Scene, collector: &Collector) -> Row {
    let under = Books::of(scene, collector);
    under.balance(COMMANDS);
    scene.flush();
    scene.settle();
    let after = Books::of(scene, collector);
    after.balance(COMMANDS);
    assert!(after.queued.is_empty(), "{after:?}");
    under.row(COMMANDS, COMMANDS, &after)
}

/// Each of those who add to it may be the one to set it aside: besides the commands' sender, 64
/// writers at the same moment.
fn full(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    fs::create_dir_all(scene.state()).unwrap();
    let journal = Journal::new(&scene.state());
    let line = |reason: &str| LogEntry::summary(SystemTime::now(), EventOutcome::Kept, reason, 1);
    let filling = line(&"x".repeat(LINE));
    let lines = usize::try_from(MAX_LOG_FILE).unwrap() / LINE;
    journal.append(&vec![filling; lines]).unwrap();
    thread::scope(|scope| {
        for writer in 0..AT_ONCE {
            let journal = journal.clone();
            scope.spawn(move || journal.append(&[line(&format!("writer {writer}"))]).unwrap());
            scope.spawn(|| scene.run_command());
        }
    });
    scene.settle();
    scene.flush();
    let entries = journal.read().unwrap();
    let is_there = |reason: &str| entries.iter().any(|entry| entry.reason.as_deref() == Some(reason));
    let lost: Vec<_> = (0..AT_ONCE).filter(|writer| !is_there(&format!("writer {writer}"))).collect();
    assert!(lost.is_empty(), "lines were lost: {lost:?}");
    let of_lines = |entry: &&LogEntry| entry.reason.as_ref().is_some_and(|reason| reason.len() == LINE);
    assert_eq!(entries.iter().filter(of_lines).count(), lines, "lines of before were lost");
    let books = Books::of(&scene, &collector);
    books.balance(AT_ONCE);
    assert!(books.queued.is_empty(), "{books:?}");
    Verdict::Endured(books.row(AT_ONCE, AT_ONCE, &books))
}
