//! The session on Linux.

use rustix::process::Pid;

/// The session that this process is in, if it began in the same namespace of process numbers: in a
/// container it may have begun outside (`pid_namespaces(7)`), and `getsid` gives 0 then, which
/// rustix 1.1 takes for impossible.
pub(super) fn session() -> Option<Pid> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // `42 (name) S 1 42 42 …`: state, parent, group, session (proc_pid_stat(5)).
    let (_, behind_name) = stat.rsplit_once(") ")?;
    Pid::from_raw(behind_name.split(' ').nth(3)?.parse().ok()?)
}
