//! What the integration tests and `cargo xtask demo` share: built artifacts, an isolated user, a
//! collector on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::missing_panics_doc, reason = "every function here panics when the test cannot go on")]

mod artifacts;
mod cargo;
mod collector;
mod command;
mod copy;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub mod damage;
mod doctests;
#[cfg(target_os = "linux")]
pub mod faults;
mod file_server;
mod in_time;
#[cfg(target_os = "linux")]
pub mod libraries;
pub mod load_plugin;
pub mod lockless;
mod os;
mod pipelines;
pub mod privacy;
pub mod python;
mod sandbox;
mod session;
#[cfg(target_os = "linux")]
pub mod terminal;
mod trace;

pub use artifacts::{Artifacts, artifacts, talking, workspace};
pub use cargo::cargo;
pub use collector::{Account, Answer, Authority, Collector};
pub use command::command_run;
pub use copy::copy_dir;
pub use doctests::DOCTESTED;
pub use file_server::{FileServer, Reply};
pub use in_time::run_in_time;
pub use os::await_all;
pub use pipelines::{NodeScript, PipelineHooks, RunScript, run_id};
pub use sandbox::{Sandbox, run};
pub use session::Session;
pub use trace::{Call, Trace};
