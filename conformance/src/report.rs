//! What differs, and what becomes of it.

use std::{
    fs,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use tests::{artifacts, copy_dir, workspace};

use crate::{
    bench::{Arrived, Bench, our_places, ours as run_ours},
    case::{Case, Host, Start, Subject},
    compare::{self, Row, Side},
    differences::{self, DIFFERENCES},
    kedro::{KedroRun, Numbered},
    original, ours, wheel,
};

/// How many run at once.
const WORKERS: usize = 2;
/// A value of a property, as far as the table shows it.
const SHOWN: usize = 90;

/// What becomes of the files that hold what a run finds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// They have to be equal.
    Compare,
    /// They have to be equal, but for the command lines that a sample leaves out.
    Sample,
    /// They are written anew.
    Write,
}

/// The table of differences.
const DOCUMENT: &str = "docs/telemetry.md";
/// What the original sent for each command line, for a test that needs no Python.
const COMMAND_LINES: &str = "tests/data/kedro-telemetry-0.9.0-command-lines.ndjson";

/// All that the comparison finds.
#[derive(Default)]
pub struct Report {
    /// Hosts of ours that are told what Kedro told the original.
    pub hosts: Column,
    /// Kedro itself with our package.
    pub wheel: Column,
    /// What nobody meant to differ.
    pub failures: Vec<String>,
    /// What the original sent for each command line.
    command_lines: String,
}

/// What is found of one kind of host.
#[derive(Default)]
pub struct Column {
    /// Properties compared.
    pub compared: usize,
    /// How often each of the differences was seen.
    pub on_purpose: [usize; DIFFERENCES.len()],
    /// How many differences nobody meant.
    pub unexplained: usize,
}

impl Report {
    /// Runs `cases` on all sides and compares.
    pub fn take(
        &mut self,
        bench: &Bench,
        cases: &[Case],
        first_id: usize,
        vocabulary: Option<&Value>,
    ) -> Result<(), String> {
        let numbered: Vec<(usize, &Case)> =
            cases.iter().enumerate().map(|(index, case)| (first_id + index, case)).collect();
        prepare(bench, &numbered, vocabulary)?;
        wheel::prepare(bench, &numbered)?;
        let outcomes = original::run(bench, &numbered)?;
        wheel::adopt(bench, &numbered)?;
        // Under a host of ours most of the time goes into waiting for its sender.
        let (under_hosts, under_wheel) = thread::scope(|scope| {
            let wheel = scope.spawn(|| wheel::run(bench, &numbered));
            (
                run_hosts(bench, &numbered, &outcomes),
                wheel.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())),
            )
        });
        let under_wheel = under_wheel?;
        for (index, (id, case)) in numbered.iter().enumerate() {
            let outcome = &outcomes[index];
            let theirs = side(outcome, (&case.home, &case.folder));
            self.keep_line(case, &theirs.bodies);
            if let Some(arrived) = under_hosts.iter().find(|(at, _)| at == id).map(|(_, arrived)| arrived) {
                let (home, folder) = our_places(bench, *id)?;
                match arrived {
                    Ok(bodies) => {
                        let ours = Side { bodies: bodies.clone(), exit: None, home: &home, folder: &folder };
                        self.compare(case, case.host, &theirs, &ours);
                    }
                    Err(error) => self.fail(error.clone()),
                }
            }
            let (home, folder) = wheel::place(bench, case);
            self.compare(case, Host::Wheel, &theirs, &side(&under_wheel[index], (&home, &folder)));
            self.check_vocabulary(case, vocabulary, outcome);
        }
        Ok(())
    }

    /// The vocabulary that tests without Python use has to be that of this Kedro.
    fn check_vocabulary(&mut self, case: &Case, known: Option<&Value>, outcome: &KedroRun) {
        let told = &outcome.facts["vocabulary"];
        // A script may have commands of its own.
        let is_kedros_own = case.is_project && case.script.is_none();
        let (Some(known), true, false) = (known, is_kedros_own, told.is_null()) else { return };
        self.hosts.compared += 1;
        if sorted(known) != sorted(told) {
            self.fail(format!("{}: tests/data/kedro-1.7.0-vocabulary.json is not Kedro's vocabulary", case.name));
        }
    }

    fn compare(&mut self, case: &Case, host: Host, theirs: &Side<'_>, ours: &Side<'_>) {
        let mut failures = Vec::new();
        let column = if host == Host::Wheel { &mut self.wheel } else { &mut self.hosts };
        for row in compare::rows(case, host, theirs, ours) {
            column.compared += 1;
            if row.theirs == row.ours {
                continue;
            }
            match DIFFERENCES.iter().position(|difference| difference.explains(&row)) {
                Some(position) => {
                    column.on_purpose[position] += 1;
                    // Those that every case has are shown by their count alone.
                    if column.on_purpose[position] <= 3 {
                        println!("{}  on purpose: {}", shown(&row), DIFFERENCES[position].what());
                    }
                }
                None => failures.push(format!("{}  UNEXPLAINED", shown(&row))),
            }
        }
        column.unexplained += failures.len();
        for failure in failures {
            self.fail(failure);
        }
    }

    fn fail(&mut self, line: String) {
        println!("{line}");
        self.failures.push(line);
    }

    /// Nothing on the list may be never seen.
    pub fn show_differences(&mut self) {
        println!("\nDifferences on purpose, and how often each was seen under hosts of ours and with the wheel:");
        let counts = self.hosts.on_purpose.into_iter().zip(self.wheel.on_purpose);
        for (difference, (hosts, wheel)) in DIFFERENCES.iter().zip(counts) {
            let shown = |count: usize| if difference.is_observable() { count.to_string() } else { "-".to_owned() };
            println!("{:>6} {:>6}  {}", shown(hosts), shown(wheel), difference.what());
            if difference.is_observable() && hosts + wheel == 0 {
                self.fail(format!("no case shows the difference: {}", difference.what()));
            }
        }
    }

    /// The files that hold what a run finds.
    pub fn record(&mut self, recorded: Recorded) -> Result<(), String> {
        let read = |name: &str| fs::read_to_string(workspace().join(name)).map_err(|error| format!("{name}: {error}"));
        let document = read(DOCUMENT)?;
        let documented = differences::documented(&document).ok_or_else(|| format!("{DOCUMENT} has no markers"))?;
        let command_lines = std::mem::take(&mut self.command_lines);
        for (name, text) in [(DOCUMENT, documented), (COMMAND_LINES, command_lines)] {
            let is_sample = recorded == Recorded::Sample && name == COMMAND_LINES;
            if read(name).is_ok_and(|old| old == text || is_sample && has_lines(&old, &text)) {
                continue;
            }
            if recorded == Recorded::Write {
                fs::write(workspace().join(name), text).map_err(|error| format!("{name}: {error}"))?;
            } else {
                self.fail(format!("{name} holds something else; run `cargo xtask conformance --update`"));
            }
        }
        Ok(())
    }

    /// Keeps what the original sent for a command line, unless ours masks it otherwise on purpose.
    fn keep_line(&mut self, case: &Case, theirs: &[Value]) {
        let Some(properties) = theirs.first().map(|body| &body["properties"]) else { return };
        if case.subject != Subject::CommandLine || !case.is_project || differences::is_masked_otherwise(case) {
            return;
        }
        let line = serde_json::json!({
            "argv": case.text_argv(),
            "command": properties["command"],
            "main_command": properties["main_command"],
        });
        self.command_lines.push_str(&line.to_string());
        self.command_lines.push('\n');
    }
}

