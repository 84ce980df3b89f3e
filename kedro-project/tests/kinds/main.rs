//! Projects as people write them, each kind in its smallest form. What is expected is what Kedro
//! 1.7.0 finds in the same project, or that it cannot be known without running Python.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod configurations;
mod nodes;
mod python;
mod refusals;
mod registries;
mod sources;
mod tea;
