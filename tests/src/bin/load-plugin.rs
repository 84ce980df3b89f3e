//! Loads one plugin and calls a hook: what a process of its own must survive.
//!
//! Ends with [`tests::load_plugin::REFUSED`] when the file was refused unloaded, with
//! [`tests::load_plugin::FAILED`] when loading failed.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{path::Path, process::ExitCode};

use hookspec::specs::BeforeCommandRun;
use hookspec_host::{ErrorPolicy, HookError, HostServices, PluginFile, PluginManager, Trust};
use tests::{
    command_run,
    load_plugin::{FAILED, REFUSED},
};

fn main() -> ExitCode {
    let file = std::env::args_os().nth(1).expect("a library");
    let found = PluginFile::inspect(Path::new(&file), Trust::Everyone);
    if let Err(error) = found.manifest() {
        eprintln!("{error}");
        return ExitCode::from(REFUSED);
    }
    let manager = PluginManager::new(Services, ErrorPolicy::Isolate);
    let before = manager.declare(BeforeCommandRun).expect("nothing is registered yet");
    if let Err(error) = manager.load(&found) {
        eprintln!("{error}");
        return ExitCode::from(FAILED);
    }
    before.call(&command_run()).expect("failures are isolated");
    ExitCode::SUCCESS
}

struct Services;

impl HostServices for Services {
    fn name(&self) -> &str {
        "load-plugin"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn hook_failed(&self, error: &HookError) {
        eprintln!("{error}");
    }
}
