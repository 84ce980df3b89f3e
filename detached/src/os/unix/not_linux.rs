//! The session elsewhere.

use rustix::process::{Pid, getsid};

/// The session that this process is in.
pub(super) fn session() -> Option<Pid> {
    getsid(None).ok()
}
