//! Endpoints that fail, each in its own way.

use std::path::Path;

use super::{
    Cell, Effort, Row, Scenario, Verdict,
    ledger::Books,
    scene::Scene,
    server::{Behaviour, Sink},
    tls::Authority,
};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::slow("accepts and never answers", |_| behaving(Behaviour::Silence)),
    Scenario::new("refuses connections", |_| unreachable("http://127.0.0.1:1/api/track")),
    Scenario::new("resets the connection in mid-body", |_| behaving(Behaviour::Reset)),
    Scenario::new("answers 200, then drops the connection", |_| behaving(Behaviour::Drop)),
    Scenario::new("answers 400", |_| behaving(Behaviour::status(400))),
    Scenario::new("answers 401", |_| behaving(Behaviour::status(401))),
    Scenario::new("answers 413", |_| behaving(Behaviour::status(413))),
    Scenario::new("answers 413 to more than 2 events", too_large),
    Scenario::new("answers 429 with `Retry-After`", |_| {
        behaving(Behaviour::Answer(429, "Retry-After: 3600\r\n".into()))
    }),
    Scenario::new("answers 500", |_| behaving(Behaviour::status(500))),
    Scenario::new("answers 503", |_| behaving(Behaviour::status(503))),
    Scenario::new("redirects to itself without end", |_| behaving(Behaviour::redirect("/api/track"))),
    Scenario::new("redirects to another host", redirect),
    Scenario::new("answers with 1 GiB", flood),
    Scenario::slow("answers one byte a second", |_| behaving(Behaviour::Trickle)),
    Scenario::new("TLS certificate of an unknown authority", unknown_authority),
    Scenario::new("TLS certificate of another host", another_name),
    Scenario::new("name that cannot be resolved", |_| unreachable("http://sink.invalid/api/track")),
];

/// Commands run under each fault.
const COMMANDS: usize = 3;

/// Commands under a fault that ends when the scene is changed by `heal`.
fn endure(mut scene: Scene, sink: &Sink, heal: impl FnOnce(&mut Scene)) -> Row {
    scene.run_commands(COMMANDS);
    scene.settle();
    let under = Books::of(&scene, sink);
    under.balance(COMMANDS);
    heal(&mut scene);
    scene.flush();
    scene.settle();
    let after = Books::of(&scene, sink);
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

fn behaving(behaviour: Behaviour) -> Verdict {
    let sink = Sink::start(behaviour);
    let scene = Scene::with_endpoint(&sink.endpoint());
    Verdict::Endured(endure(scene, &sink, |_| sink.behave(Behaviour::status(200))))
}

fn unreachable(endpoint: &str) -> Verdict {
    let sink = Sink::start(Behaviour::status(200));
    let scene = Scene::with_endpoint(endpoint);
    Verdict::Endured(endure(scene, &sink, |scene| scene.sandbox.set_endpoint(&sink.endpoint())))
}

/// Events that wait go in one request, unless that is too large.
fn too_large(_: Effort) -> Verdict {
    let sink = Sink::start(Behaviour::AtMost(2));
    let scene = Scene::new();
    scene.run_commands(COMMANDS);
    scene.sandbox.set_endpoint(&sink.endpoint());
    scene.run_command();
    scene.settle();
    let books = Books::of(&scene, &sink);
    books.balance(COMMANDS + 1);
    assert!(books.queued.is_empty(), "{books:?}");
    assert!(sink.account().requests > 2, "nothing was too large");
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
    let elsewhere = Sink::elsewhere(Behaviour::status(200));
    let sink = Sink::start(Behaviour::redirect(&elsewhere.endpoint()));
    let scene = Scene::with_endpoint(&sink.endpoint());
    let row = endure(scene, &sink, |_| sink.behave(Behaviour::status(200)));
    assert!(elsewhere.account().received.is_empty(), "the redirect was followed");
    Verdict::Endured(row)
}

fn flood(_: Effort) -> Verdict {
    const MOST: u64 = 16 << 20;
    let sink = Sink::start(Behaviour::Flood);
    let scene = Scene::with_endpoint(&sink.endpoint());
    let row = endure(scene, &sink, |_| sink.behave(Behaviour::status(200)));
    let taken = sink.account().taken;
    // What the system buffers for a connection is taken, too.
    assert!(taken < MOST, "{taken} bytes of the answer were taken");
    Verdict::Endured(row)
}

fn unknown_authority(_: Effort) -> Verdict {
    let authority = Authority::of("127.0.0.1");
    let sink = Sink::secure(Behaviour::status(200), authority.clone());
    let scene = Scene::with_endpoint(&sink.endpoint());
    let row = endure(scene, &sink, |scene| trust(scene, &authority));
    Verdict::Endured(row)
}

fn another_name(_: Effort) -> Verdict {
    let authority = Authority::of("other.invalid");
    let sink = Sink::secure(Behaviour::status(200), authority.clone());
    let open = Sink::start(Behaviour::status(200));
    let mut scene = Scene::with_endpoint(&sink.endpoint());
    trust(&mut scene, &authority);
    let row = endure(scene, &open, |scene| scene.sandbox.set_endpoint(&open.endpoint()));
    assert!(sink.account().received.is_empty(), "events went to a host that could not say who it is");
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
