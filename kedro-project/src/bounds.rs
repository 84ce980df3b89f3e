//! How much work reading sources may be, so that none can keep a command busy or take its memory.
//!
//! Work is counted and not timed, so that the same project is read the same way on every machine:
//! steps of the parser, and values that are made, or looked at, while code is followed. One is
//! about a third of a microsecond, or fifty bytes.

use std::time::{Duration, Instant};

/// Calls and expressions within one another; Python itself stops at a thousand calls.
const DEEPEST: usize = 150;

/// Time that the parser has for sources that are not Python: with those its steps get the longer,
/// the more there are. Others are done long before.
const MOST_PATIENCE: Duration = Duration::from_millis(1_500);

/// How much work is done at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Less than a millisecond, for commands that do something else.
    Quick,
    /// Some tenths of a second.
    Thorough,
}

impl Effort {
    fn bounds(self) -> Bounds {
        let (steps, values, parts) = match self {
            // In one part, as it is of no use to know a few of the pipelines.
            Self::Quick => (3_000, 2_000, 1),
            Self::Thorough => (1_500_000, 1_000_000, 8),
        };
        Bounds { depth: 0, steps, values, parts, patience: MOST_PATIENCE, refusals: 0, is_spent: false }
    }
}

/// How deep the code has been followed, and how much work may still be done.
#[derive(Debug)]
pub(crate) struct Bounds {
    depth: usize,
    /// Steps of the parser.
    steps: usize,
    /// Values made, or looked at.
    values: usize,
    /// Of what is left, one of many may take this part.
    parts: usize,
    /// What is left of [`MOST_PATIENCE`].
    patience: Duration,
    /// How often something was refused.
    refusals: usize,
    is_spent: bool,
}

/// Values that are set aside.
#[derive(Debug)]
pub(crate) struct SetAside(usize);

impl Bounds {
    /// The bounds of so much effort.
    pub(crate) fn new(effort: Effort) -> Self {
        effort.bounds()
    }

    /// Goes one level deeper unless that is too deep; then [`Self::ascend`] must follow.
    pub(crate) fn descend(&mut self) -> bool {
        if self.depth == DEEPEST {
            self.refusals += 1;
            return false;
        }
        let goes = self.take(1);
        self.depth += usize::from(goes);
        goes
    }

    /// Comes back from one level deeper.
    pub(crate) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Takes so many values; false when that is more than are left, and none is left then.
    pub(crate) fn take(&mut self, values: usize) -> bool {
        let left = self.values.checked_sub(values);
        self.values = left.unwrap_or_default();
        self.goes_on(left.is_some())
    }

    /// Takes what it costs to look at so many bytes, or parts of a syntax tree.
    pub(crate) fn take_look(&mut self, size: usize) -> bool {
        self.take(size / 16)
    }

    /// Takes so many steps of the parser; false when that is more than are left.
    pub(crate) fn take_steps(&mut self, steps: usize) -> bool {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or_default();
        self.goes_on(left.is_some())
    }

    /// Whether the parser, which began then, has been at it for too long.
    pub(crate) fn is_past(&mut self, since: Instant) -> bool {
        !self.goes_on(since.elapsed() <= self.patience)
    }

    /// The parser, which began then, is done.
    pub(crate) fn take_time(&mut self, since: Instant) {
        self.patience = self.patience.saturating_sub(since.elapsed());
    }

    fn goes_on(&mut self, is_enough: bool) -> bool {
        self.is_spent |= !is_enough;
        self.refusals += usize::from(!is_enough);
        is_enough
    }

    /// What each of so many may surely take.
    pub(crate) fn share(&self, parties: usize) -> usize {
        self.values / parties.max(1) / 2
    }

    /// Sets values aside for others, so that one that takes everything leaves each of them its
    /// `share`. It has that itself, and a part of what is left beyond.
    pub(crate) fn set_aside(&mut self, share: usize, others: usize) -> SetAside {
        let beyond = self.values.saturating_sub(share.saturating_mul(others));
        let part = if self.are_tight() { self.values } else { share.max(beyond / self.parts).min(self.values) };
        SetAside(std::mem::replace(&mut self.values, part) - part)
    }

    /// Whether there is so little to spend that it is worth knowing beforehand if it is enough.
    pub(crate) fn are_tight(&self) -> bool {
        self.parts == 1
    }

    /// Whether so many bytes of Python, which are not read yet, can be parsed.
    pub(crate) fn are_enough_for(&mut self, bytes: usize) -> bool {
        self.goes_on(bytes <= self.steps)
    }

    /// Makes what was set aside available again.
    pub(crate) fn put_back(&mut self, set_aside: SetAside) {
        self.values += set_aside.0;
    }

    /// How often something was refused. What was found in between is not all there is to know.
    pub(crate) fn refusals(&self) -> usize {
        self.refusals
    }

    /// Whether there was ever more to do than could be taken.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_spent
    }
}
