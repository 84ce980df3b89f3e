//! What the libraries of a program do at its end: each writes out what it has printed.
//!
//! A library has a standard library, and so a buffer of standard output, of its own. The system
//! writes out none of them, and Rust only the program's own.

use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use hookspec::{
    abi::{Function_TO, HookImpl, Object, RArc},
    plugin,
};

/// A thread of a plugin may keep its standard output to itself for ever. The program ends all the
/// same.
const PATIENCE: Duration = Duration::from_secs(1);

/// The libraries' ends, as far as they have one.
#[derive(Default)]
pub(crate) struct Ends(Mutex<Vec<Arc<End>>>);

type End = Function_TO<RArc<()>>;

impl Ends {
    /// Takes the end out of what a library gives; the rest are its hookimpls.
    pub(crate) fn take(&self, given: impl IntoIterator<Item = HookImpl>) -> Vec<HookImpl> {
        let (ends, hookimpls): (Vec<_>, Vec<_>) = given.into_iter().partition(|given| given.hook == plugin::END);
        // More than one would be the work of somebody who means harm.
        self.lock().extend(ends.into_iter().take(1).map(|end| Arc::new(end.function)));
        hookimpls
    }

    /// Has each library write out what it has printed.
    pub(crate) fn flush(&self) {
        let ends = self.lock().clone();
        if ends.is_empty() {
            return;
        }
        if is_alone() {
            return call(&ends);
        }
        let (done, is_done) = mpsc::channel();
        let flush = move || {
            call(&ends);
            // Whoever goes on then is to find nothing of them kept.
            drop(ends);
            // Somebody else may have run out of patience.
            let _ = done.send(());
        };
        if thread::Builder::new().spawn(flush).is_ok() {
            let _ = is_done.recv_timeout(PATIENCE);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<End>>> {
        // An end is added whole or not at all.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn call(ends: &[Arc<End>]) {
    let nothing = Object::empty();
    for end in ends {
        // Nobody may be reading any more.
        let _ = end.call(&nothing);
    }
}

/// Whether the process is known to have no other thread, which could keep a standard output to
/// itself. Most commands have none, and are spared starting one.
fn is_alone() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.take(2).count() == 1)
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.flush();
    }
}
