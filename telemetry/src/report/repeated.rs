//! Events that arrive twice.

use std::collections::HashSet;

/// So many keys make a generation.
const GENERATION: usize = 1_000_000;

/// The keys of the last one to two million events: a sender repeats what it was not answered, soon.
#[derive(Default)]
pub struct Repeated {
    older: HashSet<u64>,
    newer: HashSet<u64>,
}

impl Repeated {
    /// Whether there was an event of this key.
    pub fn has_seen(&mut self, key: u64) -> bool {
        if self.older.contains(&key) || !self.newer.insert(key) {
            return true;
        }
        if self.newer.len() >= GENERATION {
            self.older = std::mem::take(&mut self.newer);
        }
        false
    }
}
