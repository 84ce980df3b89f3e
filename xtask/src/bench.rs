//! `cargo xtask bench`: the project's figures, each beside its peer's in the same run, into `docs/benchmarks.md` and its charts.

mod chart;
mod criterion;
mod hook_calls;
mod kedro;
mod machine;
mod paired;
mod python;
mod sink;
mod startup;
mod table;

use std::{fs, process::ExitCode};

use tests::{Artifacts, workspace};

use chart::Chart;
use table::Section;

/// Runs the benches, prints the tables and writes them down; fails when something it needs is missing.
pub fn run() -> ExitCode {
    match report() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured, in the order of the report.
fn report() -> Result<(), String> {
    let artifacts = Artifacts::release();
    let mut report = Report::new(&machine::describe(&[hook_calls::PLUGGY, kedro::KEDRO, kedro::TELEMETRY]));
    report.add_with_chart(hook_calls::measure()?, "hook-calls.svg")?;
    report.add(&startup::telemetry(&artifacts)?);
    report.add_with_chart(kedro::added(&artifacts)?, "added-to-a-command.svg")?;
    report.add(&startup::at_once(&artifacts)?);
    report.add(&startup::loading(&artifacts)?);
    write("benchmarks.md", &report.text)
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

    fn add(&mut self, section: &Section) {
        self.say(&section.to_string());
    }

    fn add_with_chart(&mut self, (section, chart): (Section, Chart), file: &str) -> Result<(), String> {
        self.add(&section);
        self.say(&format!("![{}]({file})\n", chart.title()));
        write(file, &chart.svg())
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
