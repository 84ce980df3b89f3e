//! Systems that have nothing in the place of what Linux has.

pub(crate) fn is_zombie(_: u32) -> bool {
    false
}
