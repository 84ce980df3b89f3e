//! Many at once, and many waiting.

use std::{thread, time::SystemTime};

use usage_telemetry::internals::QueueBounds;

use super::{
    ledger::Books,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("64 commands at once", at_once),
    Scenario::slow("10,000 events queued", many_queued),
    Scenario::slow("more events queued than may be", too_many_queued),
];

const AT_ONCE: usize = 64;
/// Commands run with a full queue.
const COMMANDS: usize = 3;
const MOST_REQUESTS: usize = 20;

fn at_once(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| scene.run_command())).collect();
        for worker in workers {
            worker.join().expect("each command is as ever");
        }
    });
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(AT_ONCE);
    Verdict::Endured(row(AT_ONCE, AT_ONCE, &books))
}

fn many_queued(_: Effort) -> Verdict {
    let queued = QueueBounds::default().records - COMMANDS;
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.record(&collector.endpoint(), SystemTime::now(), queued);
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    scene.flush_all();
    let books = Books::of(&scene, &collector);
    books.account_for(queued + COMMANDS);
    let requests = collector.account().requests;
    assert!(requests <= MOST_REQUESTS, "{requests} requests");
    Verdict::Endured(row(COMMANDS, queued + COMMANDS, &books))
}

/// The oldest go, and the log says how many.
fn too_many_queued(_: Effort) -> Verdict {
    const MORE: usize = 500;
    let queued = QueueBounds::default().records + MORE;
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.record(&collector.endpoint(), SystemTime::now(), queued);
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    scene.flush_all();
    let books = Books::of(&scene, &collector);
    books.account_for(queued + COMMANDS);
    Verdict::Endured(row(COMMANDS, queued + COMMANDS, &books))
}

fn row(commands: usize, recorded: usize, books: &Books) -> Row {
    assert!(books.queued.is_empty(), "{} wait", books.queued.len());
    assert_eq!(books.again, 0);
    Row {
        commands: Cell::Always(commands),
        recorded: Cell::Always(recorded),
        delivered: Cell::Always(books.delivered.len()),
        queued: Cell::Always(books.queued.len()),
        later: Cell::Always(0),
        dropped: books.dropped(),
        again: Cell::Always(books.again),
    }
}
