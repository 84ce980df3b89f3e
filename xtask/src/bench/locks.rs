//! What `plugins.lock` costs a start: ten plugins that were installed, and ten of which nobody knows
//! any more that they were.

use std::fs;

use tests::{Artifacts, Sandbox};

use super::{
    callgrind::millions_of,
    paired::{Case, measure_all},
    startup::install_copies,
    table::Section,
};

const ROUNDS: usize = 400;
const PLUGINS: usize = 10;
const LOCK: &str = "data/host-demo/plugins/plugins.lock";

/// Measures whole processes in turn, and counts the instructions of each.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let [unlocked, locked] = [(); 2].map(|()| Sandbox::with(artifacts));
    // Both by the same hand: how a file was written shows in how fast it is mapped.
    for sandbox in [&locked, &unlocked] {
        install_copies(sandbox, artifacts, "noop", PLUGINS).map_err(|error| error.to_string())?;
    }
    fs::remove_file(unlocked.path(LOCK)).map_err(|error| format!("cannot remove {LOCK}: {error}"))?;
    let command = |sandbox: &Sandbox| sandbox.host_demo(&["info"]);
    let mut cases = [Case::new(command(&unlocked)), Case::new(command(&locked))];
    let samples = measure_all(&mut cases, ROUNDS)?;
    let (wall, cpu) = samples.ratios(1, 0);
    let text = format!(
        "`host-demo info` with {PLUGINS} plugins in the user's directory, as a whole process: installed by `plugin install`, with `plugins.lock` and without that file. \
         Times are the medians of {ROUNDS} interleaved rounds, in milliseconds, ratios those within a round; instructions are in user mode, by callgrind, in millions. \
         Nothing has changed since the last start: with that file, no library is looked at again."
    );
    let mut section = Section::new("Starting with locked plugins", &text, &["", "wall", "CPU", "instructions"]);
    let counted = [millions_of(&command(&unlocked))?, millions_of(&command(&locked))?];
    for (case, name) in ["unlocked", "locked"].into_iter().enumerate() {
        let [wall, cpu] = [samples.wall(case).0, samples.cpu(case).0].map(|millis| format!("{millis:.3}"));
        section.row(&[name.to_owned(), wall, cpu, format!("{:.3}", counted[case])]);
    }
    let ratio = counted[1] / counted[0];
    section.row(&["ratio".to_owned(), wall.to_string(), cpu.to_string(), format!("{ratio:.3}")]);
    Ok(section)
}
