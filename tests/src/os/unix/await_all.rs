//! Waiting for whoever loses its parent.

use std::process::Command;

use rustix::{
    io::Errno,
    process::{Pid, WaitOptions},
};

/// Runs a program until it and every process it has left behind have ended; gives the exit code of
/// the program, 128 and the signal if it was killed. `when_ended` is called when that one has ended.
///
/// Whoever loses its parent becomes a child of this process, which waits for all of them: a
/// detached sender too, although it has left the session and holds no descriptor of the command.
pub fn await_all(command: &mut Command, when_ended: impl Fn()) -> i32 {
    // Elsewhere those left behind go to init, and are not waited for.
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).expect("a Linux of this century");
    let first = Pid::from_child(&command.spawn().expect("the program starts"));
    let mut code = 0;
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == first => {
                when_ended();
                let killed = status.terminating_signal().map(|signal| 128 + signal);
                code = status.exit_status().or(killed).unwrap_or(code);
            }
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return code,
        }
    }
}
