//! What differs, and what becomes of it.

use std::{
    fs,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use tests::{artifacts, copy_dir, workspace};

use crate::{
    bench::{Arrived, Bench, our_places, ours as run_ours, theirs},
    case::{Case, Start, Subject},
    compare::{self, Row, Side},
    differences::{self, DIFFERENCES},
    ours,
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
    /// Properties compared.
    pub compared: usize,
    /// How often each of the differences was seen.
    pub on_purpose: [usize; DIFFERENCES.len()],
    /// What nobody meant to differ.
    pub failures: Vec<String>,
    /// What the original sent for each command line.
    command_lines: String,
}

impl Report {
    /// Runs `cases` on both sides and compares.
    pub fn take(
        &mut self,
        bench: &Bench,
        cases: &[Case],
        first_id: usize,
        vocabulary: Option<&Value>,
    ) -> Result<(), String> {
        let numbered: Vec<(usize, &Case)> =
            cases.iter().enumerate().map(|(index, case)| (first_id + index, case)).collect();
        let told =
            ours::Told { vocabulary: vocabulary.unwrap_or(&Value::Null), catalog: &Value::Null, python_version: "" };
        for (id, case) in numbered.iter().filter(|(_, case)| case.start != Start::After) {
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
        let outcomes = theirs(bench, &numbered)?;
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, Arrived)>> = Mutex::new(Vec::new());
        let work = || {
            while let Some((id, case)) = numbered.get(next.fetch_add(1, Ordering::Relaxed)) {
                let index = id - first_id;
                let result = run_ours(bench, *id, case, &outcomes[index], &outcomes);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
            }
        };
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(work);
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(index, _)| *index);
        for (index, result) in results {
            let (id, case) = numbered[index];
            let (home, folder) = our_places(bench, id)?;
            let has_failed = outcomes[index].exit != 0;
            let theirs =
                Side { bodies: outcomes[index].bodies.clone(), has_failed, home: &case.home, folder: &case.folder };
            self.keep_line(case, &theirs.bodies);
            match result {
                Ok(bodies) => {
                    self.compare(case, &theirs, &Side { bodies, has_failed: false, home: &home, folder: &folder });
                }
                Err(error) => self.fail(error),
            }
            let told = &outcomes[index].facts["vocabulary"];
            if let (Some(known), true, false) = (vocabulary, case.is_project, told.is_null()) {
                self.compared += 1;
                if sorted(known) != sorted(told) {
                    self.fail(format!(
                        "{}: tests/data/kedro-1.7.0-vocabulary.json is not Kedro's vocabulary",
                        case.name
                    ));
                }
            }
        }
        Ok(())
    }

    fn compare(&mut self, case: &Case, theirs: &Side<'_>, ours: &Side<'_>) {
        for row in compare::rows(case, theirs, ours) {
            self.compared += 1;
            if row.theirs == row.ours {
                continue;
            }
            match DIFFERENCES.iter().position(|difference| difference.explains(&row)) {
                Some(position) => {
                    self.on_purpose[position] += 1;
                    // Those that every case has are shown by their count alone.
                    if self.on_purpose[position] <= 3 {
                        println!("{}  on purpose: {}", shown(&row), DIFFERENCES[position].what());
                    }
                }
                None => self.fail(format!("{}  UNEXPLAINED", shown(&row))),
            }
        }
    }

    fn fail(&mut self, line: String) {
        println!("{line}");
        self.failures.push(line);
    }

    /// Nothing on the list may be never seen.
    pub fn show_differences(&mut self) {
        println!("\nDifferences on purpose, and how often each was seen:");
        for (difference, count) in DIFFERENCES.iter().zip(self.on_purpose) {
            let shown = if difference.is_observable() { count.to_string() } else { "-".to_owned() };
            println!("{shown:>6}  {}", difference.what());
            if difference.is_observable() && count == 0 {
                self.failures.push(format!("no case shows the difference: {}", difference.what()));
            }
        }
    }

    /// The files that hold what a run finds.
    pub fn record(&mut self, recorded: Recorded) -> Result<(), String> {
        let read = |name: &str| fs::read_to_string(workspace().join(name)).map_err(|error| format!("{name}: {error}"));
        let document = read(DOCUMENT)?;
        let documented = differences::documented(&document).ok_or_else(|| format!("{DOCUMENT} has no markers"))?;
        for (name, text) in [(DOCUMENT, &documented), (COMMAND_LINES, &self.command_lines)] {
            if read(name).is_ok_and(|old| old == *text) {
                continue;
            }
            if recorded == Recorded::Write {
                fs::write(workspace().join(name), text).map_err(|error| format!("{name}: {error}"))?;
            } else {
                self.failures.push(format!("{name} holds something else; run `cargo xtask conformance --update`"));
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
    format!("{} | {} | {} | {}", row.case.name, row.property, value(&row.theirs), value(&row.ours))
}
