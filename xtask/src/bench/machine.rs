//! On what, with what and when the figures were made.

use std::{env::consts, fs, process::Command, thread, time::SystemTime};

use crate::process::succeeds;

/// One line each.
pub fn describe(peers: &[&str]) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let rustc = succeeds(Command::new("rustc").arg("-V")).unwrap_or_default();
    let python = succeeds(Command::new("python3").arg("-V")).unwrap_or_default();
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    format!(
        "* Machine: {}, {cores} cores, {}\n* Versions: {}, {}, {}; this project {}\n* Date: {}\n",
        processor(),
        kernel(),
        rustc.trim(),
        python.trim(),
        peers.join(", "),
        env!("CARGO_PKG_VERSION"),
        date.get(..10).unwrap_or(&date),
    )
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
    model.map_or_else(|| consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned())
}

fn kernel() -> String {
    succeeds(Command::new("uname").arg("-sr")).map_or_else(|_| consts::OS.to_owned(), |name| name.trim().to_owned())
}
