//! `cargo xtask fuzz`: no file may crash the look at it.
//!
//! Damages real plugins, each time anew, and has [`inspect`] read them. A crash ends the task with
//! the seed and the number of the file, which make the same file again.
#![allow(
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a task that cannot go on stops; 64-bit machines"
)]

use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use hookspec_host::inspect;
use tests::{Artifacts, damage::Specimen};

use crate::options::Options;

/// What the files of one thread were found to be.
#[derive(Default)]
struct Count {
    refused: u64,
    accepted: u64,
}

/// Runs the task.
pub fn run(options: &[&str]) -> ExitCode {
    let Some(options) = Options::parse(options) else {
        eprintln!("Usage: cargo xtask fuzz [--seconds N] [--seed N]");
        return ExitCode::from(2);
    };
    let seed = options.seed;
    let artifacts = Artifacts::release_specimens();
    let specimens = ["noop", "panicking_hook"].map(|name| Specimen::read(&artifacts.fixture(name)));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    println!("fuzz: seed {seed}, {} s on {threads} threads", options.seconds);

    let dir = tempfile::tempdir_in(memory()).expect("a temporary folder");
    let (start, crashed) = (Instant::now(), AtomicBool::new(false));
    let deadline = start + Duration::from_secs(options.seconds);
    let counts: Vec<Count> = thread::scope(|scope| {
        let work = |thread: u64| {
            let (specimens, crashed, file) = (&specimens, &crashed, dir.path().join(format!("lib{thread}.so")));
            move || fuzz(specimens, seed.wrapping_add(thread << 32), deadline, &file, crashed)
        };
        let workers: Vec<_> = (0..threads as u64).map(|thread| scope.spawn(work(thread))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let refused: u64 = counts.iter().map(|count| count.refused).sum();
    let accepted: u64 = counts.iter().map(|count| count.accepted).sum();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "fuzz: {} files in {seconds:.0} s: {refused} refused, {accepted} found sound; most memory {}",
        refused + accepted,
        peak()
    );
    if crashed.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn fuzz(specimens: &[Specimen], seed: u64, deadline: Instant, file: &Path, crashed: &AtomicBool) -> Count {
    let mut count = Count::default();
    for number in 0_u64.. {
        if Instant::now() >= deadline || crashed.load(Ordering::Relaxed) {
            break;
        }
        let mut rng = Rng::with_seed(seed.wrapping_add(number));
        let specimen = rng.choice(specimens).expect("there are specimens");
        fs::write(file, specimen.mangled(&mut rng)).expect("a file");
        match std::panic::catch_unwind(|| inspect(file)) {
            Ok(Ok(_)) => count.accepted += 1,
            Ok(Err(_)) => count.refused += 1,
            Err(_) => {
                crashed.store(true, Ordering::Relaxed);
                let kept = std::env::temp_dir().join(format!("fuzz-{seed}-{number}.so"));
                fs::copy(file, &kept).expect("a copy");
                eprintln!("fuzz: crashed on file {number} of seed {seed}, kept as {}", kept.display());
            }
        }
    }
    count
}

/// A folder in memory, where there is one.
fn memory() -> std::path::PathBuf {
    let shm = Path::new("/dev/shm");
    if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() }
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |size| size.trim().to_owned())
}
