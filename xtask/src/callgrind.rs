//! Instructions of a command in user mode, by valgrind's callgrind: the same in every run, or nearly.

use std::{
    env,
    ffi::OsStr,
    process::{Command, Output},
};

/// What callgrind says before its count.
const COUNT: &str = "Collected : ";

/// The instructions of a command, in millions.
pub fn millions(command: &Command) -> Result<f64, String> {
    let output = under(command, &["--callgrind-out-file=/dev/null"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once(COUNT)?.1.trim().parse::<u64>().ok());
    #[expect(clippy::cast_precision_loss, reason = "millions are shown")]
    counted.map(|count| count as f64 / 1e6).ok_or_else(|| format!("callgrind counted nothing: {said}"))
}

/// Runs a command under callgrind, with nothing in its environment but its own, and these options.
pub fn under<O: AsRef<OsStr>>(command: &Command, options: &[O]) -> Result<Output, String> {
    let mut callgrind = Command::new("valgrind");
    callgrind.arg("--tool=callgrind").args(options).arg(command.get_program()).args(command.get_args()).env_clear();
    callgrind.env("PATH", env::var_os("PATH").unwrap_or_default());
    callgrind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = command.get_current_dir() {
        callgrind.current_dir(directory);
    }
    callgrind.output().map_err(|error| format!("callgrind cannot be run: {error}"))
}
