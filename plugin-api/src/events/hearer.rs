//! The host that hears what this library says.

use std::sync::{PoisonError, RwLock};

use crate::host::{Host, LogLevel};

struct Hearer {
    host: Host,
    /// Told apart from those before and after it.
    number: u64,
    /// The least that it keeps or shows; `None` when that is nothing.
    least: Option<LogLevel>,
}

struct Hearers {
    now: Option<Hearer>,
    last_number: u64,
}

static HEARERS: RwLock<Hearers> = RwLock::new(Hearers { now: None, last_number: 0 });

/// Makes `host` the one that hears, and gives its number.
pub(super) fn set(host: &Host) -> u64 {
    let least = LogLevel::ALL.into_iter().find(|level| host.logs(*level));
    let mut hearers = HEARERS.write().unwrap_or_else(PoisonError::into_inner);
    hearers.last_number += 1;
    let number = hearers.last_number;
    let before = hearers.now.replace(Hearer { host: host.clone(), number, least });
    drop(hearers);
    // Its end is the other side's code, which may say something.
    drop(before);
    number
}

/// Lets go of the host of this number, if it is still the one.
pub(super) fn forget(number: u64) {
    let mut hearers = HEARERS.write().unwrap_or_else(PoisonError::into_inner);
    let gone = hearers.now.take_if(|hearer| hearer.number == number);
    drop(hearers);
    drop(gone);
}

/// The least that is heard, if anything is.
pub(super) fn least() -> Option<LogLevel> {
    HEARERS.read().unwrap_or_else(PoisonError::into_inner).now.as_ref()?.least
}

/// Whether anybody hears what is said at this level.
pub(super) fn hears(level: LogLevel) -> bool {
    least().is_some_and(|least| level >= least)
}

/// Tells the host.
pub(super) fn tell(level: LogLevel, target: &str, message: &str) {
    // The lock is let go first: the host may call hooks whose hookimpls say something in turn.
    let host = HEARERS.read().unwrap_or_else(PoisonError::into_inner).now.as_ref().map(|hearer| hearer.host.clone());
    let Some(host) = host else { return };
    if !host.log_of(level, target, message) {
        host.log(level, &format!("{target}: {message}"));
    }
}
