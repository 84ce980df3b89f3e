//! `await-all PROGRAM WORD…`: runs a program until it *and every process it has left behind* have
//! ended, and ends as it did.
//!
//! Whoever loses its parent becomes a child of this process, which waits for all of them: a
//! detached sender too, although it has left the session and holds no descriptor of the command.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of tests that cannot go on fails")]

use std::{env, process::Command, thread, time::Duration};

use rustix::{
    io::Errno,
    process::{Pid, WaitOptions},
};

/// How this program ends when somebody has not ended in time.
const STILL_THERE: i32 = 97;
/// The longest that any program of the tests takes.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// Twice as long as a sender may live, which others may when the program has ended.
const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(60);

fn main() {
    // Elsewhere those left behind go to init, and are not waited for.
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).expect("a Linux of this century");
    let mut args = env::args_os().skip(1);
    let mut command = Command::new(args.next().expect("a program"));
    let child = command.args(args).spawn().expect("the program starts");
    end_after(PATIENCE);
    std::process::exit(wait_for_all(Pid::from_child(&child)));
}

/// Ends this process, which waits in vain, after so long.
fn end_after(patience: Duration) {
    thread::spawn(move || {
        thread::sleep(patience);
        eprintln!("await-all: a process is still there after {} s", patience.as_secs());
        std::process::exit(STILL_THERE);
    });
}

/// Waits until there are no children any more; gives the exit code of the first one, 128 and the
/// signal if it was killed.
fn wait_for_all(first: Pid) -> i32 {
    let mut code = 0;
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == first => {
                end_after(PATIENCE_WITH_OTHERS);
                let killed = status.terminating_signal().map(|signal| 128 + signal);
                code = status.exit_status().or(killed).unwrap_or(code);
            }
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return code,
        }
    }
}
