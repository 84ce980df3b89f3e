//! Calls that plugins make within one another, which are bounded: two that answer each other end in
//! an error, and neither in the stack nor in a time that nobody has.

use std::{
    cell::Cell,
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

/// At most so many within one another.
const MAX_DEPTH: usize = 16;
/// At most so many within the outermost: each may make several.
const MAX_CALLS: usize = 256;
/// At most so many at once in all threads: within a call, a plugin may go on in another.
const MAX_AT_ONCE: usize = 256;

thread_local! {
    /// How many calls this thread is in, and how many it has made within the outermost.
    static CALLS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// Calls that are under way in all threads.
#[derive(Default)]
pub(super) struct CallsAtOnce(AtomicUsize);

/// Being in the midst of a call that a plugin makes.
pub(super) struct Nested<'a>(&'a CallsAtOnce);

/// Why a call is one too many.
pub(super) enum TooNested {
    Depth,
    Calls,
    AtOnce,
}

impl fmt::Display for TooNested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth => write!(f, "plugins call one another {MAX_DEPTH} times already"),
            Self::Calls => write!(f, "plugins have made {MAX_CALLS} calls within one already"),
            Self::AtOnce => write!(f, "{MAX_AT_ONCE} calls of plugins are under way already"),
        }
    }
}

impl CallsAtOnce {
    /// Begins a call, which lasts until what is returned is dropped.
    pub(super) fn begin(&self) -> Result<Nested<'_>, TooNested> {
        let (depth, calls) = CALLS.get();
        let calls = if depth == 0 { 0 } else { calls };
        if depth == MAX_DEPTH {
            return Err(TooNested::Depth);
        }
        if calls == MAX_CALLS {
            return Err(TooNested::Calls);
        }
        if self.0.fetch_add(1, Ordering::Relaxed) >= MAX_AT_ONCE {
            self.0.fetch_sub(1, Ordering::Relaxed);
            return Err(TooNested::AtOnce);
        }
        CALLS.set((depth + 1, calls + 1));
        Ok(Nested(self))
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        let (depth, calls) = CALLS.get();
        CALLS.set((depth.saturating_sub(1), calls));
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
