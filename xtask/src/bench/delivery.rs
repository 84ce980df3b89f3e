//! What it takes to deliver a full queue.

use std::{
    process::Stdio,
    time::{Instant, SystemTime},
};

use tests::{
    Artifacts, Collector, Sandbox,
    faults::{pass_minute, record},
};

use super::{footprint::peak_until_its_end, table::Section};

const EVENTS: usize = 10_000;
const A_MINUTE: usize = 1_000;

/// Requests, seconds and memory for 10,000 events, by one sender after another, without the minutes
/// between: a receiver of Heap's form is sent a thousand events a minute.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let collector = Collector::start();
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    record(&sandbox, &collector.endpoint(), SystemTime::now(), EVENTS);
    let (mut taken, mut peak) = (0.0, 0.0_f64);
    for _ in 0..EVENTS.div_ceil(A_MINUTE) {
        let mut command = sandbox.host_demo(&["telemetry", "flush"]);
        let begun = Instant::now();
        let mut child = command
            .stdout(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("host-demo: {error}"))?;
        peak = peak.max(peak_until_its_end(child.id()));
        child.wait().map_err(|error| error.to_string())?;
        taken += begun.elapsed().as_secs_f64();
        pass_minute(&sandbox.path("state/kedro-telemetry/host-demo"));
    }
    let account = collector.account();
    if account.acknowledged.len() != EVENTS {
        return Err(format!("{} of {EVENTS} events were delivered", account.acknowledged.len()));
    }
    let text = format!("{EVENTS} queued events, delivered to a collector on loopback, a thousand each by ten senders.");
    let mut section = Section::new("Delivering a full queue", &text, &["requests", "seconds", "peak resident MiB"]);
    section.row(&[account.requests.to_string(), format!("{taken:.2}"), format!("{peak:.1}")]);
    Ok(section)
}
