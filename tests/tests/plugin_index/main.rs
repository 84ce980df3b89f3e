//! Plugins from an index: packed and signed on one machine, installed by name on another.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod author;
mod keys;
mod kills;
mod machines;
mod servers;
mod tampered;
mod user;
