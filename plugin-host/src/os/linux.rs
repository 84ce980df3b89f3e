//! What only Linux has.

use std::{fs::File, os::fd::AsRawFd, path::PathBuf};

use rustix::thread::{MembarrierCommand, membarrier};

pub(crate) fn register_barrier() -> bool {
    membarrier(MembarrierCommand::RegisterPrivateExpedited).is_ok()
}

pub(crate) fn run_barrier() -> bool {
    membarrier(MembarrierCommand::PrivateExpedited).is_ok()
}

pub(crate) fn descriptor_path(file: &File) -> Option<PathBuf> {
    Some(PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())))
}

/// Ends this process with the one that started it.
#[cfg(feature = "cli")]
pub(crate) fn end_with_parent() {
    use rustix::process::{Signal, set_parent_process_death_signal};
    // Without it there is still the time after which the process ends.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
}
