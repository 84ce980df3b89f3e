//! A barrier between two sides that costs only one of them something: on Linux, whoever replaces a
//! value has a barrier run in every thread (`membarrier`), so that those who read it need none.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering, compiler_fence, fence},
};

use crate::os;

/// Whether the other side's barrier is one for all threads. Never goes back.
static IS_FOR_ALL: AtomicBool = AtomicBool::new(false);

/// Finds out which barrier there is; to be called before the first [`light`] of a thread.
pub(super) fn prepare() -> bool {
    static PREPARED: OnceLock<bool> = OnceLock::new();
    *PREPARED.get_or_init(|| {
        let is_for_all = os::register_barrier();
        IS_FOR_ALL.store(is_for_all, Ordering::Relaxed);
        is_for_all
    })
}

/// The side of those who read.
#[inline]
pub(super) fn light() {
    if IS_FOR_ALL.load(Ordering::Relaxed) {
        compiler_fence(Ordering::SeqCst);
    } else {
        fence(Ordering::SeqCst);
    }
}

/// The side of whoever replaces. `false` where the system has refused, which a sandbox may have it
/// do: then nothing is known of what the other side does.
pub(super) fn heavy() -> bool {
    fence(Ordering::SeqCst);
    !prepare() || os::run_barrier()
}
