//! Other programs, each with a deadline.

use std::{
    io::Read,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use wait_timeout::ChildExt;

/// Runs `command` for at most `deadline`, and gives what it printed once it, and whoever holds its
/// output, has ended.
pub fn run(command: &mut Command, what: &str, deadline: Duration) -> Result<String, String> {
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| format!("{what} cannot be started: {error}"))?;
    let (sender, receiver) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for mut pipe in pipes.into_iter().flatten() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read until an error is what there is to show.
            let _ = pipe.read_to_end(&mut bytes);
            let _ = sender.send(bytes);
        });
    }
    let status = child.wait_timeout(deadline).map_err(|error| format!("{what}: {error}"))?;
    let Some(status) = status else {
        // It may have just ended.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("{what} did not end within {} s", deadline.as_secs()));
    };
    let mut output = String::new();
    for _ in 0..2 {
        let bytes = receiver.recv_timeout(deadline).map_err(|_| format!("{what} left something running"))?;
        output.push_str(&String::from_utf8_lossy(&bytes));
    }
    if status.success() { Ok(output) } else { Err(format!("{what} failed ({status}): {}", output.trim())) }
}
