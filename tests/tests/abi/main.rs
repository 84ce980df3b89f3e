//! The ABI over time: interfaces that grow in either direction, differences that are refused in one
//! line, libraries whose root is not ours, and a description of the boundary that is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod ages;
mod describe;
mod frozen;
mod inside;
mod kept;
mod later;
mod layout;
mod mismatch;
mod root;
mod signature;

use std::path::{Path, PathBuf};

use fixture_interfaces::host::{Bakery, found};
use hookspec_host::{ErrorPolicy, LoadError, PluginManager};
use tests::artifacts;

fn library(name: &str) -> PathBuf {
    artifacts().fixture(name)
}

/// What a host that has declared its hooks says of a library that it refuses.
fn refusal(manager: &PluginManager, library: &Path) -> LoadError {
    let error = manager.load(&found(library)).expect_err("the library is refused");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    assert!(manager.plugins().is_empty(), "nothing of it is registered");
    error
}

fn manager() -> PluginManager {
    PluginManager::new(Bakery, ErrorPolicy::Propagate)
}
