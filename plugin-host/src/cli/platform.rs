//! The name of this platform, as packages and `plugins.lock` have it.

use std::env::consts;

use crate::os::C_LIBRARY;

/// Processor and system, as in `x86_64-linux`; with the C library where a library for one does not
/// load with the other.
pub(crate) fn platform() -> String {
    format!("{}-{}{C_LIBRARY}", consts::ARCH, consts::OS)
}
