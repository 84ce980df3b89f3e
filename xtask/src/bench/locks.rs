//! What `plugins.lock` costs a start: ten plugins that were installed, and the same ten put there
//! by hand.

use std::{fs, io, path::PathBuf, process::Command};

use tests::{Artifacts, Sandbox, run};

use super::{
    callgrind::{callgrind, millions},
    paired::{Case, measure_all},
    startup::install_noops,
    table::Section,
};

const ROUNDS: usize = 400;
const PLUGINS: usize = 10;
const USERS: &str = "data/host-demo/plugins";

/// Measures whole processes in turn, and counts the instructions of each.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let [unlocked, locked] = [(); 2].map(|()| Sandbox::with(artifacts));
    install(&locked, artifacts).map_err(|error| error.to_string())?;
    copy(&locked, &unlocked).map_err(|error| error.to_string())?;
    let command = |sandbox: &Sandbox| sandbox.host_demo(&["info"]);
    let mut cases = [Case::new(command(&unlocked)), Case::new(command(&locked))];
    let samples = measure_all(&mut cases, ROUNDS)?;
    let (wall, cpu) = samples.ratios(1, 0);
    let text = format!(
        "`host-demo info` with {PLUGINS} plugins in the user's directory, as a whole process: by `plugin install`, which writes `plugins.lock`, and put there by hand. \
         Times are the medians of {ROUNDS} interleaved rounds, in milliseconds, ratios those within a round; instructions are in user mode, by callgrind, in millions. \
         Nothing has changed since the last start, so no content is read."
    );
    let mut section = Section::new("Starting with locked plugins", &text, &["", "wall", "CPU", "instructions"]);
    let counted = [count(&command(&unlocked))?, count(&command(&locked))?];
    for (case, name) in ["put there by hand", "installed"].into_iter().enumerate() {
        let [wall, cpu] = [samples.wall(case).0, samples.cpu(case).0].map(|millis| format!("{millis:.3}"));
        section.row(&[name.to_owned(), wall, cpu, format!("{:.3}", counted[case])]);
    }
    let ratio = counted[1] / counted[0];
    section.row(&["ratio".to_owned(), wall.to_string(), cpu.to_string(), format!("{ratio:.3}")]);
    Ok(section)
}

/// Has the host install plugins that do nothing.
fn install(sandbox: &Sandbox, artifacts: &Artifacts) -> io::Result<()> {
    for library in install_noops(sandbox, artifacts, PLUGINS)? {
        let output = run(&mut sandbox.host_demo(&["--no-plugins", "plugin", "install", &library.to_string_lossy()]));
        if !output.status.success() {
            return Err(io::Error::other(format!("a plugin cannot be installed: {output:?}")));
        }
        fs::remove_file(library)?;
    }
    Ok(())
}

/// Puts what was installed in one sandbox into the other by hand.
fn copy(from: &Sandbox, to: &Sandbox) -> io::Result<()> {
    fs::create_dir_all(to.path(USERS))?;
    let paths: Vec<PathBuf> =
        fs::read_dir(from.path(USERS))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension != "lock")) {
        fs::copy(path, to.path(USERS).join(path.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn count(command: &Command) -> Result<f64, String> {
    let mut callgrind = callgrind();
    callgrind.arg(command.get_program()).args(command.get_args()).env_clear();
    callgrind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    callgrind.current_dir(command.get_current_dir().unwrap_or("/".as_ref()));
    millions(&mut callgrind)
}
