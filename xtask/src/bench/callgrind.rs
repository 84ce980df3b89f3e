//! Instructions of a command, which are the same in every run.

use std::process::Command;

/// What callgrind says before its count.
const COUNT: &str = "Collected : ";

/// Callgrind, to which the command is to be added that it counts.
pub fn callgrind() -> Command {
    let mut callgrind = Command::new("valgrind");
    callgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).env_remove("DEBUGINFOD_URLS");
    callgrind
}

/// Runs it, and gives the instructions in user mode, in millions.
pub fn millions(callgrind: &mut Command) -> Result<f64, String> {
    let output = callgrind.output().map_err(|error| format!("callgrind cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once(COUNT)?.1.trim().parse::<u64>().ok());
    #[expect(clippy::cast_precision_loss, reason = "millions are shown")]
    counted.map(|count| count as f64 / 1e6).ok_or_else(|| format!("callgrind counted nothing: {said}"))
}

/// The same of a command, with its arguments, variables and folder.
pub fn millions_of(command: &Command) -> Result<f64, String> {
    let mut callgrind = callgrind();
    callgrind.arg(command.get_program()).args(command.get_args()).env_clear();
    callgrind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    callgrind.current_dir(command.get_current_dir().unwrap_or("/".as_ref()));
    millions(&mut callgrind)
}
