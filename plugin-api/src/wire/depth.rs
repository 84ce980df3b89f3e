//! How deep values may be nested: a type that contains itself lets its sender choose.

use std::cell::Cell;

use crate::error::Error;

/// Structs and enums within one another, at most so many.
const MAX_DEPTH: usize = 128;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Reads or writes what is within a struct or an enum.
///
/// # Errors
/// Those of `within`, and a line that says so where this is too deep in others.
pub fn deeper<T>(within: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let level = Level::enter();
    if level.0 >= MAX_DEPTH {
        return Err(too_deep());
    }
    within()
}

/// What is said of values that are nested too deeply.
#[cold]
pub(super) fn too_deep() -> Error {
    Error::new(format_args!("values are nested more than {MAX_DEPTH} deep"))
}

/// Whether `depth` is too deep.
pub(super) fn is_too_deep(depth: usize) -> bool {
    depth >= MAX_DEPTH
}

/// Counts one level until it is dropped, by a panic too.
struct Level(usize);

impl Level {
    fn enter() -> Self {
        Self(DEPTH.replace(DEPTH.get() + 1))
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}
