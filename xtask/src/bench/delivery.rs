//! What it takes to deliver a full queue.

use std::{
    process::Stdio,
    time::{Instant, SystemTime},
};

use tests::{
    Artifacts, Sandbox,
    faults::{
        record,
        server::{Behaviour, Sink},
    },
};

use super::footprint::peak_until_its_end;

const EVENTS: usize = 10_000;

/// Requests, seconds and memory for 10,000 events.
pub fn table() -> Result<String, String> {
    let artifacts = Artifacts::release();
    let sink = Sink::start(Behaviour::status(200));
    let sandbox = Sandbox::with(&artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&sink.endpoint());
    record(&sandbox, SystemTime::now(), EVENTS);
    let mut command = sandbox.host_demo(&["telemetry", "flush"]);
    let begun = Instant::now();
    let mut child =
        command.stdout(Stdio::null()).stdin(Stdio::null()).spawn().map_err(|error| format!("host-demo: {error}"))?;
    let peak = peak_until_its_end(child.id());
    let status = child.wait().map_err(|error| error.to_string())?;
    let taken = begun.elapsed().as_secs_f64();
    let account = sink.account();
    if !status.success() || account.acknowledged.len() != EVENTS {
        return Err(format!("{} of {EVENTS} events were delivered: {status}", account.acknowledged.len()));
    }
    Ok(format!(
        "{EVENTS} queued events to a sink on loopback\nrequests  seconds  peak resident MiB of the sender\n{:>8}  {taken:>7.2}  {peak:>31.1}",
        account.requests
    ))
}
