//! How many instructions telemetry adds to commands of the real Kedro: the same in every run, where
//! times differ by more than what is added.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tests::{Answer, Artifacts};

use super::{COMMANDS, KEDRO, TELEMETRY, User, empty, environments::Environments};
use crate::{bench::table::Section, callgrind::millions};

const COLUMNS: [&str; 7] = [
    "command",
    "the user …",
    "Kedro alone",
    "an empty plugin adds",
    "original adds",
    "ours adds",
    "ours beyond the empty one",
];

/// Counts each command once, after one that is not counted and writes Python's caches.
pub fn measure() -> Result<Section, String> {
    let artifacts = Artifacts::release_package();
    let environments = Environments::ready(&artifacts)?;
    let empty = empty::write().map_err(|error| format!("the empty plugin cannot be written: {error}"))?;
    let text = format!(
        "Instructions in user mode by valgrind's callgrind, of the command without the detached sender, in millions: \
         {KEDRO} alone, what a plugin with our entry points adds to it that does nothing, what {TELEMETRY} (the original) adds, and what our package adds. \
         What the kernel does is not in it. Refused is by `DO_NOT_TRACK=1`.",
    );
    let title = "What telemetry adds to commands of the real Kedro, in instructions";
    let mut section = Section::new(title, &text, &COLUMNS);
    for words in COMMANDS {
        for (name, answer) in [("agrees", Some(Answer::After(Duration::ZERO))), ("refuses", None)] {
            let counted = |program: PathBuf, path: Option<&Path>| {
                count(&User::new(&artifacts, answer.clone())?, &program, path, words)
            };
            let alone = counted(environments.alone(), None)?;
            let empty = counted(environments.alone(), Some(&empty))? - alone;
            let original = counted(environments.original(), None)? - alone;
            let ours = counted(environments.ours(), None)? - alone;
            let [name, words] = [name.to_owned(), format!("`kedro {}`", words.join(" "))];
            let figures = [alone, empty, original, ours, ours - empty].map(|millions| format!("{millions:.1}"));
            let cells: Vec<_> = [words, name].into_iter().chain(figures).collect();
            eprintln!("{}", cells.join(" | "));
            section.row(&cells);
        }
    }
    Ok(section)
}

/// The instructions of a command, in millions, with this folder on Python's path.
fn count(user: &User, program: &Path, path: Option<&Path>, words: &[&str]) -> Result<f64, String> {
    let mut command = user.command(program, words);
    command.envs(path.map(|path| ("PYTHONPATH", path)));
    let failed = |error: io::Error| format!("`kedro` cannot be run: {error}");
    if !command.output().map_err(failed)?.status.success() {
        return Err(format!("`kedro {}` fails", words.join(" ")));
    }
    // The program's first line names its interpreter, which callgrind would take for the program.
    let mut interpreted = Command::new(program.with_file_name("python"));
    interpreted.arg(program).args(command.get_args());
    interpreted.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    interpreted.current_dir(command.get_current_dir().unwrap_or(Path::new("/")));
    user.forget_senders(&mut interpreted);
    millions(&interpreted)
}
