//! Processes killed at random moments.

use std::{
    collections::BTreeSet,
    process::Child,
    time::{Duration, Instant, SystemTime},
};

use fastrand::Rng;
use wait_timeout::ChildExt;

use super::{
    endpoint::trust_only,
    ledger::Books,
    process::start,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`kill -9` of 300 commands, at random moments", kill_commands),
    Scenario::new("`kill -9` of 300 senders, at random moments", kill_senders),
];

const KILLS: usize = 300;
const KILLS_OF_SAMPLE: usize = 10;
/// Undisturbed runs that say how long one takes.
const MEASURED: usize = 5;
/// Events that each sender finds.
const EVENTS: usize = 3;

fn kills(effort: Effort) -> usize {
    match effort {
        Effort::Sample => KILLS_OF_SAMPLE,
        Effort::Whole => KILLS,
    }
}

/// A command that was killed has recorded its event whole or not at all; one that came to its end
/// has recorded it.
fn kill_commands(effort: Effort) -> Verdict {
    let collector = Collector::start();
    // What is recorded stays until the sender is let through, so that it can be counted.
    let mut scene = Scene::with_endpoint("http://127.0.0.1:1/api/track");
    let mut ends = Ends::of(|| start(&mut scene.command()));
    let (mut killed, mut finished) = (0, MEASURED);
    while killed < kills(effort) {
        if ends.early(&mut start(&mut scene.command())) {
            killed += 1;
        } else {
            finished += 1;
        }
    }
    scene.run_command();
    scene.settle();
    let under = Books::of(&scene, &collector);
    let recorded = under.queued.len();
    under.balance(recorded);
    assert!(recorded > finished, "{recorded} recorded, though {finished} commands came to their end, and one more");
    assert!(recorded <= finished + killed + 1, "{recorded} recorded by {} commands", finished + killed + 1);
    scene.reach_through(&collector);
    deliver_rest(&scene);
    let after = Books::of(&scene, &collector);
    after.balance(recorded);
    assert!(after.queued.is_empty(), "{after:?}");
    Verdict::Endured(Row {
        commands: Cell::Now(finished + killed + 1),
        recorded: Cell::Now(recorded),
        delivered: Cell::Always(0),
        queued: Cell::Now(recorded),
        later: Cell::Now(after.delivered.len()),
        dropped: under.dropped(),
        again: Cell::Always(after.again),
    })
}

/// What a sender has taken out of the queue has arrived.
fn kill_senders(effort: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    trust_nobody(&mut scene);
    let mut recorded = BTreeSet::new();
    let mut ends = Ends::of(|| {
        recorded.extend(scene.record(&collector.endpoint(), SystemTime::now(), EVENTS));
        start(&mut scene.sender())
    });
    let (mut killed, mut commands) = (0, MEASURED);
    while killed < kills(effort) {
        recorded.extend(scene.record(&collector.endpoint(), SystemTime::now(), EVENTS));
        killed += usize::from(ends.early(&mut start(&mut scene.sender())));
        commands += 1;
    }
    scene.settle();
    let under = Books::of(&scene, &collector);
    under.account_for_all(&recorded);
    under.is_all_logged();
    deliver_rest(&scene);
    let after = Books::of(&scene, &collector);
    after.account_for_all(&recorded);
    after.is_all_logged();
    assert!(after.queued.is_empty() && after.delivered.len() == recorded.len(), "{after:?}");
    scene.run_command();
    Verdict::Endured(Row {
        commands: Cell::Now(commands),
        recorded: Cell::Now(recorded.len()),
        delivered: Cell::Now(under.delivered.len()),
        queued: Cell::Now(under.queued.len()),
        later: Cell::Now(after.delivered.len() - under.delivered.len()),
        dropped: after.dropped(),
        again: Cell::Now(after.again),
    })
}

fn deliver_rest(scene: &Scene) {
    scene.flush();
    scene.settle();
}

/// An empty trust store, so that a sender spends its time on what is tested and not on reading
/// hundreds of certificates.
pub(super) fn trust_nobody(scene: &mut Scene) {
    let file = scene.sandbox.path("nobody.pem");
    std::fs::write(&file, "").unwrap();
    trust_only(scene, &file);
}

/// How long such a process takes when it is left alone: the median of several.
fn undisturbed(mut start: impl FnMut() -> Child) -> Duration {
    let mut times: Vec<Duration> = (0..MEASURED)
        .map(|_| {
            let begun = Instant::now();
            let mut child = start();
            let status = child.wait_timeout(super::scenario::PATIENCE).unwrap();
            assert!(status.is_some_and(|status| status.success()), "{status:?}");
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Kills processes at random moments of the time that they usually take, which follows how busy the
/// machine is.
struct Ends {
    usual: Duration,
    rng: Rng,
}

impl Ends {
    /// Goes by how long such processes take when they are left alone.
    fn of(start: impl FnMut() -> Child) -> Self {
        Self { usual: undisturbed(start), rng: Rng::new() }
    }

    /// `false` when the process was at its end before.
    fn early(&mut self, child: &mut Child) -> bool {
        let begun = Instant::now();
        if let Some(status) = child.wait_timeout(self.usual.mul_f64(1.25 * self.rng.f64())).unwrap() {
            assert!(status.success(), "{status}");
            self.usual = begun.elapsed();
            return false;
        }
        self.usual = self.usual.mul_f64(1.05);
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }
}
