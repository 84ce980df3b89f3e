//! Consent withdrawn between recording and sending.

use std::{fs, io::Read, process::Stdio, time::SystemTime};

use usage_telemetry::internals::MAX_BATCH;

use super::{
    ledger::Books,
    process::start,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("consent withdrawn between recording and sending", before_sending),
    Scenario::new("consent withdrawn while the sender is at work", while_sending),
    Scenario::new("`telemetry off` while a request is on its way", off_in_mid_request),
];

/// Commands before consent is withdrawn.
const COMMANDS: usize = 3;
const LATER_BATCH: usize = 500;

/// By hand, so that no command of the project sees it.
fn withdraw(scene: &Scene) {
    fs::write(scene.sandbox.project().join(".telemetry"), "consent: false\n").unwrap();
}

fn before_sending(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    withdraw(&scene);
    scene.flush();
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(COMMANDS);
    assert!(collector.account().received.is_empty(), "events were sent after a no");
    Verdict::Endured(row(COMMANDS, COMMANDS, &books))
}

/// What is already on its way arrives; no batch follows it.
fn while_sending(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.record(&collector.endpoint(), SystemTime::now(), MAX_BATCH + LATER_BATCH);
    collector.hold();
    let mut sender = start(&mut scene.sender());
    collector.wait_for(1);
    withdraw(&scene);
    collector.release();
    scene.settle();
    assert!(sender.wait().unwrap().success());
    let books = Books::of(&scene, &collector);
    books.account_for(MAX_BATCH + LATER_BATCH);
    scene.run_command();
    scene.settle();
    assert_eq!((collector.account().requests, books.delivered.len()), (1, MAX_BATCH));
    Verdict::Endured(row(2, MAX_BATCH + LATER_BATCH, &books))
}

/// It waits for the request, of which the log says one thing, and of what was recorded meanwhile
/// another.
fn off_in_mid_request(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    collector.hold();
    scene.run_command();
    collector.wait_for(1);
    scene.run_commands(COMMANDS);
    let mut off = scene.program(&["telemetry", "off"]);
    let mut off = off.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // The choice is made, and it says that it waits.
    off.stderr.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    collector.release();
    assert!(off.wait().unwrap().success());
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(COMMANDS + 1);
    assert_eq!((collector.account().requests, books.delivered.len()), (1, 1));
    // Which of the two deletes them depends on chance.
    let by_sender = "stated for this user";
    let by_command = "refused by `telemetry off`";
    let dropped = books.dropped();
    assert!(dropped.iter().all(|(reason, _)| reason == by_sender || reason == by_command), "{dropped:?}");
    let count = dropped.iter().map(|(_, count)| count.count()).sum();
    let dropped = vec![(format!("{by_sender}, or {by_command}"), Cell::Always(count))];
    Verdict::Endured(Row { dropped, ..row(COMMANDS + 2, COMMANDS + 1, &books) })
}

fn row(commands: usize, recorded: usize, books: &Books) -> Row {
    assert!(books.queued.is_empty(), "{books:?}");
    Row {
        commands: Cell::Always(commands),
        recorded: Cell::Always(recorded),
        delivered: Cell::Always(books.delivered.len()),
        queued: Cell::Always(0),
        later: Cell::Always(0),
        dropped: books.dropped(),
        again: Cell::Always(books.again),
    }
}