/// Whether all lines of `some` are in `all`, in that order.
fn has_lines(all: &str, some: &str) -> bool {
    let mut all = all.lines();
    some.lines().all(|line| all.any(|other| other == line))
}

/// Gives users of our hosts what the original's find, or the original's what ours leave.
fn prepare(bench: &Bench, cases: &Numbered<'_>, vocabulary: Option<&Value>) -> Result<(), String> {
    let told = ours::Told { vocabulary: vocabulary.unwrap_or(&Value::Null), catalog: &Value::Null, python_version: "" };
    for (id, case) in cases.iter().filter(|(_, case)| case.start != Start::After) {
        let (home, folder) = our_places(bench, *id)?;
        copy_dir(&case.home, &home);
        copy_dir(&case.folder, &folder);
        if case.start == Start::Before {
            // What it sends is not compared: the original's versions are not known yet.
            ours::run(artifacts(), &bench.collector, usize::MAX - id, case, (&home, &folder), &told)?;
            copy_dir(&home.join("config"), &case.home.join("config"));
            copy_dir(&folder, &case.folder);
        }
    }
    Ok(())
}

/// What has come from hosts of ours, of each case that one of them can run.
fn run_hosts(bench: &Bench, cases: &Numbered<'_>, outcomes: &[KedroRun]) -> Vec<(usize, Arrived)> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Arrived)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((index, (id, case))) = take_next(&next, cases) {
            if case.host != Host::Wheel {
                let result = run_ours(bench, *id, case, &outcomes[index], outcomes);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((*id, result));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn take_next<'a, T>(next: &AtomicUsize, all: &'a [T]) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, all.get(index)?))
}

/// What a run of Kedro has left, where its user is.
fn side<'a>(run: &KedroRun, (home, folder): (&'a Path, &'a Path)) -> Side<'a> {
    Side { bodies: run.bodies.clone(), exit: Some(run.exit), home, folder }
}

/// A vocabulary whose order does not matter.
fn sorted(node: &Value) -> Value {
    let mut options: Vec<String> =
        node["options"].as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect();
    options.sort();
    options.dedup();
    let mut commands: Vec<(String, Value)> = node["commands"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|command| (command["name"].to_string(), sorted(command)))
        .collect();
    commands.sort_by(|left, right| left.0.cmp(&right.0));
    let commands: Vec<Value> = commands.into_iter().map(|(_, command)| command).collect();
    serde_json::json!({"name": node["name"], "options": options, "commands": commands})
}

fn shown(row: &Row<'_>) -> String {
    let value = |value: &Option<Value>| match value {
        None => "(none)".to_owned(),
        Some(value) => {
            let text = value.to_string();
            let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(end, _)| end);
            if end < text.len() { format!("{}…", &text[..end]) } else { text }
        }
    };
    let host = if row.host == Host::Wheel { "wheel" } else { "our host" };
    let event = if row.event > 0 { format!(" (event {})", row.event + 1) } else { String::new() };
    format!("{} | {host} | {}{event} | {} | {}", row.case.name, row.property, value(&row.theirs), value(&row.ours))
}
