//! How many different users or projects there are in each of many groups, within a bound of memory.
//!
//! Up to [`BOUND`] each is counted, by a hash of eight bytes. Beyond it, all groups go on with every
//! second user, chosen by the hash and so the same in each, then with every fourth, and so on;
//! counts are multiplied by that. Whether a group has enough users to be shown goes by those that
//! were seen, so that no group is shown that is too small.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

/// So many hashes are kept; eight for each group are counted along. What is in batches is not.
pub const BOUND: usize = 8_000_000;

const OF_A_GROUP: usize = 8;

/// The part of a hash by which users are chosen, apart from those by which a table places them.
const CHOOSING: u32 = 24;

/// A hash is its own.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Hashes = HashSet<u64, BuildHasherDefault<Same>>;

/// The hashes of a group that has at least so many come in batches: each is looked up where nothing
/// of the table is in the processor's cache, and several at once are waited for together.
const LARGE: usize = 4096;
const BATCH: usize = 128;

/// The users of a group.
#[derive(Default)]
struct Users {
    hashes: Hashes,
    /// Those of a large group that are not among the `hashes` yet, some of them repeated.
    batch: Vec<u64>,
}

impl Users {
    /// Adds a hash; gives how many are new.
    fn insert(&mut self, hash: u64) -> usize {
        if self.hashes.len() < LARGE {
            return usize::from(self.hashes.insert(hash));
        }
        self.batch.push(hash);
        if self.batch.len() < BATCH { 0 } else { self.settle() }
    }

    fn settle(&mut self) -> usize {
        let before = self.hashes.len();
        self.hashes.extend(self.batch.drain(..));
        self.hashes.len() - before
    }

    fn len(&self) -> usize {
        let new: Hashes = self.batch.iter().filter(|hash| !self.hashes.contains(hash)).copied().collect();
        self.hashes.len() + new.len()
    }
}

/// Users in groups; a group is whatever tells it from others.
pub struct Distinct<G> {
    groups: HashMap<G, Users>,
    kept: usize,
    bound: usize,
    halvings: u32,
}

/// How many are in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// As many as there are, or about.
    pub all: u64,
    /// Those that were kept: no more than there are.
    pub seen: u64,
}

impl<G: std::hash::Hash + Eq> Distinct<G> {
    pub fn new(bound: usize) -> Self {
        Self { groups: HashMap::new(), kept: 0, bound, halvings: 0 }
    }

    pub fn insert(&mut self, group: G, hash: u64) {
        if !self.is_chosen(hash) {
            return;
        }
        let users = self.groups.entry(group).or_insert_with(|| {
            self.kept += OF_A_GROUP;
            Users::default()
        });
        self.kept += users.insert(hash);
        while self.kept > self.bound && self.halvings < 32 {
            self.halve();
        }
    }

    fn is_chosen(&self, hash: u64) -> bool {
        (hash >> CHOOSING).trailing_zeros() >= self.halvings
    }

    fn halve(&mut self) {
        self.halvings += 1;
        let mut groups = std::mem::take(&mut self.groups);
        groups.retain(|_, users| {
            users.settle();
            users.hashes.retain(|hash| self.is_chosen(*hash));
            users.hashes.shrink_to_fit();
            !users.hashes.is_empty()
        });
        self.kept = groups.values().map(|users| users.hashes.len() + OF_A_GROUP).sum();
        self.groups = groups;
    }

    pub fn count(&self, group: &G) -> Count {
        let seen = self.groups.get(group).map_or(0, |users| users.len() as u64);
        Count { all: seen << self.halvings, seen }
    }

    /// One in so many is kept.
    pub fn one_in(&self) -> u64 {
        1 << self.halvings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::hash;

    #[test]
    fn counts_of_large_groups_are_as_good_while_some_users_are_in_a_batch() {
        let mut exact = Distinct::new(100_000);
        let mut rough = Distinct::new(3 * LARGE);
        for user in 0..60_000 {
            let user = hash(&format!("user {}", user % 30_001));
            exact.insert("all", user);
            rough.insert("all", user);
        }
        assert_eq!(exact.count(&"all"), Count { all: 30_001, seen: 30_001 });
        let count = rough.count(&"all");
        assert!(rough.one_in() > 1 && rough.kept <= 3 * LARGE, "{count:?}");
        assert!((27_000..33_000).contains(&count.all), "{count:?}");
    }

    #[test]
    fn counts_are_exact_within_the_bound_and_close_beyond_it() {
        let mut exact = Distinct::new(100_000);
        let mut rough = Distinct::new(4_000);
        for user in 0..50_000 {
            let user = hash(&format!("user {}", user % 20_000));
            exact.insert("all", user);
            rough.insert("all", user);
        }
        for user in 0..30 {
            rough.insert("few", hash(&format!("user {user}")));
        }
        assert_eq!(exact.count(&"all"), Count { all: 20_000, seen: 20_000 });
        assert_eq!((exact.one_in(), exact.count(&"none")), (1, Count::default()));
        let count = rough.count(&"all");
        assert!(rough.one_in() > 1 && (18_000..22_000).contains(&count.all), "{count:?}");
        assert!(rough.kept <= 4_000);
        assert!(rough.count(&"few").seen <= 30, "no group seems larger than it may be");
    }
}
