//! Several endpoints: of two programs, of one program after the other, and one that comes late.

use std::process::Command;

use serde_json::json;

use super::{
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::{Scene, lines},
    table::{Cell, Row},
};
use crate::collector::{Answer, Collector};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("two programs, one of whose endpoints answers 503", two_programs),
    Scenario::new("endpoint that is changed while the first answers 503", changed),
    Scenario::new("no endpoint, and one later", none_at_first),
];

/// Commands run with each endpoint.
const COMMANDS: usize = 3;

/// The law holds for each of the two by itself.
fn two_programs(_: Effort) -> Verdict {
    let (failing, sound) = (Collector::answering(Answer::status(503)), Collector::start());
    let scene = Scene::with_endpoint(&failing.endpoint());
    let facts = json!({"endpoint": sound.endpoint()});
    let kedro = |words: &[&str]| scene.sandbox.kedro_like(&facts, words);
    assert!(finish(&mut kedro(&["telemetry", "on"])).status.success());
    // Written once, as a sender reads it, too.
    let mut command = kedro(&[]);
    let of_kedro = |command: &Command| {
        let log = lines(&mut with_words(command, &["telemetry", "log", "--format", "json"]));
        Books::of_log(&scene, log, sound.account())
    };
    for _ in 0..COMMANDS {
        scene.run_command();
        assert!(finish(&mut command).status.success());
    }
    scene.settle();
    // What a busy machine has left undecided.
    assert!(finish(&mut with_words(&command, &["telemetry", "flush"])).status.success());
    let (under, others) = (Books::of(&scene, &failing), of_kedro(&command));
    under.balance(COMMANDS);
    others.balance(COMMANDS);
    assert_eq!((under.delivered.len(), others.delivered.len()), (0, COMMANDS));
    failing.answer(Answer::status(200));
    scene.flush();
    let after = Books::of(&scene, &failing);
    after.balance(COMMANDS);
    of_kedro(&command).balance(COMMANDS);
    assert!(after.queued.is_empty(), "{after:?}");
    Verdict::Endured(sum(&under.row(COMMANDS, COMMANDS, &after), &others.row(COMMANDS, COMMANDS, &others)))
}

/// The same command with more words.
fn with_words(command: &Command, words: &[&str]) -> Command {
    let mut longer = Command::new(command.get_program());
    longer.args(command.get_args()).args(words).env_clear();
    longer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    longer
}

/// Each event goes where it was to go when it was recorded, and one endpoint holds up no other.
fn changed(_: Effort) -> Verdict {
    let (first, second) = (Collector::answering(Answer::status(503)), Collector::start());
    let scene = Scene::with_endpoint(&first.endpoint());
    scene.run_commands(COMMANDS);
    scene.settle();
    scene.set_endpoint(&second.endpoint());
    scene.run_commands(COMMANDS);
    scene.settle();
    // What a busy machine has left undecided.
    assert_eq!(finish(&mut scene.program(&["telemetry", "flush"])).status.code(), Some(1));
    let (under, others) = (Books::of(&scene, &first), Books::of(&scene, &second));
    under.balance(COMMANDS);
    assert_eq!((under.delivered.len(), others.delivered.len()), (0, COMMANDS));
    first.answer(Answer::status(200));
    scene.flush();
    let (after, others) = (Books::of(&scene, &first), Books::of(&scene, &second));
    after.balance(COMMANDS);
    others.balance(COMMANDS);
    assert_eq!(after.delivered, under.queued, "each goes where it was recorded for");
    assert!(after.delivered.is_disjoint(&others.delivered) && after.queued.is_empty(), "{after:?}");
    Verdict::Endured(sum(&under.row(COMMANDS, COMMANDS, &after), &others.row(COMMANDS, COMMANDS, &others)))
}

/// Nothing of what was recorded before it leaves.
fn none_at_first(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::new();
    scene.run_commands(COMMANDS);
    scene.settle();
    let before = Books::of(&scene, &collector);
    before.balance(COMMANDS);
    scene.set_endpoint(&collector.endpoint());
    scene.run_commands(COMMANDS);
    scene.settle();
    scene.flush();
    let after = Books::of(&scene, &collector);
    after.balance(2 * COMMANDS);
    assert_eq!((&after.queued, after.delivered.len()), (&before.queued, COMMANDS));
    Verdict::Endured(after.row(2 * COMMANDS, 2 * COMMANDS, &after))
}

/// Both together.
fn sum(one: &Row, other: &Row) -> Row {
    let sum = |of: fn(&Row) -> Cell| Cell::Always(of(one).count() + of(other).count());
    Row {
        commands: sum(|row| row.commands),
        recorded: sum(|row| row.recorded),
        delivered: sum(|row| row.delivered),
        queued: sum(|row| row.queued),
        later: sum(|row| row.later),
        dropped: [&one.dropped[..], &other.dropped[..]].concat(),
        again: sum(|row| row.again),
    }
}
