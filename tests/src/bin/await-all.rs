//! `await-all PROGRAM WORD…`: runs a program until it *and every process it has left behind* have
//! ended, and ends as it did.
#![allow(clippy::expect_used, reason = "a helper of tests that cannot go on fails")]

use std::{env, process::Command, thread, time::Duration};

/// How this program ends when somebody has not ended in time.
const STILL_THERE: i32 = 97;
/// The longest that any program of the tests takes.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// Twice as long as a sender may live, which others may when the program has ended.
const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(60);

fn main() {
    let mut args = env::args_os().skip(1);
    let mut command = Command::new(args.next().expect("a program"));
    end_after(PATIENCE);
    std::process::exit(tests::await_all(command.args(args), || end_after(PATIENCE_WITH_OTHERS)));
}

/// Ends this process, which waits in vain, after so long.
fn end_after(patience: Duration) {
    thread::spawn(move || {
        thread::sleep(patience);
        eprintln!("await-all: a process is still there after {} s", patience.as_secs());
        std::process::exit(STILL_THERE);
    });
}
