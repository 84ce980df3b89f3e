//! Where blocks lead, and the parts of loops.

use crate::{evaluate::value::Value, python::Stmt};

/// Where a block leads.
pub(super) enum Flow {
    /// To what follows it.
    Next,
    /// Out of the function, with this value.
    Return(Value),
    /// Out of the loop.
    Break,
    /// To the next round of the loop.
    Continue,
}

/// The parts of a loop.
pub(super) struct Loop<'a> {
    /// All of it.
    pub(super) statement: &'a Stmt,
    /// What is done in each round.
    pub(super) body: &'a [Stmt],
    /// What is done after the last one.
    pub(super) otherwise: &'a [Stmt],
}
