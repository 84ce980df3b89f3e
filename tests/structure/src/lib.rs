//! Checks the arrows of this workspace: between crates, and between the files of each crate.
//!
//! 1. [`table`] says which crate may depend on which, and what its files may not name. When a check
//!    fails for a good reason, this is the place to change.
//! 2. [`workspace`] asks cargo for the packages and reads their files; [`dependencies`] compares
//!    the packages with the table.
//! 3. [`parse`] follows `mod` declarations from the root of a crate and collects what each module
//!    has ([`modules`]) and every path that its code names ([`mention`]); [`resolve`] finds the
//!    file that defines what a path names, through imports and re-exports.
//! 4. [`arrows`] makes a graph of files of it, and [`circles`] looks for circles there;
//!    [`forbidden`] looks for names and words that do not belong in a file, and [`systems`] for
//!    conditions on the system outside of `os/`.
//!
//! The compiler's own resolution is not at hand, so some arrows are out of sight: methods and
//! fields of values whose type is not named, single lower-case names within the arguments of a
//! macro, paths in string attributes (`#[serde(with = "…")]`), and whatever a macro expands to.

pub mod arrows;
pub mod circles;
pub mod dependencies;
pub mod forbidden;
pub mod mention;
pub mod modules;
pub mod parse;
pub mod resolve;
pub mod systems;
pub mod table;
mod test_only;
mod tokens;
mod use_tree;
pub mod workspace;
