//! Whose commands are run: the host with the telemetry plugin, or a program that has telemetry as a
//! library.

use std::{cell::Cell, collections::BTreeSet, path::Path, process::Command, time::SystemTime};

use usage_telemetry::internals::event;

use super::filling::{fill, record};
use crate::{artifacts::artifacts, sandbox::Sandbox};

thread_local! {
    static SUBJECT: Cell<Subject> = const { Cell::new(Subject::HostDemo) };
}

/// A program whose events are put to the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The host, with the plugin.
    HostDemo,
    /// The example of twenty lines.
    Tally,
}

impl Subject {
    /// That of the scenario of this thread.
    pub(super) fn current() -> Self {
        SUBJECT.get()
    }

    /// Runs a scenario of it: each has a thread of its own.
    pub(super) fn put_to_the_test<T>(self, scenario: impl FnOnce() -> T) -> T {
        let before = SUBJECT.replace(self);
        let verdict = scenario();
        SUBJECT.set(before);
        verdict
    }

    /// The words that record an event.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            // Reads the catalog, and so says most.
            Self::HostDemo => &["catalog", "list"],
            Self::Tally => &["add", "tea"],
        }
    }

    /// The same command as it is without telemetry.
    pub(super) fn usual(self, sandbox: &Sandbox) -> Command {
        match self {
            Self::HostDemo => sandbox.host_demo(&[&["--no-plugins"], self.words()].concat()),
            Self::Tally => {
                let mut command = self.command(sandbox, self.words(), None);
                command.env("DO_NOT_TRACK", "1");
                command
            }
        }
    }

    /// A command line of it, in the project. The host's endpoint is in its configuration.
    pub(super) fn command(self, sandbox: &Sandbox, words: &[&str], endpoint: Option<&str>) -> Command {
        match self {
            Self::HostDemo => sandbox.host_demo(words),
            Self::Tally => {
                let mut command = sandbox.command(&artifacts().example("tally"));
                command.args(words).current_dir(sandbox.project());
                if let Some(endpoint) = endpoint {
                    command.env("TALLY_TELEMETRY_ENDPOINT", endpoint);
                }
                command
            }
        }
    }

    /// Its folder below those of configuration and of state.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::HostDemo => "kedro-telemetry/host-demo",
            Self::Tally => "tally-telemetry",
        }
    }

    /// Records events for this endpoint as its commands do, without running any; gives their keys.
    pub(super) fn record(self, sandbox: &Sandbox, endpoint: &str, at: SystemTime, count: usize) -> BTreeSet<String> {
        match self {
            Self::HostDemo => record(sandbox, endpoint, at, count),
            Self::Tally => {
                let state = sandbox.path(&format!("state/{}", self.folder()));
                let made = || event("note_added", at, "28df3ee193734d9db5348fb9908981db");
                fill(&state, endpoint, "tally", None::<&Path>, count, made)
            }
        }
    }
}
