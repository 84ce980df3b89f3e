//! The sender: takes events from the queue to the endpoint, in a process of its own.
//!
//! * **One at a time.** A command that has just recorded an event starts no sender while another is
//!   at work; therefore a sender looks at the queue once more *after* it has let go of the lock.
//!   Whichever comes second sees what the other did: no event is left behind.
//! * **Nothing lost, nothing doubled.** A record is removed when the endpoint has accepted it
//!   (2xx), and not before. After a crash in between it is sent again, and recognised by its
//!   `idempotency_key`.
//! * **Nothing against the user's will.** Consent is asked for again just before each batch, for
//!   each project in it; what is refused is deleted.
//! * **Batches.** For each destination, up to a thousand events a request; if that is too large for
//!   the endpoint (413), half as many.
//! * **Pace.** No faster than the receiver documents, across runs, see [`pace`].
//! * **Failure.** What can pass keeps the records and sets the back-off, see [`crate::backoff`].
//!   What cannot drops them, and the log says so.
//! * **Deadlines**, for connecting, for each request and for the whole run.
//!
//! In the program's process nothing of this runs but [`is_sender_needed`], unless the user wants
//! commands to wait for delivery.

mod batch;
mod books;
mod completion;
mod consent;
mod deadlines;
mod lock;
mod pace;
mod patience;
mod reaping;
mod run;
mod summary;
mod turn;

use std::{path::Path, time::SystemTime};

pub use self::{
    deadlines::Deadlines,
    lock::{is_idle, wait_for_sender},
    pace::PaceFile,
    reaping::forget_process,
    run::{Attempt, Sender},
    summary::{SenderEnding, SenderSummary, SenderVerdict},
};
use crate::{backoff::BackoffFile, digest::Digest};

/// Whether a sender should be started now that there is something to send to `destination`: none is
/// at work, the next attempt is due, and nothing [prevents](what_prevents_senders) it.
///
/// Cheap (some ten system calls at most) and without effect.
#[must_use]
pub fn is_sender_needed(state: &Path, destination: Digest, now: SystemTime) -> bool {
    let waits = BackoffFile::new(state).load(destination).is_some_and(|backoff| backoff.wait_until(now).is_some());
    !waits && lock::is_free(state) && what_prevents_senders(state).is_none()
}

/// Why a process that is started here would do no good, for people to read.
#[must_use]
pub fn what_prevents_senders(state: &Path) -> Option<&'static str> {
    if std::process::id() == 1 {
        return Some("commands are the first process of a container here, with which all others end");
    }
    reaping::is_left_unreaped(state)
        .then_some("the first process of this container does not wait for others that have ended")
}

#[cfg(feature = "internals")]
pub use self::batch::MAX_BATCH;

#[cfg(test)]
mod tests;
