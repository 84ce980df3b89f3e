//! Processes killed at every step: as they enter each of their system calls, by `strace`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::process::ExitStatusExt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
    time::SystemTime,
};

use super::{
    kill::trust_nobody,
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::{Scene, pass_minute},
    table::{Cell, Row},
};
use crate::collector::{Account, Answer, Collector};
use crate::copy_dir;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`kill -9` of a command, at every step of recording", kill_command),
    Scenario::new("`kill -9` of a sender, at every step of delivery", |effort| kill_sender(effort, 200)),
    Scenario::new("`kill -9` of a sender, at every step of a rejection (400)", |effort| kill_sender(effort, 400)),
    Scenario::new("`kill -9` of a sender, at every step of a failure (503)", |effort| kill_sender(effort, 503)),
    Scenario::new("`kill -9` of a sender, at every step of appending to a file", kill_appender),
];

const SIGKILL: i32 = 9;
/// What is done to files and to the network; the rest (memory, other threads) nobody else sees.
const STEPS: &str = "trace=%file,%desc,%network,%process,getrandom";
/// Sample: one step in so many.
const SAMPLED: usize = 24;
/// Events that each sender finds.
const EVENTS: usize = 2;

/// How often a step is tried that is not come to.
const ATTEMPTS: usize = 4;

/// Entering a system call for the nth time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    call: String,
    nth: usize,
    line: String,
}

/// The steps of `command` from the first that mentions `from`.
///
/// Those of other threads are left out where the first thread makes the same calls: `strace` counts
/// the calls of each thread, and kills at whichever comes first.
fn steps(command: &Command, tasks: Tasks, from: &str) -> Vec<Step> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut strace = strace(command, tasks, STEPS, Some(file.path()));
    assert!(finish(&mut strace).status.code().is_some_and(|code| code < 2), "{strace:?}");
    let text = fs::read_to_string(file.path()).unwrap();
    let calls: Vec<(&str, &str, &str)> = text.lines().filter_map(call).collect();
    let first = calls[0].0;
    let of_first: BTreeSet<&str> = calls.iter().filter(|(task, ..)| *task == first).map(|(_, name, _)| *name).collect();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut has_begun = false;
    let mut steps: Vec<Step> = Vec::new();
    for (task, name, line) in calls {
        let count = counts.entry((task, name)).or_default();
        *count += 1;
        has_begun |= line.contains(from);
        let step = Step { call: name.to_owned(), nth: *count, line: line.to_owned() };
        let is_known = steps.iter().any(|known| (&known.call, known.nth) == (&step.call, step.nth));
        if has_begun && (task == first || !of_first.contains(name)) && !is_known {
            steps.push(step);
        }
    }
    steps
}

/// The task (none where only one is looked at), the name and the whole of a line that says that a
/// call is entered.
fn call(line: &str) -> Option<(&str, &str, &str)> {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let (task, rest) = line.split_once(char::is_whitespace).filter(|(word, _)| is_number(word)).unwrap_or(("", line));
    let (name, _) = rest.trim_start().split_once('(')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some((task, name, line))
}

/// What of a program is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tasks {
    /// Its first thread.
    First,
    /// All that it starts.
    All,
}

/// The same command under `strace`.
fn strace(command: &Command, tasks: Tasks, expression: &str, file: Option<&Path>) -> Command {
    let mut strace = Command::new("strace");
    if tasks == Tasks::All {
        strace.arg("-f");
    }
    strace.args(["-qq", "-s", "500", "-e", "signal=none", "-e", expression]);
    strace.arg("-o").arg(file.unwrap_or(Path::new("/dev/null")));
    strace.arg(command.get_program()).args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            strace.env(name, value);
        }
    }
    strace.current_dir(command.get_current_dir().expect("commands of a sandbox run in its project"));
    strace
}

/// Runs `command` and kills it at this step; whether it came that far.
fn kill_at(command: &Command, tasks: Tasks, step: &Step) -> bool {
    let inject = format!("inject={}:signal=KILL:when={}", step.call, step.nth);
    let status = finish(&mut strace(command, tasks, &inject, None)).status;
    // strace ends as what it traces has ended.
    status.signal() == Some(SIGKILL)
}

/// The steps to kill at, and their places among all.
fn chosen(steps: Vec<Step>, effort: Effort) -> impl Iterator<Item = (usize, Step)> {
    let stride = match effort {
        Effort::Sample => SAMPLED,
        Effort::Whole => 1,
    };
    steps.into_iter().enumerate().step_by(stride)
}

fn is_missing() -> bool {
    let version = Command::new("strace").arg("-V").output();
    !version.is_ok_and(|output| output.status.success())
}

fn passed_over() -> Verdict {
    Verdict::PassedOver("there is no `strace` on this machine".into())
}

