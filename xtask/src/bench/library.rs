//! What telemetry as a library, without any plugin, adds to a program of twenty lines.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::{cargo, workspace};

use super::{
    paired::{Case, measure_all},
    table::Section,
};
use crate::{callgrind::millions, process::succeeds, target::target};

const ROUNDS: usize = 200;

/// The examples of the library, built as they are shipped.
pub fn examples<const N: usize>(names: [&str; N]) -> Result<[PathBuf; N], String> {
    let mut cargo = cargo();
    cargo.args(["build", "--quiet", "--release", "--package", "usage-telemetry", "--features", "clap,derive"]);
    for name in names {
        cargo.args(["--example", name]);
    }
    succeeds(cargo.arg("--target-dir").arg(target()).current_dir(workspace()))?;
    Ok(names.map(|name| target().join("release/examples").join(name)))
}

/// Instructions, and times by turns, of the same command with and without the library.
pub fn measure(rounds: Option<usize>) -> Result<Section, String> {
    let rounds = rounds.unwrap_or(ROUNDS);
    let [plain, tally] = examples(["plain", "tally"])?;
    let homes = [(); 3].map(|()| tempfile::tempdir());
    let [none, refusing, agreeing] = homes.map(|home| home.map_err(|error| format!("no folder can be made: {error}")));
    let (none, refusing, agreeing) = (none?, refusing?, agreeing?);
    succeeds(command(&tally, agreeing.path()).args(["telemetry", "on"]))?;
    let cases = [(&plain, &none, false), (&tally, &refusing, true), (&tally, &agreeing, false)];
    let run = |(program, home, is_refused): (&PathBuf, &tempfile::TempDir, bool)| {
        let mut command = command(program, home.path());
        command.args(["add", "buy", "tea"]).envs(is_refused.then_some(("DO_NOT_TRACK", "1")));
        command
    };
    let mut counts = [0.0; 3];
    for (count, case) in counts.iter_mut().zip(cases) {
        // The first makes what is made once, such as an identity.
        succeeds(&mut run(case))?;
        *count = millions(&run(case))?;
    }
    let queue = agreeing.path().join(".local/state/tally-telemetry/queue/new");
    let empty = |_: &mut Command| {
        // As where events are sent: a full queue is another matter.
        let _ = fs::remove_dir_all(&queue);
    };
    let [alone, refused, recorded] = cases.map(run);
    let mut cases = [Case::new(alone), Case::new(refused), Case::settling(recorded, empty)];
    let times = measure_all(&mut cases, rounds)?;
    let text = format!(
        "`tally add buy tea`, the example of twenty lines, beside the same program without telemetry (`plain`): millions of instructions in user mode \
         by valgrind's callgrind, and milliseconds of {rounds} rounds by turns (median; quartiles behind the ratio). An event is recorded and stays here; \
         what sends events is a process of its own."
    );
    let columns = ["", "instructions", "added", "CPU time", "added", "whole process", "ratio"];
    let mut section = Section::new("What the library adds to a command", &text, &columns);
    for (case, name) in
        ["without telemetry", "refused by `DO_NOT_TRACK`", "an event is recorded"].into_iter().enumerate()
    {
        let mut cells = vec![name.to_owned(), format!("{:.2}", counts[case])];
        cells.push(if case == 0 { String::new() } else { format!("{:.2}", counts[case] - counts[0]) });
        cells.push(format!("{:.2}", times.cpu(case).0));
        cells.push(if case == 0 { String::new() } else { format!("{:.2}", times.cpu_added(case, 0).0) });
        cells.push(format!("{:.2}", times.wall(case).0));
        cells.push(if case == 0 { String::new() } else { times.wall_ratio(case, 0).to_string() });
        section.row(&cells);
    }
    Ok(section)
}

fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).current_dir(home);
    command
}
