//! The pipelines a project registers, read from its Python sources without running them.
//!
//! Kedro learns its pipelines by calling `register_pipelines()` of
//! `src/<package>/pipeline_registry.py`. That function is followed here statement by statement,
//! through `find_pipelines()` and each `create_pipeline()`, as long as what it does is certain: no
//! branches, loops or comprehensions, no code from elsewhere. Whatever goes beyond that makes the
//! value concerned unknown, and the reason is kept; nothing is guessed.
//!
//! It is taken for granted that Kedro can load the project: that its imports succeed and its
//! pipelines are valid.
//!
//! From the bottom up: `source`s are parsed modules, in which `sources` finds what a name is bound
//! to; a `value` is what an expression stands for, a pipeline for one, whose nodes are a `graph`; a
//! `scope` holds the values of a function's names. `kedro` and `operators` make values of values.
//! The `evaluator` is above them all.

mod arguments;
mod calls;
mod evaluator;
mod expressions;
mod graph;
mod kedro;
mod operators;
mod reason;
mod registry;
mod scope;
mod source;
mod sources;
mod statements;
mod value;

pub use self::registry::{Pipeline, Registry};
