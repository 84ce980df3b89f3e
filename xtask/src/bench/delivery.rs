//! What it takes to deliver a full queue.

use std::{
    process::Stdio,
    time::{Instant, SystemTime},
};

use tests::{Artifacts, Collector, Sandbox, faults::record};

use super::{footprint::peak_until_its_end, table::Section};

const EVENTS: usize = 10_000;

/// Requests, seconds and memory for 10,000 events.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let collector = Collector::start();
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    record(&sandbox, &collector.endpoint(), SystemTime::now(), EVENTS);
    let mut command = sandbox.host_demo(&["telemetry", "flush"]);
    let begun = Instant::now();
    let mut child =
        command.stdout(Stdio::null()).stdin(Stdio::null()).spawn().map_err(|error| format!("host-demo: {error}"))?;
    let peak = peak_until_its_end(child.id());
    let status = child.wait().map_err(|error| error.to_string())?;
    let taken = begun.elapsed().as_secs_f64();
    let account = collector.account();
    if !status.success() || account.acknowledged.len() != EVENTS {
        return Err(format!("{} of {EVENTS} events were delivered: {status}", account.acknowledged.len()));
    }
    let text = format!("{EVENTS} queued events, delivered by one sender to a collector on loopback.");
    let mut section = Section::new("Delivering a full queue", &text, &["requests", "seconds", "peak resident MiB"]);
    section.row(&[account.requests.to_string(), format!("{taken:.2}"), format!("{peak:.1}")]);
    Ok(section)
}
