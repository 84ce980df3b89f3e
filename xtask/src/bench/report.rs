//! What it takes to count a million events.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    process::{Command, Stdio},
    time::Instant,
};

use wait4::Wait4;

use super::{library::examples, table::Section};
use crate::pages::scene::write_collected;

const EVENTS: usize = 1_000_000;
const MIB: f64 = 1024.0 * 1024.0;

/// Seconds and memory of `telemetry report`, as a page.
pub fn measure() -> Result<Section, String> {
    let [jot] = examples(["jot"])?;
    let folder = tempfile::tempdir().map_err(|error| format!("no folder can be made: {error}"))?;
    let path = folder.path().join("usage.ndjson");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
    write_collected(EVENTS, &mut file).and_then(|()| file.flush()).map_err(failed)?;
    let bytes = file.get_ref().metadata().map_err(failed)?.len();
    let mut command = Command::new(jot);
    command.args(["telemetry", "report", "--output", "report.html"]).arg(&path);
    command.env_clear().env("HOME", folder.path()).current_dir(folder.path());
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let used = child.and_then(|mut child| child.wait4()).map_err(|error| format!("jot: {error}"))?;
    let taken = begun.elapsed().as_secs_f64();
    if !used.status.success() {
        return Err(format!("`telemetry report` ended with {}", used.status));
    }
    #[expect(clippy::cast_precision_loss, reason = "megabytes are shown")]
    let [size, peak] = [bytes, used.rusage.maxrss].map(|bytes| bytes as f64 / MIB);
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    let text =
        format!("`telemetry report` over a file of {EVENTS} events in twelve weeks and {size:.0} MiB, to a page.");
    let columns = ["", "seconds", "seconds of CPU", "peak resident MiB"];
    let mut section = Section::new("Counting a million events", &text, &columns);
    section.row(&["`telemetry report`".to_owned(), format!("{taken:.1}"), format!("{cpu:.1}"), format!("{peak:.1}")]);
    Ok(section)
}
