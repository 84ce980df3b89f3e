//! Endpoints that fail, each in its own way.

use std::path::Path;

use super::{
    ledger::Books,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::{Answer, Authority, Collector};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::slow("accepts and never answers", |_| behaving(Answer::Silence)),
    Scenario::new("refuses connections", |_| unreachable("http://127.0.0.1:1/api/track")),
    Scenario::new("resets the connection in mid-body", |_| behaving(Answer::Reset)),
    Scenario::new("answers 200, then drops the connection", |_| behaving(Answer::Drop)),
    Scenario::new("answers 400", |_| behaving(Answer::status(400))),
    Scenario::new("answers 401", |_| behaving(Answer::status(401))),
    Scenario::new("answers 413", |_| behaving(Answer::status(413))),
    Scenario::new("answers 413 to more than 2 events", too_large),
    Scenario::new("answers 429 with `Retry-After`", |_| behaving(Answer::Status(429, "Retry-After: 3600\r\n".into()))),
    Scenario::new("answers 500", |_| behaving(Answer::status(500))),
    Scenario::new("answers 503", |_| behaving(Answer::status(503))),
    Scenario::new("redirects to itself without end", |_| behaving(Answer::redirect("/api/track"))),
    Scenario::new("redirects to another host", redirect),
    Scenario::new("answers with 1 GiB", flood),
    Scenario::slow("answers one byte a second", |_| behaving(Answer::Trickle)),
    Scenario::new("TLS certificate of an unknown authority", unknown_authority),
    Scenario::new("TLS certificate of another host", another_name),
    Scenario::new("name that cannot be resolved", |_| unreachable("http://collector.invalid/api/track")),
];

/// Commands run under each fault.
const COMMANDS: usize = 3;

/// Commands under a fault that ends when the scene is changed by `heal`.
fn endure(mut scene: Scene, collector: &Collector, heal: impl FnOnce(&mut Scene)) -> Row {
    scene.run_commands(COMMANDS);
    scene.settle();
    let under = Books::of(&scene, collector);
    under.balance(COMMANDS);
    heal(&mut scene);
    scene.flush();
    scene.settle();
    let after = Books::of(&scene, collector);
    after.balance(COMMANDS);
    assert!(after.queued.is_empty(), "{after:?}");
    Row {
        commands: Cell::Always(COMMANDS),
        recorded: Cell::Always(COMMANDS),
        delivered: Cell::Always(under.delivered.len()),
        queued: Cell::Always(under.queued.len()),
        later: Cell::Always(after.delivered.len() - under.delivered.len()),
        dropped: under.dropped(),
        again: Cell::Always(after.again),
    }
}

fn behaving(behaviour: Answer) -> Verdict {
    let collector = Collector::answering(behaviour);
    let scene = Scene::with_endpoint(&collector.endpoint());
    Verdict::Endured(endure(scene, &collector, |_| collector.answer(Answer::status(200))))
}

fn unreachable(endpoint: &str) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(endpoint);
    Verdict::Endured(endure(scene, &collector, |scene| scene.reach_through(&collector)))
}

/// Events that wait go in one request, unless that is too large.
fn too_large(_: Effort) -> Verdict {
    let collector = Collector::answering(Answer::AtMost(2));
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    scene.run_command();
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(COMMANDS + 1);
    assert!(books.queued.is_empty(), "{books:?}");
    assert!(collector.account().requests > 2, "nothing was too large");
    Verdict::Endured(Row {
        commands: Cell::Always(COMMANDS + 1),
        recorded: Cell::Always(COMMANDS + 1),
        delivered: Cell::Always(books.delivered.len()),
        queued: Cell::Always(0),
        later: Cell::Always(0),
        dropped: books.dropped(),
        again: Cell::Always(books.again),
    })
}

/// Whom events are given to is the user's choice, not the endpoint's.
fn redirect(_: Effort) -> Verdict {
    let elsewhere = Collector::elsewhere(Answer::status(200));
    let collector = Collector::answering(Answer::redirect(&elsewhere.endpoint()));
    let scene = Scene::with_endpoint(&collector.endpoint());
    let row = endure(scene, &collector, |_| collector.answer(Answer::status(200)));
    assert!(elsewhere.account().received.is_empty(), "the redirect was followed");
    Verdict::Endured(row)
}

fn flood(_: Effort) -> Verdict {
    const MOST: u64 = 16 << 20;
    let collector = Collector::answering(Answer::Flood);
    let scene = Scene::with_endpoint(&collector.endpoint());
    let row = endure(scene, &collector, |_| collector.answer(Answer::status(200)));
    let taken = collector.account().taken;
    // What the system buffers for a connection is taken, too.
    assert!(taken < MOST, "{taken} bytes of the answer were taken");
    Verdict::Endured(row)
}

fn unknown_authority(_: Effort) -> Verdict {
    let authority = Authority::of("127.0.0.1");
    let collector = Collector::secure(Answer::status(200), authority.clone());
    let scene = Scene::with_endpoint(&collector.endpoint());
    let row = endure(scene, &collector, |scene| trust(scene, &authority));
    Verdict::Endured(row)
}

fn another_name(_: Effort) -> Verdict {
    let (other, right) = (Authority::of("other.invalid"), Authority::of("127.0.0.1"));
    let collector = Collector::secure(Answer::status(200), other.clone());
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    trust(&mut scene, &other);
    let row = endure(scene, &collector, |scene| {
        assert!(collector.account().received.is_empty(), "events went to a host that could not say who it is");
        collector.present(right.clone());
        trust(scene, &right);
    });
    Verdict::Endured(row)
}

/// Trusts an authority from now on, as a user would have the system do.
fn trust(scene: &mut Scene, authority: &Authority) {
    let file = scene.sandbox.path("authority.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    trust_only(scene, &file);
}

/// Trusts the certificates in this file, and no other.
pub(super) fn trust_only(scene: &mut Scene, file: &Path) {
    scene.set_env("SSL_CERT_FILE", Some(file.into()));
}
