//! A user of a program with telemetry, whose commands are compared with those without.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Mutex,
    time::SystemTime,
};

use serde_json::Value;
use usage_telemetry::internals::Queue;

use super::{
    process::{finish, wait_until_none_is_left},
    subject::Subject,
};
use crate::{artifacts::artifacts, collector::Collector, sandbox::Sandbox};

/// The user.
pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    /// What differs from the sandbox in the environment of commands.
    env: Vec<(&'static str, Option<OsString>)>,
    subject: Subject,
    endpoint: Mutex<Option<String>>,
    usual: Output,
}

impl Scene {
    /// One who has said yes, so that no notice is in any output.
    pub(super) fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        let subject = Subject::current();
        let on = finish(&mut subject.command(&sandbox, &["telemetry", "on"], None));
        assert!(on.status.success(), "{on:?}");
        let usual = finish(&mut subject.usual(&sandbox));
        assert!(usual.status.success(), "{usual:?}");
        Self { sandbox, env: Vec::new(), subject, endpoint: Mutex::new(None), usual }
    }

    /// The same with an endpoint.
    pub(super) fn with_endpoint(endpoint: &str) -> Self {
        let scene = Self::new();
        scene.set_endpoint(endpoint);
        scene
    }

    /// Has later commands know this endpoint.
    pub(super) fn set_endpoint(&self, endpoint: &str) {
        match self.subject {
            Subject::HostDemo => self.sandbox.set_endpoint(endpoint),
            Subject::Tally => *self.endpoint.lock().unwrap() = Some(endpoint.to_owned()),
        }
    }

    /// Sets a variable for later commands, or takes it away.
    pub(super) fn set_env(&mut self, name: &'static str, value: Option<OsString>) {
        self.env.retain(|(known, _)| *known != name);
        self.env.push((name, value));
    }

    /// Has whatever endpoint be reached through this collector, as through a proxy.
    pub(super) fn reach_through(&mut self, collector: &Collector) {
        self.set_env("http_proxy", Some(collector.url("").into()));
    }

    /// The program with these words.
    pub(super) fn program(&self, args: &[&str]) -> Command {
        let mut command = self.subject.command(&self.sandbox, args, self.endpoint.lock().unwrap().as_deref());
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// The command that is recorded.
    pub(super) fn command(&self) -> Command {
        self.program(self.subject.words())
    }

    /// What a sender is: this command in the background.
    pub(super) fn sender(&self) -> Command {
        self.program(&["telemetry", "flush", "--background"])
    }

    /// Does something while no sender is at work, nor can be: what is recorded waits.
    pub(super) fn without_sender(&self, what: impl FnOnce(&Self)) {
        fs::create_dir_all(self.state()).unwrap();
        let lock = File::create(self.state().join("sender.lock")).unwrap();
        lock.lock().unwrap();
        what(self);
    }

    /// Runs the command so many times, one after the other: each has the output and the exit code
    /// that it has without plugins.
    pub(super) fn run_commands(&self, count: usize) {
        for _ in 0..count {
            self.run_command();
        }
    }

    /// Runs the command once.
    pub(super) fn run_command(&self) {
        self.is_usual(&finish(&mut self.command()));
    }

    /// Holds a command to the output and the exit code that it has without plugins.
    pub(super) fn is_usual(&self, output: &Output) {
        assert_eq!(text(output), text(&self.usual));
        assert_eq!(output.status, self.usual.status);
    }

    /// Sends what waits, now, whatever the back-off says.
    pub(super) fn flush(&self) {
        let output = finish(&mut self.program(&["telemetry", "flush"]));
        assert!(output.status.success(), "{:?}", text(&output));
    }

    /// The same, minute after minute, until nothing waits any more.
    pub(super) fn flush_all(&self) {
        while self.queued() > 0 {
            self.flush();
            pass_minute(&self.state());
        }
    }

    /// Waits until no process is left.
    pub(super) fn settle(&self) {
        wait_until_none_is_left(&self.sandbox.path(""));
    }

    /// The state folder.
    pub(super) fn state(&self) -> PathBuf {
        self.sandbox.path("state").join(self.subject.folder())
    }

    /// The folder of configuration.
    pub(super) fn config(&self) -> PathBuf {
        self.sandbox.path("config").join(self.subject.folder())
    }

    /// Records events for this endpoint as commands do, without running any; gives
    /// their keys.
    pub(super) fn record(&self, endpoint: &str, at: SystemTime, count: usize) -> BTreeSet<String> {
        self.subject.record(&self.sandbox, endpoint, at, count)
    }

    /// How many records wait, each of them whole.
    pub(super) fn queued(&self) -> usize {
        let queue = Queue::new(&self.state());
        let names = queue.list().unwrap();
        for name in &names {
            queue.read(name).expect("a record is whole");
        }
        names.len()
    }

    /// The lines of `telemetry log`, looked at without what is set by [`Self::set_env`].
    pub(super) fn log(&self) -> Vec<Value> {
        lines(&mut self.subject.command(&self.sandbox, &["telemetry", "log", "--format", "json"], None))
    }
}

/// Has a sender find in this state folder what it would a minute later: no events that were sent
/// just now, of which a receiver takes a thousand a minute.
pub fn pass_minute(state: &Path) {
    let _ = fs::remove_file(state.join("pace"));
}

/// The lines of JSON that a command prints.
pub(super) fn lines(command: &mut Command) -> Vec<Value> {
    let output = finish(command);
    assert!(output.status.success(), "{:?}", text(&output));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
