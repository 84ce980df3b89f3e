//! Figures beside earlier ones.

use std::fmt;

use super::counting::Counted;

/// Within so many percent nothing is said.
const WITHIN: f64 = 3.0;
/// What is not written down of a function was below this part of the whole.
const UNWRITTEN: f64 = 0.01;

/// What became of an operation.
#[derive(Debug)]
pub enum Verdict {
    /// About what it was.
    Same {
        /// By how many percent it is not.
        percent: f64,
    },
    /// Clearly less.
    Fewer {
        /// By how many percent.
        percent: f64,
    },
    /// Too much.
    More {
        /// By how many percent.
        percent: f64,
        /// What it was.
        before: f64,
        /// The function that grew most.
        culprit: Growth,
    },
}

/// A function that takes more than it did.
#[derive(Debug)]
pub struct Growth {
    /// The function.
    pub name: String,
    /// Its instructions before, where they were written down.
    before: Option<f64>,
    after: f64,
}

/// Compares an operation with what it was.
pub fn compare(before: &Counted, now: &Counted) -> Verdict {
    let percent = (now.total / before.total - 1.0) * 100.0;
    if percent <= WITHIN {
        return if percent < -WITHIN { Verdict::Fewer { percent } } else { Verdict::Same { percent } };
    }
    Verdict::More { percent, before: before.total, culprit: culprit(before, now) }
}

fn culprit(before: &Counted, now: &Counted) -> Growth {
    let earlier = |name: &str| before.functions.iter().find(|(known, _)| known == name).map(|(_, count)| *count);
    let growth = |(name, after): &(String, f64)| {
        // What was not written down has grown by what is beyond all that it can have been.
        let least = earlier(name).unwrap_or_else(|| after.min(before.total * UNWRITTEN));
        (after - least, Growth { name: name.clone(), before: earlier(name), after: *after })
    };
    let most = now.functions.iter().map(growth).max_by(|(a, _), (b, _)| a.total_cmp(b));
    most.map_or_else(|| Growth { name: "nothing".to_owned(), before: None, after: 0.0 }, |(_, growth)| growth)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same { percent } => write!(f, "{percent:+.2} %"),
            Self::Fewer { percent } => {
                write!(f, "{percent:+.2} %: `cargo xtask instructions --update` has this stay so")
            }
            Self::More { percent, before, culprit } => {
                write!(f, "{percent:+.2} %, ERROR: it was {before:.1}; {culprit} grew most")
            }
        }
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, before, after } = self;
        match before {
            Some(before) => write!(f, "`{name}`, from {before:.1} to {after:.1},"),
            None => write!(f, "`{name}`, from less than 1 % of that to {after:.1},"),
        }
    }
}
