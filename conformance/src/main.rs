//! `cargo xtask conformance`: the real Kedro with the real kedro-telemetry, and ours, on the same
//! input.
//!
//! Command lines and situations run under the host that says it is Kedro, which is told what Kedro
//! told the original; catalogs run under `host-demo`, which reads the same project itself. Every
//! property of what arrives at a server on loopback is compared, and so are the files that both
//! write. What differs is on the list of [`differences`] or a failure.

mod case;
mod catalogs;
mod child;
mod command_lines;
mod compare;
mod differences;
mod original;
mod ours;
mod projects;
mod python;
mod situations;
mod statements;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use serde_json::Value;
use tests::{Collector, artifacts, copy_dir, workspace};

use self::{
    case::{Case, Host, Start, Subject},
    compare::{Row, Side},
    differences::DIFFERENCES,
    original::Outcome,
    projects::Work,
};

/// How many run at once.
const WORKERS: usize = 2;
/// What has come from ours.
type Arrived = Result<Vec<Value>, String>;
/// A value of a property, as far as the table shows it.
const SHOWN: usize = 90;

/// Fails when something differs that is not meant to.
fn main() -> ExitCode {
    let options: Vec<String> = std::env::args().skip(1).collect();
    let result = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => in_temporary(Recorded::Compare),
        ["--keep", dir] => conformance(Path::new(dir), Recorded::Compare),
        ["--update"] => in_temporary(Recorded::Write),
        _ => Err("Usage: cargo xtask conformance [--keep DIR | --update]".to_owned()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What becomes of the files that hold what a run finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Recorded {
    /// They have to be equal.
    Compare,
    /// They are written anew.
    Write,
}

/// The table of differences.
const DOCUMENT: &str = "docs/telemetry.md";
/// What the original sent for each command line, for a test that needs no Python.
const COMMAND_LINES: &str = "tests/data/kedro-telemetry-0.9.0-command-lines.ndjson";

fn in_temporary(recorded: Recorded) -> Result<bool, String> {
    let dir = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    conformance(dir.path(), recorded)
}

fn conformance(root: &Path, recorded: Recorded) -> Result<bool, String> {
    let python = python::interpreter(&target().join("conformance/venv"))?;
    let started = Instant::now();
    let bench = Bench { python, work: Work::new(root), root: root.to_owned(), sink: Collector::start() };

    let vocabulary = workspace().join("tests/data/kedro-1.7.0-vocabulary.json");
    let vocabulary = fs::read(&vocabulary).map_err(|error| format!("{}: {error}", vocabulary.display()))?;
    let vocabulary: Value = serde_json::from_slice(&vocabulary).map_err(|error| error.to_string())?;
    let classes = catalogs::table();

    let mut report = Report::default();
    let makers = bench.work.makers()?;
    report.take(&bench, &makers, 0, None)?;

    let mut cases = situations::all(&bench.work)?;
    cases.extend(bench.work.catalogs()?);
    cases.push(bench.work.every_class(&classes)?);
    let places = [0, 1].map(|lane| {
        let home = bench.work.folder(&format!("lines/{lane}/home"))?;
        let project = bench.work.project("bare", &format!("lines/{lane}/project"))?;
        Ok::<_, String>((home, project, bench.work.folder(&format!("lines/{lane}/outside"))?))
    });
    let [first, second] = places;
    let places = [first?, second?];
    for (index, (name, argv, is_inside)) in command_lines::all(&vocabulary).into_iter().enumerate() {
        // The second lane has the situations and catalogs, too.
        let lane = usize::from(index % 3 == 2);
        let (home, project, outside) = &places[lane];
        let case = Case::command_line(name, argv, home, if is_inside { project } else { outside }, is_inside);
        cases.push(Case { lane, ..case });
    }
    report.take(&bench, &cases, makers.len(), Some(&vocabulary))?;
    let every_class = catalogs::compare(&bench, &cases, &classes)?;
    report.failures.extend(every_class);
    let statements = statements::compare(&bench.python, &bench.root)?;
    report.failures.extend(statements.failures);
    report.show_differences();
    report.record(recorded)?;

    println!("\n{} cases from `kedro new`, command lines, catalogs and situations:", makers.len() + cases.len());
    let count = |subject| makers.iter().chain(&cases).filter(|case| case.subject == subject).count();
    println!("command lines           {:>6}", count(Subject::CommandLine));
    println!("catalogs                {:>6}", count(Subject::Catalog));
    println!("situations              {:>6}", count(Subject::Situation));
    println!("dataset classes         {:>6}", projects::paths(&classes).count());
    println!("texts of .telemetry     {:>6}  ({})", statements.texts, statements.summary);
    println!("properties compared     {:>6}", report.compared);
    println!("differences on purpose  {:>6}", report.on_purpose.iter().sum::<usize>());
    println!("unexplained             {:>6}", report.failures.len());
    println!("in {:.0} s", started.elapsed().as_secs_f32());
    Ok(report.failures.is_empty())
}

/// What every case needs.
struct Bench {
    python: PathBuf,
    work: Work,
    root: PathBuf,
    sink: Collector,
}

#[derive(Default)]
struct Report {
    compared: usize,
    /// How often each of the differences was seen.
    on_purpose: [usize; DIFFERENCES.len()],
    failures: Vec<String>,
    /// What the original sent for each command line.
    command_lines: String,
}

impl Report {
    /// Runs `cases` on both sides and compares.
    fn take(
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
                ours::run(artifacts(), &bench.sink, usize::MAX - id, case, (&home, &folder), &told)?;
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
                let result = ours(bench, *id, case, &outcomes[index], &outcomes);
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
    fn show_differences(&mut self) {
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
    fn record(&mut self, recorded: Recorded) -> Result<(), String> {
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

/// The original, on both lanes at once.
fn theirs(bench: &Bench, cases: &[(usize, &Case)]) -> Result<Vec<Outcome>, String> {
    let (first, second): (Vec<_>, Vec<_>) = cases.iter().partition(|(_, case)| case.lane == 0);
    let run = |cases: &[(usize, &Case)]| original::run(&bench.python, &bench.root, &bench.sink, cases);
    let (first_of, second_of) = thread::scope(|scope| {
        let other = scope.spawn(|| run(&second));
        (run(&first), other.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    });
    let mut outcomes: Vec<(usize, Outcome)> = Vec::new();
    outcomes.extend(first.iter().map(|(id, _)| *id).zip(first_of?));
    outcomes.extend(second.iter().map(|(id, _)| *id).zip(second_of?));
    outcomes.sort_by_key(|(id, _)| *id);
    if outcomes.len() != cases.len() {
        return Err("the original has not run every case".into());
    }
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

fn our_places(bench: &Bench, id: usize) -> Result<(PathBuf, PathBuf), String> {
    Ok((bench.work.folder(&format!("ours/{id}/home"))?, bench.work.folder(&format!("ours/{id}/project"))?))
}

fn ours(bench: &Bench, id: usize, case: &Case, outcome: &Outcome, all: &[Outcome]) -> Result<Vec<Value>, String> {
    let (home, folder) = our_places(bench, id)?;
    if case.start == Start::After {
        if case.home.join("config").exists() {
            copy_dir(&case.home.join("config"), &home.join("config"));
        }
        copy_project(case, &folder)?;
    }
    // A refused command is told nothing; any vocabulary will do.
    let told = all.iter().map(|outcome| &outcome.facts["vocabulary"]).find(|told| !told.is_null());
    let own = &outcome.facts["vocabulary"];
    let told = ours::Told {
        vocabulary: if own.is_null() { told.unwrap_or(own) } else { own },
        catalog: &outcome.facts["catalog"],
        python_version: &outcome.python_version,
    };
    ours::run(artifacts(), &bench.sink, id, case, (&home, &folder), &told)
}

/// What the host reads of a project.
fn copy_project(case: &Case, folder: &Path) -> Result<(), String> {
    if case.host == Host::Demo {
        copy_dir(&case.folder, folder);
        return Ok(());
    }
    for name in ["pyproject.toml", ".telemetry"] {
        let file = case.folder.join(name);
        if file.exists() {
            fs::copy(&file, folder.join(name)).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok(())
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

fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    exe.ancestors().nth(2).map_or_else(|| workspace().join("target"), Path::to_owned)
}
