//! Processes in groups.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command},
};

use rustix::process::{Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, kill_process_group, setrlimit, waitid};

pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0);
}

pub(crate) fn has_ended(child: &mut Child) -> bool {
    let Some(process) = process_of(child) else { return true };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // Without an answer there is nothing to wait for.
    waitid(WaitId::Pid(process), options).map_or(true, |status| status.is_some())
}

pub(crate) fn end_group(leader: &Child) {
    if let Some(group) = process_of(leader) {
        // Fails when there is nobody left in the group.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

pub(crate) fn leave_no_core() {
    // Lowering one's own limits is always allowed; a core file would do no harm either.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

fn process_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}
