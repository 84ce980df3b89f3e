//! Hook calls within hook calls, which are bounded: a hookimpl may ask the host for what leads to the
//! same hook again, and the stack has an end.

use std::cell::Cell;

/// At most so many calls of one thread within one another.
pub(super) const MAX_DEPTH: u32 = 64;

/// Set once a call was one too many, until the outermost ends. Until then no further call goes down:
/// where each call makes several, all of them would take longer than anybody waits.
const HAS_STOPPED: u32 = 1 << 31;

thread_local! {
    /// How many calls this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Being in the midst of a call.
pub(super) struct Within(u32);

impl Within {
    /// Goes into a call, unless it is one too many.
    #[inline]
    pub(super) fn new() -> Option<Self> {
        let depth = DEPTH.get();
        if depth >= MAX_DEPTH {
            DEPTH.set(depth | HAS_STOPPED);
            return None;
        }
        DEPTH.set(depth + 1);
        Some(Self(depth))
    }
}

impl Drop for Within {
    #[inline]
    fn drop(&mut self) {
        let has_stopped = if self.0 == 0 { 0 } else { DEPTH.get() & HAS_STOPPED };
        DEPTH.set(self.0 | has_stopped);
    }
}
