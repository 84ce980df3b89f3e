//! What a command waits when the endpoint never answers: nothing.

use std::{fs, time::Duration};

use tests::{Answer, Artifacts, Collector, Sandbox};

use super::{
    paired::{self, Case},
    table::Section,
};

/// How long the command is to take by itself.
const WORK: Duration = Duration::from_millis(100);
const PAIRS: usize = 30;
const COMMAND: [&str; 2] = ["catalog", "list"];
/// A catalog as large as none is, so that something is wrong if the command is still too quick.
const MOST_DATASETS: usize = 1 << 20;

/// Runs a command of [`WORK`] with the plugin and without plugins, in turns.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let collector = Collector::answering(Answer::Silence);
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    let datasets = enlarge(&sandbox)?;
    let case = |options: &[&str]| Case::new(sandbox.host_demo(&[options, &COMMAND[..]].concat()));
    let times = paired::measure(&mut [case(&["--no-plugins"]), case(&[])], PAIRS)?;
    collector.wait_for(1);
    let text = format!(
        "`catalog list` of {datasets} datasets, which is to take {} ms, in milliseconds; the endpoint accepts the connection and never answers. {PAIRS} pairs.",
        WORK.as_millis()
    );
    let mut section =
        Section::new("Waiting for an endpoint that never answers", &text, &["", "whole process", "ratio"]);
    section.row(&["without plugins", &times.of(0).to_string(), ""]);
    section.row(&["with telemetry", &times.of(1).to_string(), &times.ratio(1, 0).to_string()]);
    Ok(section)
}

/// Adds datasets to the project until the command has enough to do; how many.
fn enlarge(sandbox: &Sandbox) -> Result<usize, String> {
    let file = sandbox.project().join("conf/base/catalog_large.yml");
    let mut count: usize = 256;
    loop {
        let entry = |n| format!("large_{n}:\n  type: pandas.CSVDataset\n  filepath: data/large_{n}.csv\n");
        let entries: String = (0..count).map(entry).collect();
        fs::write(&file, entries).map_err(|error| format!("{}: {error}", file.display()))?;
        let command = sandbox.host_demo(&[&["--no-plugins"], &COMMAND[..]].concat());
        let taken = paired::measure(&mut [Case::new(command)], 5)?.of(0).median;
        if taken >= WORK.as_secs_f64() * 1e3 {
            return Ok(count);
        }
        if count >= MOST_DATASETS {
            return Err(format!("a catalog of {count} datasets is listed in {taken} ms"));
        }
        count = count * 5 / 4;
    }
}
