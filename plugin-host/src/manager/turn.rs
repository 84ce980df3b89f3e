//! One thread at a time loads plugins that wait for a call.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
};

/// Whose turn it is. A thread that has it may ask again: a plugin that is being made may call a hook
/// for which others wait.
#[derive(Default)]
pub(super) struct Turn {
    holder: Mutex<Option<ThreadId>>,
    is_free: Condvar,
}

/// Ends the turn when it is dropped.
pub(super) struct InTurn<'a>(Option<&'a Turn>);

impl Turn {
    /// Waits until it is this thread's turn.
    ///
    /// All wait for the same turn, so that no two threads wait for each other's plugins.
    pub(super) fn take(&self) -> InTurn<'_> {
        let own = thread::current().id();
        let mut holder = self.holder();
        if *holder == Some(own) {
            return InTurn(None);
        }
        while holder.is_some() {
            holder = self.is_free.wait(holder).unwrap_or_else(PoisonError::into_inner);
        }
        *holder = Some(own);
        InTurn(Some(self))
    }

    fn holder(&self) -> MutexGuard<'_, Option<ThreadId>> {
        // It is written in one step.
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InTurn<'_> {
    fn drop(&mut self) {
        let Some(turn) = self.0 else { return };
        *turn.holder() = None;
        turn.is_free.notify_one();
    }
}
