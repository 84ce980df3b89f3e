//! The commands of `host-demo` on projects, without any plugin.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bad_catalog;
mod catalog;
mod growth;
mod info;
mod new;
mod registry;
mod shop;
