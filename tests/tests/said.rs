//! What a plugin says is heard: events of `log` and `tracing`, what it has printed, and its name
//! where it ends the program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use hookspec::{LogLevel, specs::BeforeCommandRun};
use hookspec_host::{ErrorPolicy, HostServices, PluginFile, PluginManager, Trust};
use tests::{artifacts, command_run, run, talking};

/// A host that keeps what is logged from a level on.
#[derive(Clone)]
struct Log {
    least: LogLevel,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn from(least: LogLevel) -> Self {
        Self { least, lines: Arc::default() }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }
}

impl HostServices for Log {
    fn name(&self) -> &str {
        "log"
    }

    fn version(&self) -> &str {
        "1"
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        self.lines.lock().unwrap().push(format!("{level:?} {plugin}: {message}"));
    }

    fn logs(&self, _: &str, level: LogLevel) -> bool {
        level >= self.least
    }
}

/// A program with the plugin `talking`, its hook called once.
fn with_talking(log: &Log) -> PluginManager {
    let manager = PluginManager::new(log.clone(), ErrorPolicy::Propagate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    manager.load(&PluginFile::inspect(&talking(), Trust::Everyone)).unwrap();
    before.call(&command_run()).unwrap();
    manager
}

#[test]
fn events_of_log_and_tracing_reach_the_host_with_level_and_target() {
    let log = Log::from(LogLevel::Trace);
    let manager = with_talking(&log);
    drop(manager);
    let lines = [
        "Info talking: starting",
        "Error talking: oven: too hot: 300 degrees",
        "Trace talking: step by step",
        "Warn talking: oven::door: left open (degrees=300, cake=Sachertorte)",
        "Debug talking: degrees=20",
        "Error talking: burnt",
        "Info talking: done",
    ];
    assert_eq!(log.take(), lines);
    assert_eq!(Arc::strong_count(&log.lines), 1, "nothing of the program is kept by the library");

    // The library is the same, its host another one, which wants to hear less.
    let less = Log::from(LogLevel::Warn);
    let _manager = with_talking(&less);
    assert_eq!(less.take(), [lines[1], lines[3], lines[5]]);
    assert!(log.take().is_empty());
}

/// The program `load-plugin` with the plugin `leaving`.
fn leaving(told: &str) -> (String, String, Option<i32>) {
    let library = artifacts().fixture("leaving");
    let mut command = Command::new(artifacts().binary("load-plugin"));
    let output = run(command.env_clear().current_dir(Path::new("/")).arg(library).env("FIXTURE", told));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn what_a_plugin_has_printed_comes_out_without_a_line_end() {
    assert_eq!(leaving(""), ("half a line".to_owned(), String::new(), Some(0)));
}

/// With musl, and under Wine, the system does not clear up a thread that ends the program.
#[test]
#[cfg(not(any(target_env = "musl", windows)))]
fn a_plugin_that_ends_the_program_is_named() {
    let line = "error: plugin `leaving` ended this program in hook `before_command_run`: it called `exit`\n";
    assert_eq!(leaving("hook"), ("half a line".to_owned(), line.to_owned(), Some(7)));
    let line = "error: plugin `leaving` ended this program while starting: it called `exit`\n";
    assert_eq!(leaving("start"), (String::new(), line.to_owned(), Some(7)));
}
