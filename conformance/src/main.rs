//! `cargo xtask conformance`: the real Kedro with the real kedro-telemetry, and ours, on the same
//! input.
//!
//! Everything runs in three ways: Kedro with the original; a host of ours; the same Kedro with our
//! package in place of the original. As for hosts, command lines and situations run under the one
//! that says it is Kedro, which is told what Kedro told the original; catalogs run under `host-demo`,
//! which reads the same project itself. Every property of what arrives at a server on loopback is
//! compared with the original's, and so are the files that all write and, of the two Kedros, the
//! exit code. What differs is on the list of [`differences`] or a failure.

mod bench;
mod case;
mod catalogs;
mod child;
mod command_lines;
mod compare;
mod differences;
mod kedro;
mod original;
mod ours;
mod projects;
mod report;
mod runs;
mod situations;
mod statements;
mod user;
mod wheel;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use serde_json::Value;
use tests::{Collector, workspace};

use self::{
    bench::Bench,
    case::{Case, Subject},
    projects::Work,
    report::{Column, Recorded, Report},
    statements::StatementsRead,
};

/// A line of the summary: what it is about, and where its number is from.
type Counted = (&'static str, fn(&Column) -> usize);
const COUNTED: [Counted; 3] = [
    ("properties compared", |column| column.compared),
    ("differences on purpose", |column| column.on_purpose.iter().sum()),
    ("unexplained", |column| column.unexplained),
];

/// A sample has one of so many command lines, and all else.
const SAMPLED: usize = 4;

fn main() -> ExitCode {
    let options: Vec<String> = std::env::args().skip(1).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let result = match options[..] {
        [] => in_temporary(Recorded::Compare),
        ["--keep", dir] => conformance(Path::new(dir), Recorded::Compare),
        ["--sample"] => in_temporary(Recorded::Sample),
        ["--update"] => in_temporary(Recorded::Write),
        _ => Err("Usage: cargo xtask conformance [--keep DIR | --sample | --update]".to_owned()),
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

fn in_temporary(recorded: Recorded) -> Result<bool, String> {
    let dir = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    conformance(dir.path(), recorded)
}

fn conformance(root: &Path, recorded: Recorded) -> Result<bool, String> {
    let original = original::install(&target().join("conformance/original"))?;
    let wheel = wheel::install(&target().join("conformance/wheel"))?;
    let started = Instant::now();
    let (work, collector) = (Work::new(root), Collector::start());
    let bench = Bench { original, wheel, work, root: root.to_owned(), collector };

    let vocabulary = workspace().join("tests/data/kedro-1.7.0-vocabulary.json");
    let vocabulary = fs::read(&vocabulary).map_err(|error| format!("{}: {error}", vocabulary.display()))?;
    let vocabulary: Value = serde_json::from_slice(&vocabulary).map_err(|error| error.to_string())?;

    let mut report = Report::default();
    let makers = bench.work.makers()?;
    report.take(&bench, &makers, 0, None)?;

    let mut cases = situations::all(&bench.work)?;
    cases.extend(bench.work.catalogs()?);
    cases.push(bench.work.every_class()?);
    cases.extend(runs::all(&bench.work)?);
    let places = [0, 1].map(|lane| {
        let home = bench.work.folder(&format!("lines/{lane}/home"))?;
        let project = bench.work.project("bare", &format!("lines/{lane}/project"))?;
        Ok::<_, String>((home, project, bench.work.folder(&format!("lines/{lane}/outside"))?))
    });
    let [first, second] = places;
    let places = [first?, second?];
    for (index, (name, argv, is_inside)) in command_lines::all(&vocabulary).into_iter().enumerate() {
        if recorded == Recorded::Sample && index % SAMPLED != 0 {
            continue;
        }
        // The second lane has the situations and catalogs, too.
        let lane = usize::from(index % 3 == 2);
        let (home, project, outside) = &places[lane];
        let case = Case::command_line(name, argv, home, if is_inside { project } else { outside }, is_inside);
        cases.push(Case { lane, ..case });
    }
    report.take(&bench, &cases, makers.len(), Some(&vocabulary))?;
    let every_class = catalogs::compare(&bench, &cases)?;
    report.failures.extend(every_class);
    let statements = statements::compare(&bench.original.environment.python(), &bench.root)?;
    report.failures.extend(statements.failures.iter().cloned());
    report.show_differences();
    report.record(recorded)?;

    let all: Vec<&Case> = makers.iter().chain(&cases).collect();
    summarise(&all, &statements, &report);
    println!("in {:.0} s", started.elapsed().as_secs_f32());
    Ok(report.failures.is_empty())
}

fn summarise(cases: &[&Case], statements: &StatementsRead, report: &Report) {
    println!("\n{} cases from `kedro new`, command lines, catalogs, situations and runs:", cases.len());
    let count = |subject| cases.iter().filter(|case| case.subject == subject).count();
    println!("command lines           {:>6}", count(Subject::CommandLine));
    println!("catalogs                {:>6}", count(Subject::Catalog));
    println!("situations              {:>6}", count(Subject::Situation));
    println!("runs, by Kedro alone    {:>6}", count(Subject::Run));
    println!("dataset classes         {:>6}", projects::paths().count());
    println!("texts of .telemetry     {:>6}  ({})", statements.texts, statements.summary);
    println!("\nagainst the original:   our hosts   wheel");
    for (what, count) in COUNTED {
        println!("{what:<22}  {:>9}  {:>6}", count(&report.hosts), count(&report.wheel));
    }
    println!("failures of all kinds   {:>9}", report.failures.len());
}

fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    exe.ancestors().nth(2).map_or_else(|| workspace().join("target"), Path::to_owned)
}
