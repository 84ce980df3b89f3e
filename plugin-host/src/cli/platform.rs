//! The name of this platform, as packages and `plugins.lock` have it.

use std::env::consts;

/// Processor and system, as in `x86_64-linux`; with the C library where a library for one does not
/// load with the other.
pub(crate) fn platform() -> String {
    let library = if cfg!(target_env = "musl") { "-musl" } else { "" };
    format!("{}-{}{library}", consts::ARCH, consts::OS)
}
