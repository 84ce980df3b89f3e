//! The options of the tasks that make their own input.

use std::path::PathBuf;

/// What may be given to them.
#[derive(Debug)]
pub struct Options {
    /// How long, in seconds.
    pub seconds: u64,
    /// How many cases.
    pub cases: u64,
    /// Where all randomness comes from.
    pub seed: u64,
    /// Where files go that did harm.
    pub keep: Option<PathBuf>,
}

impl Options {
    /// `None` when an option is unknown, or not a number.
    pub fn parse(words: &[&str]) -> Option<Self> {
        let mut options = Self { seconds: 60, cases: 1_000_000, seed: fastrand::u64(..), keep: None };
        for pair in words.chunks(2) {
            match *pair {
                ["--seconds", seconds] => options.seconds = seconds.parse().ok()?,
                ["--cases", cases] => options.cases = cases.parse().ok()?,
                ["--seed", seed] => options.seed = seed.parse().ok()?,
                ["--keep", dir] => options.keep = Some(dir.into()),
                _ => return None,
            }
        }
        Some(options)
    }
}
