//! What the plugin adds to the size of a host: in memory, and on disk.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tests::{Artifacts, Sandbox, faults::PATIENCE};

use super::table::Section;

const RUNS: usize = 9;
const MIB: f64 = (1 << 20) as f64;

/// Peak resident memory of `host-demo info` with the plugin and without plugins, and the library's
/// size.
pub fn measure(artifacts: &Artifacts) -> Result<Section, String> {
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    let with = peak(&sandbox, &["info"])?;
    let without = peak(&sandbox, &["--no-plugins", "info"])?;
    let library = artifacts.telemetry();
    let size = fs::metadata(&library).map_err(|error| format!("{}: {error}", library.display()))?.len();
    #[allow(clippy::cast_precision_loss, reason = "a file of some megabytes")]
    let size = size as f64 / MIB;
    let text = format!(
        "`host-demo info`, and the release build of the telemetry plugin's library, in MiB; memory is the median of {RUNS} runs."
    );
    let mut section = Section::new("Size", &text, &["", "MiB"]);
    section.row(&["peak resident memory without plugins", &format!("{without:.2}")]);
    section.row(&["peak resident memory with telemetry", &format!("{with:.2}")]);
    section.row(&["added", &format!("{:.2}", with - without)]);
    section.row(&["library on disk", &format!("{size:.2}")]);
    Ok(section)
}

/// The median over some runs, in MiB. `strace` holds each process at its end for as long as it
/// takes to look.
fn peak(sandbox: &Sandbox, args: &[&str]) -> Result<f64, String> {
    let mut peaks = Vec::new();
    for _ in 0..RUNS {
        let host_demo = sandbox.host_demo(args);
        let mut strace = sandbox.command("strace".as_ref());
        strace.args(["-qq", "-o", "/dev/null", "-e", "trace=exit_group"]);
        strace.args(["-e", "inject=exit_group:delay_enter=100000"]);
        strace.arg(host_demo.get_program()).args(host_demo.get_args()).current_dir(sandbox.project());
        peaks.push(peak_of_traced(&mut strace, Path::new(host_demo.get_program()))?);
    }
    peaks.sort_unstable_by(f64::total_cmp);
    Ok(peaks[RUNS / 2])
}

fn peak_of_traced(strace: &mut Command, program: &Path) -> Result<f64, String> {
    strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut strace = strace.spawn().map_err(|error| format!("strace: {error}"))?;
    let deadline = Instant::now() + PATIENCE;
    let children = format!("/proc/{0}/task/{0}/children", strace.id());
    let mut peak = 0.0;
    while peak == 0.0 && Instant::now() < deadline {
        // strace begins with children of its own, by which it finds out what the system can do.
        let is_traced = |id: &&str| fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program);
        let running = fs::read_to_string(&children).unwrap_or_default();
        let Some(id) = running.split_whitespace().find(is_traced).and_then(|id| id.parse().ok()) else { continue };
        peak = peak_until_its_end(id);
    }
    let _ = strace.wait();
    if peak > 0.0 { Ok(peak) } else { Err("the traced process was not seen".into()) }
}

/// The most memory that a process has had resident when it was last seen, in MiB: looked at again
/// and again until its end, or for [`PATIENCE`].
pub(super) fn peak_until_its_end(id: u32) -> f64 {
    let deadline = Instant::now() + PATIENCE;
    let mut peak = 0.0;
    while Instant::now() < deadline {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        // Gone, or ended and not waited for yet.
        let Some(kib) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { break };
        let kib: f64 = kib.trim().trim_end_matches("kB").trim().parse().unwrap_or_default();
        peak = kib / 1024.0;
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}
