//! What callgrind counts.

/// Runs an operation so many times. Callgrind is told this function's name, and counts from its
/// beginning to its end.
#[inline(never)]
pub fn part(times: usize, mut operation: impl FnMut(usize)) {
    for time in 0..times {
        operation(time);
    }
}
