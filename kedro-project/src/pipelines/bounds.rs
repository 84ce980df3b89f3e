//! How far code is followed, so that no source can keep a command busy.

/// Calls and expressions within one another; Python itself stops at a thousand calls.
const DEEPEST: usize = 150;
/// Expressions looked at and nodes put together.
const MOST_STEPS: usize = 200_000;

/// How deep and how far the code has been followed.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    depth: usize,
    steps: usize,
}

impl Bounds {
    /// Goes one level deeper unless that is too deep; then [`Self::ascend`] must follow.
    pub(super) fn descend(&mut self) -> bool {
        self.steps += 1;
        let goes = self.depth < DEEPEST && self.steps < MOST_STEPS;
        self.depth += usize::from(goes);
        goes
    }

    /// Comes back from one level deeper.
    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Takes this many steps; false when that is too many.
    pub(super) fn take(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(steps);
        self.steps < MOST_STEPS
    }

    /// Whether this many more steps could be taken.
    pub(super) fn has_room_for(&self, steps: usize) -> bool {
        self.steps.saturating_add(steps) < MOST_STEPS
    }

    /// Starts counting steps anew and gives those so far, to be [restored](Self::restore).
    pub(super) fn begin_anew(&mut self) -> usize {
        std::mem::take(&mut self.steps)
    }

    /// Goes on counting from these steps.
    pub(super) fn restore(&mut self, steps: usize) {
        self.steps = steps;
    }
}
