//! The hook engine through its public surface, by the subjects of pluggy's own test-suite.
//! `ARCHITECTURE.md` maps one to the other.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arguments;
mod causes;
mod concurrency;
mod errors;
mod extra;
mod fold;
mod growth;
mod historic;
mod later;
mod order;
mod policy;
mod registration;
mod results;
mod support;
mod trace;
mod usage_event;
mod wrappers;
