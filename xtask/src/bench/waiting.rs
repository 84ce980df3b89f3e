//! What a command waits when the endpoint never answers: nothing.

use std::{
    fs,
    time::{Duration, Instant},
};

use tests::{
    Artifacts, Sandbox,
    faults::{
        finish,
        server::{Behaviour, Sink},
    },
};

/// How long the command is to take by itself.
const WORK: Duration = Duration::from_millis(100);
const PAIRS: usize = 30;
const COMMAND: [&str; 2] = ["catalog", "list"];
/// A catalog as large as none is, so that something is wrong if the command is still too quick.
const MOST_DATASETS: usize = 1 << 20;

/// Runs a command of [`WORK`] with the plugin and without plugins, in turns.
pub fn table() -> Result<String, String> {
    let artifacts = Artifacts::release();
    let sink = Sink::start(Behaviour::Silence);
    let sandbox = Sandbox::with(&artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&sink.endpoint());
    let datasets = enlarge(&sandbox)?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let mut halves = [(&mut with, &[][..]), (&mut without, &["--no-plugins"][..])];
        // Neither is always the second.
        if pair % 2 == 1 {
            halves.reverse();
        }
        for (times, options) in halves {
            times.push(time(&sandbox, options)?);
        }
    }
    sink.wait_for(1);
    let ratio = median(with.iter().zip(&without).map(|(with, without)| with / without).collect());
    let (with, without) = (median(with), median(without));
    Ok(format!(
        "catalog list of {datasets} datasets, sink that never answers, median ms of {PAIRS} pairs\n\
         with telemetry  --no-plugins  ratio in a pair\n{with:>14.1}  {without:>12.1}  {ratio:>15.3}"
    ))
}

/// Adds datasets to the project until the command has enough to do; how many.
fn enlarge(sandbox: &Sandbox) -> Result<usize, String> {
    let file = sandbox.project().join("conf/base/catalog_large.yml");
    let mut count: usize = 256;
    loop {
        let entry = |n| format!("large_{n}:\n  type: pandas.CSVDataset\n  filepath: data/large_{n}.csv\n");
        let entries: String = (0..count).map(entry).collect();
        fs::write(&file, entries).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut times = Vec::new();
        for _ in 0..5 {
            times.push(time(sandbox, &["--no-plugins"])?);
        }
        let taken = median(times);
        if taken >= WORK.as_secs_f64() * 1e3 {
            return Ok(count);
        }
        if count >= MOST_DATASETS {
            return Err(format!("a catalog of {count} datasets is listed in {taken} ms"));
        }
        count = count * 5 / 4;
    }
}

/// How long the command takes, in milliseconds.
fn time(sandbox: &Sandbox, options: &[&str]) -> Result<f64, String> {
    let mut command = sandbox.host_demo(&[options, &COMMAND[..]].concat());
    let begun = Instant::now();
    let output = finish(&mut command);
    let taken = begun.elapsed().as_secs_f64() * 1e3;
    if output.status.success() { Ok(taken) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}