/// Each time for a user and a project of which nothing has been recorded yet.
fn kill_command(effort: Effort) -> Verdict {
    if is_missing() {
        return passed_over();
    }
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint("http://127.0.0.1:1/api/track");
    trust_nobody(&mut scene);
    let pristine = scene.sandbox.path("pristine");
    for dir in ["config", "state", "project"] {
        copy_dir(&scene.sandbox.path(dir), &pristine.join(dir));
    }
    let renew = || {
        scene.settle();
        for dir in ["config", "state", "project"] {
            fs::remove_dir_all(scene.sandbox.path(dir)).unwrap();
            copy_dir(&pristine.join(dir), &scene.sandbox.path(dir));
        }
    };
    let all = steps(&scene.command(), Tasks::First, &scene.config().join("consent.toml").display().to_string());
    let is_recording = |step: &Step| step.call.starts_with("rename") && step.line.contains("/queue/new/");
    let recording = all.iter().rposition(is_recording).expect("the event is recorded");
    let (mut commands, mut recorded) = (0, 0);
    for (index, step) in chosen(all, effort) {
        renew();
        let was_killed = kill_at(&scene.command(), Tasks::First, &step);
        assert!(was_killed, "not killed at {}", step.line);
        let expected = usize::from(index > recording);
        assert_eq!(scene.queued(), expected, "killed at {}", step.line);
        // Whatever the killed one has left behind, the next one is as ever.
        scene.run_command();
        assert_eq!(scene.queued(), expected + 1, "after a kill at {}", step.line);
        commands += 2;
        recorded += expected + 1;
        let before = collector.account().acknowledged.len();
        scene.settle();
        let mut flush = scene.program(&["telemetry", "flush"]);
        assert!(finish(flush.env("http_proxy", collector.url(""))).status.success(), "after a kill at {}", step.line);
        assert_eq!(collector.account().acknowledged.len(), before + expected + 1, "after a kill at {}", step.line);
    }
    scene.settle();
    Verdict::Endured(Row {
        commands: Cell::Now(commands),
        recorded: Cell::Now(recorded),
        delivered: Cell::Always(0),
        queued: Cell::Now(recorded),
        later: Cell::Now(collector.account().acknowledged.len()),
        dropped: Vec::new(),
        again: Cell::Always(collector.account().again()),
    })
}

fn kill_sender(effort: Effort, status: u16) -> Verdict {
    if is_missing() {
        return passed_over();
    }
    let collector = Collector::answering(Answer::status(status));
    let scene = Scene::with_endpoint(&collector.endpoint());
    kill_each(effort, scene, &collector.endpoint(), &|| collector.account(), || collector.answer(Answer::status(200)))
}

/// What a killed sender has written into a file is found there by the next.
fn kill_appender(effort: Effort) -> Verdict {
    if is_missing() {
        return passed_over();
    }
    let scene = Scene::new();
    let file = scene.sandbox.path("usage.ndjson");
    let endpoint = format!("file://{}", file.display());
    scene.set_endpoint(&endpoint);
    let verdict = kill_each(effort, scene, &endpoint, &|| Account::of_file(&file), || {});
    if let Verdict::Endured(row) = &verdict {
        assert_eq!(row.again.count(), 0, "events are in the file twice");
    }
    verdict
}

/// Kills a sender at each of its steps, with new events each time, and lets one deliver what is
/// left, once `heal` has mended the endpoint.
fn kill_each(
    effort: Effort,
    mut scene: Scene,
    endpoint: &str,
    account: &dyn Fn() -> Account,
    heal: impl Fn(),
) -> Verdict {
    trust_nobody(&mut scene);
    let mut recorded = scene.record(endpoint, SystemTime::now(), EVENTS);
    let sender = |scene: &Scene| scene.program(&["telemetry", "flush"]);
    let all = steps(&sender(&scene), Tasks::All, &format!("{}/", scene.state().display()));
    let (mut commands, mut tried, mut killed) = (1, 0, 0);
    for (_, step) in chosen(all, effort) {
        tried += 1;
        // Threads take turns by chance, so a step may not be come to.
        for _ in 0..ATTEMPTS {
            // Senders that are killed one after another have sent more than a receiver takes.
            pass_minute(&scene.state());
            recorded.extend(scene.record(endpoint, SystemTime::now(), EVENTS));
            let was_killed = kill_at(&sender(&scene), Tasks::All, &step);
            commands += 1;
            let under = Books::by(&scene, account());
            let law = AssertUnwindSafe(|| {
                under.account_for_all(&recorded);
                under.is_all_logged();
            });
            assert!(catch_unwind(law).is_ok(), "killed at {}", step.line);
            if was_killed {
                killed += 1;
                break;
            }
        }
    }
    let enough = match effort {
        Effort::Sample => tried / 2,
        Effort::Whole => tried * 3 / 4,
    };
    assert!(killed >= enough, "senders were killed at {killed} of {tried} steps");
    scene.settle();
    let under = Books::by(&scene, account());
    heal();
    pass_minute(&scene.state());
    scene.flush();
    scene.settle();
    let after = Books::by(&scene, account());
    after.account_for_all(&recorded);
    after.is_all_logged();
    assert!(after.queued.is_empty(), "{after:?}");
    scene.run_command();
    let dropped = after.dropped().into_iter().map(|(reason, count)| (reason, Cell::Now(count.count()))).collect();
    Verdict::Endured(Row {
        commands: Cell::Now(commands),
        recorded: Cell::Now(recorded.len()),
        delivered: some_or_none(under.delivered.len()),
        queued: Cell::Now(under.queued.len()),
        later: Cell::Now(after.delivered.len() - under.delivered.len()),
        dropped,
        again: some_or_none(after.again),
    })
}

/// How many there are depends on chance; whether there are any does not.
fn some_or_none(count: usize) -> Cell {
    if count == 0 { Cell::Always(0) } else { Cell::Now(count) }
}
