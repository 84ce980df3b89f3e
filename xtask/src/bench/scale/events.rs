//! Many events: waiting on a machine, and collected.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    path::Path,
    time::SystemTime,
};

use tests::{Artifacts, Sandbox, faults::record};

use crate::{
    bench::{curve::Curve, paired::least_cpu},
    pages::scene::write_collected,
};

/// Up to what the queue holds at most.
const QUEUED: [usize; 4] = [10, 100, 1_000, 10_000];
const COLLECTED: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// CPU time of what is done with a queue, and of counting what maintainers have.
pub fn measure(artifacts: &Artifacts) -> Result<Vec<Curve>, String> {
    let status = |events: usize| {
        let sandbox = telling(artifacts);
        record(&sandbox, &file_endpoint(&sandbox), SystemTime::now(), events);
        least_cpu(sandbox.host_demo(&["telemetry", "status"]), |_| {})
    };
    let flush = |events: usize| {
        let sandbox = telling(artifacts);
        let fill = || record(&sandbox, &file_endpoint(&sandbox), SystemTime::now(), events);
        fill();
        least_cpu(sandbox.host_demo(&["telemetry", "flush"]), |_| drop(fill()))
    };
    let report = |events: usize| {
        let sandbox = telling(artifacts);
        let file = sandbox.path("home/usage.ndjson");
        collect(events, &file).map_err(|error| format!("{}: {error}", file.display()))?;
        let page = sandbox.path("home/report.html");
        let mut command = sandbox.host_demo(&["telemetry", "report", "--output"]);
        command.arg(page).arg(file);
        least_cpu(command, |_| {})
    };
    Ok(vec![
        Curve::measured("telemetry status", "ms", &QUEUED, status)?,
        Curve::measured("telemetry flush, to a file", "ms", &QUEUED, flush)?,
        Curve::measured("telemetry report", "ms", &COLLECTED, report)?,
    ])
}

/// A user whose events go to a file.
fn telling(artifacts: &Artifacts) -> Sandbox {
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox.set_endpoint(&file_endpoint(&sandbox));
    sandbox
}

fn file_endpoint(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.path("home/events.ndjson").display())
}

fn collect(events: usize, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write_collected(events, &mut file)?;
    file.flush()
}
