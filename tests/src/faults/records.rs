//! Files that are not records, and records of another time.

use std::{
    fs,
    process::Command,
    time::{Duration, SystemTime},
};

use usage_telemetry::internals::{Backoff, BackoffFile, Destination, Endpoint, RequestFormat};

use super::{
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("half-written records and garbage in the queue", garbage),
    Scenario::new("back-off and log that are garbage", garbled_notes),
    Scenario::new("clock set back by a year", clock_set_back),
    Scenario::new("clock set ahead by 31 days", clock_set_ahead),
];

/// Events recorded under each fault.
const EVENTS: usize = 3;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Of a sound record: a half, nothing, a byte more, other content, far more than a record may have, a
/// pipe; beside them files that have no record's name, be it for a size that no record has.
fn garbage(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(EVENTS));
    let new = scene.state().join("queue/new");
    let of_project = fs::read_dir(&new).unwrap().next().unwrap().unwrap().path();
    let sound = fs::read_dir(&of_project).unwrap().next().unwrap().unwrap();
    let (name, bytes) = (sound.file_name().into_string().unwrap(), fs::read(sound.path()).unwrap());
    let longer = [&bytes[..], b"x"].concat();
    let other = vec![b'{'; bytes.len()];
    let broken: [&[u8]; 4] = [&bytes[..bytes.len() / 2], b"", &longer, &other];
    for (index, content) in broken.iter().enumerate() {
        fs::write(of_project.join(renamed(&name, index, bytes.len())), content).unwrap();
    }
    let large = vec![b' '; 1 << 20];
    fs::write(of_project.join(renamed(&name, 4, bytes.len())), &large).unwrap();
    assert!(finish(Command::new("mkfifo").arg(of_project.join(renamed(&name, 5, 9)))).status.success());
    let too_large = of_project.join(renamed(&name, 6, large.len()));
    let foreign = [new.join("garbage"), of_project.join("garbage"), new.parent().unwrap().join("tmp/half"), too_large];
    for file in &foreign {
        fs::write(file, b"\xff\x00").unwrap();
    }
    let broken = broken.len() + 2;

    scene.run_command();
    scene.settle();
    assert!(foreign.iter().all(|file| file.exists()), "what is not ours is left alone");
    let books = Books::of(&scene, &collector);
    books.balance(EVENTS + 1 + broken);
    assert_eq!((books.delivered.len(), books.queued.len()), (EVENTS + 1, 0));
    Verdict::Endured(row(EVENTS + 1, EVENTS + 1 + broken, &books))
}

/// The name of a record of the same time with this size, and a key that no event draws.
fn renamed(name: &str, index: usize, size: usize) -> String {
    let parts: Vec<&str> = name.split('-').collect();
    let [at, _, _, project, destination] = parts[..] else { panic!("{name}") };
    format!("{at}-{index:032x}-{size}-{project}-{destination}")
}

fn garbled_notes(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(EVENTS));
    fs::write(scene.state().join("backoff.json"), b"{\"failures\": \xff").unwrap();
    fs::write(scene.state().join("log.ndjson"), b"\x00\xffgarbage\n{\"at\":").unwrap();
    scene.run_command();
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(EVENTS + 1);
    assert!(books.queued.is_empty(), "{books:?}");
    Verdict::Endured(row(EVENTS + 1, EVENTS + 1, &books))
}

/// Events and a back-off under a clock of next year.
fn clock_set_back(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    let next_year = SystemTime::now() + 365 * DAY;
    scene.record(&collector.endpoint(), next_year, EVENTS);
    let backoff = Backoff::after(None, next_year, None, 1.0);
    let endpoint = Endpoint::parse(&collector.endpoint()).unwrap();
    let destination = Destination { endpoint, app_id: "2388822444".to_owned(), format: RequestFormat::Heap };
    BackoffFile::new(&scene.state()).store(destination.digest(), backoff).unwrap();
    scene.run_command();
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(EVENTS + 1);
    assert!(books.queued.is_empty(), "{books:?}");
    Verdict::Endured(row(1, EVENTS + 1, &books))
}

/// Events of what is now more than the 30 days ago that an event may wait.
fn clock_set_ahead(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.record(&collector.endpoint(), SystemTime::now() - 31 * DAY, EVENTS);
    scene.run_command();
    scene.settle();
    let books = Books::of(&scene, &collector);
    books.balance(EVENTS + 1);
    assert!(books.queued.is_empty(), "{books:?}");
    Verdict::Endured(row(1, EVENTS + 1, &books))
}

fn row(commands: usize, recorded: usize, books: &Books) -> Row {
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
