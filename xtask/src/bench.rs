//! `cargo xtask bench`: the project's figures, each beside its peer's in the same run, into `docs/benchmarks.md` and its charts.

mod chart;
mod criterion;
#[cfg(target_os = "linux")]
mod delivery;
#[cfg(target_os = "linux")]
mod footprint;
mod hook_calls;
mod kedro;
mod machine;
mod paired;
mod python;
mod recording;
mod sink;
mod startup;
mod table;
#[cfg(target_os = "linux")]
mod waiting;

use std::{fs, process::ExitCode};

use tests::{Artifacts, workspace};

use chart::Chart;
use table::Section;

/// What a bench gives: a section of the report, and where it has one, a chart and its file.
type Measured = Result<(Section, Option<(Chart, &'static str)>), String>;

/// A bench: its name, and how it is measured.
type Bench = (&'static str, fn(&Artifacts) -> Measured);

/// In the order of the report.
const BENCHES: &[Bench] = &[
    ("hook-calls", |_| hook_calls::measure().map(|(section, chart)| (section, Some((chart, "hook-calls.svg"))))),
    ("startup", |artifacts| plain(startup::telemetry(artifacts))),
    ("kedro", |artifacts| {
        kedro::added(artifacts).map(|(section, chart)| (section, Some((chart, "added-to-a-command.svg"))))
    }),
    #[cfg(target_os = "linux")]
    ("waiting", |artifacts| plain(waiting::measure(artifacts))),
    ("recording", |_| plain(recording::measure())),
    ("at-once", |artifacts| plain(startup::at_once(artifacts))),
    #[cfg(target_os = "linux")]
    ("delivery", |artifacts| plain(delivery::measure(artifacts))),
    ("loading", |artifacts| plain(startup::loading(artifacts))),
    #[cfg(target_os = "linux")]
    ("footprint", |artifacts| plain(footprint::measure(artifacts))),
];

fn plain(section: Result<Section, String>) -> Measured {
    section.map(|section| (section, None))
}

/// Runs the benches, or those named, and prints each table; writes them down when it is all of them. Fails when something is missing that
/// one needs.
pub fn run(names: &[&str]) -> ExitCode {
    if names.iter().any(|name| BENCHES.iter().all(|(known, _)| known != name)) {
        let known: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("Usage: cargo xtask bench [{}]…", known.join("|"));
        return ExitCode::from(2);
    }
    match report(names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(names: &[&str]) -> Result<(), String> {
    let artifacts = Artifacts::release();
    let mut report = Report::new(&machine::describe(&[hook_calls::PLUGGY, kedro::KEDRO, kedro::TELEMETRY]));
    for (_, measure) in BENCHES.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let (section, chart) = measure(&artifacts)?;
        report.say(&section.to_string());
        let Some((chart, file)) = chart else { continue };
        report.say(&format!("![{}]({file})\n", chart.title()));
        if names.is_empty() {
            write(file, &chart.svg())?;
        }
    }
    if names.is_empty() { write("benchmarks.md", &report.text) } else { Ok(()) }
}

/// The page, printed as it grows.
struct Report {
    text: String,
}

impl Report {
    fn new(machine: &str) -> Self {
        let mut report = Self { text: String::new() };
        report.say("# Benchmarks\n");
        report.say("Made by `cargo xtask bench`. Figures of one run belong together; another machine, or another day, has others.\n");
        report.say(machine);
        report
    }

    fn say(&mut self, text: &str) {
        println!("{text}");
        self.text.push_str(text);
        self.text.push('\n');
    }
}

fn write(name: &str, text: &str) -> Result<(), String> {
    let path = workspace().join("docs").join(name);
    fs::write(&path, text.trim_end().to_owned() + "\n")
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
