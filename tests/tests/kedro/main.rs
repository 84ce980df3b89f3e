//! The real Kedro, and in it the package kedro-telemetry as the wheel has it.
//!
//! Needs `python3` and, for the first run in a target directory, `PyPI`; each test says so and passes
//! where one is missing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod circumstances;
mod damage;
mod endings;
mod kedro;
mod output;
mod refusals;
mod sessions;
mod shared_home;
mod shop;
mod traces;
mod versions;
