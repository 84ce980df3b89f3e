//! Who else may have a hand in a file.

/// Whoever could replace a program, beside root and its user: at most one other user and one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Holders {
    pub(crate) owner: Option<u32>,
    pub(crate) group: Option<u32>,
}
