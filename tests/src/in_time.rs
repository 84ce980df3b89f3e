//! Programs that must come to an end.

use std::{
    io::{Read, Write},
    process::{Command, Output, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use wait_timeout::ChildExt;

/// More than any program under test needs, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `command` on `input` and gives what it has written.
///
/// # Panics
/// When it does not start, or does not end.
pub fn run_in_time(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let [stdout, stderr] = [read(child.stdout.take().unwrap()), read(child.stderr.take().unwrap())];
    // One that ends without reading closes its input, which is no mistake.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Some(status) = child.wait_timeout(PATIENCE).unwrap() else {
        child.kill().unwrap();
        panic!("{command:?} does not end");
    };
    Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

/// Reads a stream to its end, so that whoever writes to it never waits.
fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}
