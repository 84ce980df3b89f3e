//! Files that cannot be locked, as on some network file systems.

use std::thread;

use super::{
    ledger::Books,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
};
use crate::{collector::Collector, lockless};

pub(super) const SCENARIOS: &[Scenario] = &[Scenario::new("files that cannot be locked", lock_nothing)];

/// Commands run at the same time, and as many one after the other.
const COMMANDS: usize = 8;

fn lock_nothing(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    match lockless::library(&scene.sandbox) {
        Ok(library) => scene.set_env("LD_PRELOAD", Some(library.into())),
        Err(reason) => return Verdict::PassedOver(reason),
    }
    thread::scope(|scope| {
        for _ in 0..COMMANDS {
            scope.spawn(|| scene.run_command());
        }
    });
    for _ in 0..COMMANDS {
        scene.run_command();
        scene.settle();
    }
    scene.flush();
    let books = Books::of(&scene, &collector);
    books.balance(2 * COMMANDS);
    assert!(books.queued.is_empty(), "{books:?}");
    Verdict::Endured(books.row(2 * COMMANDS, 2 * COMMANDS, &books))
}
