//! Programs that must come to an end.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
    time::Duration,
};

use wait_timeout::ChildExt;

/// More than any program under test needs, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `command` on `input` and gives what it has written, which must not be more than a pipe
/// holds.
///
/// # Panics
/// When it does not start, or does not end.
pub fn run_in_time(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    // One that ends without reading closes its input, which is no mistake.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    if child.wait_timeout(PATIENCE).unwrap().is_none() {
        child.kill().unwrap();
        panic!("{command:?} does not end");
    }
    child.wait_with_output().unwrap()
}
