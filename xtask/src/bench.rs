//! `cargo xtask bench`: the project's figures, each beside its peer's in the same run, into
//! `docs/benchmarks.md` and its charts.

mod chart;
mod criterion;
#[cfg(target_os = "linux")]
mod curve;
#[cfg(target_os = "linux")]
mod delivery;
#[cfg(target_os = "linux")]
mod footprint;
mod hook_calls;
mod host_demo;
mod instructions;
mod kedro;
mod library;
mod loading;
mod locks;
mod machine;
mod paired;
mod peers;
mod picture;
#[cfg(target_os = "linux")]
mod plot;
mod python;
mod recording;
#[cfg(unix)]
mod report;
#[cfg(target_os = "linux")]
mod scale;
pub mod startup;
mod table;
mod values;
#[cfg(target_os = "linux")]
mod waiting;

use std::{cell::LazyCell, fs, path::PathBuf, process::ExitCode};

use tests::{Artifacts, workspace};

use chart::Chart;
use picture::Picture;
use table::Section;

/// What a bench gives: a section of the report, and its pictures.
type Measured = Result<(Section, Vec<Picture>), String>;

/// A bench: its name, and how it is measured.
type Bench = (&'static str, fn(&Wanted) -> Measured);

/// What benches measure, and how often.
struct Wanted {
    /// Built when the first bench asks.
    artifacts: LazyCell<Artifacts>,
    /// Where not as many as usual.
    rounds: Option<usize>,
}

/// In the order of the report.
const BENCHES: &[Bench] = &[
    ("hook-calls", |_| hook_calls::measure().map(|(section, chart)| with(section, &chart, "hook-calls.svg"))),
    ("instructions", |_| plain(instructions::measure())),
    ("values", |_| plain(values::measure())),
    ("startup", |wanted| plain(startup::telemetry(&wanted.artifacts))),
    ("kedro", |wanted| plain(kedro::measure(wanted.rounds))),
    ("kedro-instructions", |_| plain(kedro::instructions::measure())),
    ("host-demo", |wanted| {
        host_demo::added(&wanted.artifacts).map(|(section, chart)| with(section, &chart, "added-to-a-command.svg"))
    }),
    ("library", |wanted| plain(library::measure(wanted.rounds))),
    #[cfg(target_os = "linux")]
    ("waiting", |wanted| plain(waiting::measure(&wanted.artifacts))),
    ("recording", |_| plain(recording::measure())),
    ("at-once", |wanted| plain(startup::at_once(&wanted.artifacts))),
    #[cfg(target_os = "linux")]
    ("delivery", |wanted| plain(delivery::measure(&wanted.artifacts))),
    ("loading", |wanted| plain(loading::measure_all(&wanted.artifacts))),
    ("locks", |_| plain(locks::measure(&Artifacts::release_demo()))),
    #[cfg(target_os = "linux")]
    ("footprint", |wanted| plain(footprint::measure(&wanted.artifacts))),
    #[cfg(target_os = "linux")]
    ("scale", |_| scale::measure()),
    #[cfg(unix)]
    ("report", |_| plain(report::measure())),
];

fn plain(section: Result<Section, String>) -> Measured {
    section.map(|section| (section, Vec::new()))
}

fn with(section: Section, chart: &Chart, file: &'static str) -> (Section, Vec<Picture>) {
    (section, vec![Picture { title: chart.title().to_owned(), file, svg: chart.svg() }])
}

/// Runs the benches, or those named, prints each table and writes it down. Fails when something is
/// missing that one needs.
pub fn run(words: &[&str]) -> ExitCode {
    let (names, rounds) = match *words {
        [ref names @ .., "--rounds", rounds] => (names, rounds.parse().ok().filter(|rounds| *rounds > 0)),
        ref names => (names, None),
    };
    let is_known = |word: &&str| BENCHES.iter().any(|(known, _)| known == word);
    if !names.iter().all(is_known) || (rounds.is_none() && names.len() != words.len()) {
        let known: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("Usage: cargo xtask bench [{}]… [--rounds N]", known.join("|"));
        return ExitCode::from(2);
    }
    match report(names, rounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(names: &[&str], rounds: Option<usize>) -> Result<(), String> {
    let wanted = Wanted { artifacts: LazyCell::new(Artifacts::release), rounds };
    let versions = machine::versions(&[hook_calls::PLUGGY, kedro::KEDRO, kedro::TELEMETRY]);
    let mut page = format!("{HEAD}\n{versions}\n");
    // What is not measured now stays as it was.
    let before =
        if names.is_empty() { String::new() } else { fs::read_to_string(path("benchmarks.md")).unwrap_or_default() };
    println!("{page}");
    for (name, measure) in BENCHES {
        if !names.is_empty() && !names.contains(name) {
            page.push_str(kept(&before, name));
            continue;
        }
        let (section, pictures) = measure(&wanted)?;
        let mut text = format!("{}\n{section}\n{}\n", mark(name), machine::today());
        for Picture { title, file, svg } in pictures {
            text = format!("{text}![{title}]({file})\n\n");
            write(file, &svg)?;
        }
        println!("{text}");
        page.push_str(&text);
    }
    write("benchmarks.md", &page)
}

const HEAD: &str = "# Benchmarks\n\nMade by `cargo xtask bench`. Figures of one table belong together; another machine, or another day, has others.\n";

/// Where the section of a bench begins.
fn mark(name: &str) -> String {
    format!("<!-- {name} -->")
}

/// The section of a bench as it was.
fn kept<'a>(page: &'a str, name: &str) -> &'a str {
    let Some(begin) = page.find(&mark(name)) else { return "" };
    let end = page[begin + 1..].find("<!-- ").map_or(page.len(), |next| begin + 1 + next);
    &page[begin..end]
}

fn write(name: &str, text: &str) -> Result<(), String> {
    let path = path(name);
    fs::write(&path, text.trim_end().to_owned() + "\n")
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn path(name: &str) -> PathBuf {
    workspace().join("docs").join(name)
}
