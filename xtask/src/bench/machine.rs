//! With what, on what and when figures are made.

use std::{env::consts, fs, process::Command, thread, time::SystemTime};

use crate::process::succeeds;

/// The versions, in a line.
pub fn versions(peers: &[&str]) -> String {
    let rustc = succeeds(Command::new("rustc").arg("-V")).unwrap_or_default();
    let python = succeeds(Command::new("python3").arg("-V")).unwrap_or_default();
    let (rustc, python, peers, own) = (rustc.trim(), python.trim(), peers.join(", "), env!("CARGO_PKG_VERSION"));
    format!("Versions: {rustc}, {python}, {peers}; this project {own}.\n")
}

/// Machine and day, in a line.
pub fn today() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let date = date.get(..10).unwrap_or(&date);
    format!("Measured on {}, {cores} cores, {}, {date}.\n", processor(), kernel())
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
    model.map_or_else(|| consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned())
}

fn kernel() -> String {
    succeeds(Command::new("uname").arg("-sr")).map_or_else(|_| consts::OS.to_owned(), |name| name.trim().to_owned())
}
