//! A parsed Python file.

use std::path::Path;

use crate::{
    bounds::Bounds,
    python::{
        binding::Names,
        syntax::{BYTES_A_STEP, Syntax, too_large},
    },
};

/// A parsed Python file.
#[derive(Debug)]
pub(crate) struct Module {
    /// What is written there.
    pub(crate) syntax: Syntax,
    /// What its names are bound to.
    pub(crate) names: Names,
}

impl Module {
    /// Reads and parses a file. The error says what is wrong with which file.
    pub(crate) fn read(path: &Path, bounds: &mut Bounds) -> Result<Self, String> {
        let syntax = Syntax::read(path, bounds)?;
        let (names, looked_at) = Names::of(&syntax);
        if bounds.take_steps(looked_at / BYTES_A_STEP) { Ok(Self { syntax, names }) } else { Err(too_large(path)) }
    }
}
