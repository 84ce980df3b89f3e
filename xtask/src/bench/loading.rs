//! What plugins add to a command: those that it needs, those that it does not, and what the system
//! takes to load as many libraries.

use std::{fs, path::PathBuf, process::Command};

use tests::{Artifacts, Sandbox};

use super::{
    paired::{Case, measure},
    startup::{install_copies, install_noops, put_copies},
    table::Section,
};
use crate::callgrind::millions;

const ROUNDS: usize = 30;
const MANY: [usize; 3] = [1, 10, 100];
/// A program of the system that does nothing.
const TRUE: &str = "/bin/true";

/// A command, how many libraries it has, and the case that it is compared with.
struct Row {
    name: &'static str,
    command: Command,
    count: usize,
    base: usize,
}

/// Measures whole processes in turn, and counts the instructions of each.
pub fn measure_all(artifacts: &Artifacts) -> Result<Section, String> {
    let mut sandboxes = Vec::new();
    let rows = rows(artifacts, &mut sandboxes).map_err(|error| error.to_string())?;
    let mut cases: Vec<_> = rows.iter().map(|row| Case::new(same(&row.command))).collect();
    let times = measure(&mut cases, ROUNDS)?;
    let counted = rows.iter().map(|row| millions(&row.command)).collect::<Result<Vec<_>, _>>()?;
    let text = "`host-demo info` as a whole process, in milliseconds, and its instructions in user mode, by callgrind, in millions. Every plugin is a library of its own. \
        Those that a command needs have no list of hooks; the others list a hook that it does not call. What was installed is in `plugins.lock`, the rest was copied there. \
        The floor is what the system takes to load the same libraries into `true`. A needed plugin that was installed and has not changed is not looked at again; \
        the others are, which is most of the 485,000 instructions of one (*Calls, loading and recording*): 188,000 judge the 2,945 relocations of the smallest Rust library, \
        74,000 clear the bytes that tables are read into, 110,000 are the system's.";
    let columns = ["", "libraries", "whole process", "added", "added by each", "instructions", "by each"];
    let mut section = Section::new("Loading plugins", text, &columns);
    for (index, row) in rows.iter().enumerate() {
        let whole = times.of(index).to_string();
        let instructions = format!("{:.3}", counted[index]);
        if row.count == 0 {
            section.row(&[
                row.name.to_owned(),
                "0".to_owned(),
                whole,
                String::new(),
                String::new(),
                instructions,
                String::new(),
            ]);
            continue;
        }
        let added = times.added(index, row.base);
        #[allow(clippy::cast_precision_loss, reason = "a hundred at most")]
        let count = row.count as f64;
        let each = (counted[index] - counted[row.base]) / count;
        section.row(&[
            row.name.to_owned(),
            row.count.to_string(),
            whole,
            added.to_string(),
            format!("{:.3}", added.median / count),
            instructions,
            format!("{each:.3}"),
        ]);
    }
    Ok(section)
}

fn rows(artifacts: &Artifacts, sandboxes: &mut Vec<Sandbox>) -> std::io::Result<Vec<Row>> {
    let info = |sandbox: &Sandbox| sandbox.host_demo(&["info"]);
    let bare = Sandbox::with(artifacts);
    let mut rows = vec![Row { name: "no plugin", command: info(&bare), count: 0, base: 0 }];
    sandboxes.push(bare);
    for count in MANY {
        let sandbox = Sandbox::with(artifacts);
        install_noops(&sandbox, artifacts, count)?;
        rows.push(Row { name: "needed", command: info(&sandbox), count, base: 0 });
        sandboxes.push(sandbox);
    }
    let many = MANY[MANY.len() - 1];
    for (name, fixture) in [("needed, installed", "noop"), ("not needed, installed", "patient")] {
        let sandbox = Sandbox::with(artifacts);
        install_copies(&sandbox, artifacts, fixture, many)?;
        rows.push(Row { name, command: info(&sandbox), count: many, base: 0 });
        sandboxes.push(sandbox);
    }
    let sandbox = Sandbox::with(artifacts);
    put_copies(&sandbox, artifacts, "patient", many)?;
    rows.push(Row { name: "not needed", command: info(&sandbox), count: many, base: 0 });
    sandboxes.push(sandbox);

    let floor = rows.len();
    rows.push(Row { name: "`true`", command: Command::new(TRUE), count: 0, base: floor });
    let libraries = fs::read_dir(sandboxes[MANY.len()].path("plugins"))?;
    let libraries = libraries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    let libraries: Vec<_> = libraries.iter().map(|path| path.to_string_lossy()).collect();
    let mut loaded = Command::new(TRUE);
    loaded.env("LD_PRELOAD", libraries.join(":")).env("LD_BIND_NOW", "1");
    rows.push(Row { name: "`true`, the floor", command: loaded, count: many, base: floor });
    let mut telemetry = Command::new(TRUE);
    telemetry.env("LD_PRELOAD", artifacts.telemetry()).env("LD_BIND_NOW", "1");
    rows.push(Row { name: "`true`, the telemetry plugin's library", command: telemetry, count: 1, base: floor });
    Ok(rows)
}

fn same(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    same.args(command.get_args()).env_clear();
    same.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        same.current_dir(folder);
    }
    same
}
