//! Two programs with telemetry on one machine: nothing of the one crosses to the other.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::{Command, Output};

use serde_json::{Value, json};
use tests::{Collector, Sandbox, artifacts, run};

/// Two programs that load the same plugin.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Program {
    HostDemo,
    /// A host that says it is Kedro.
    Kedro,
}

use Program::{HostDemo, Kedro};

impl Program {
    /// What its users type, and what its events say.
    fn name(self) -> &'static str {
        if self == HostDemo { "host-demo" } else { "kedro" }
    }

    /// A command line of it, with this endpoint or none.
    fn command(self, sandbox: &Sandbox, endpoint: &str, words: &[&str]) -> Command {
        match self {
            HostDemo => {
                let mut command = sandbox.host_demo(if words.is_empty() { &["info"] } else { words });
                command.env("KEDRO_TELEMETRY_ENDPOINT", endpoint).env("HEAP_APPID_DEV", "host-demos");
                command.current_dir(sandbox.path("home"));
                command
            }
            Kedro => sandbox.kedro_like(&json!({"endpoint": endpoint}), words),
        }
    }

    fn runs(self, sandbox: &Sandbox, endpoint: &str, words: &[&str]) -> Output {
        let output = sandbox.run_to_the_end(&self.command(sandbox, endpoint, words));
        assert!(output.status.success(), "{self:?} {words:?}: {output:?}");
        output
    }

    fn says(self, sandbox: &Sandbox, endpoint: &str, words: &[&str]) -> String {
        String::from_utf8(self.runs(sandbox, endpoint, words).stdout).unwrap()
    }

    /// The commands of its queued events.
    fn queued(self, sandbox: &Sandbox) -> Vec<String> {
        let log = self.says(sandbox, "", &["telemetry", "log", "--format", "json"]);
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let queued = lines.filter(|line| line["outcome"] == "queued");
        queued.map(|line| command_of(&line["event"])).collect()
    }
}

const BOTH_ORDERS: [(Program, Program); 2] = [(HostDemo, Kedro), (Kedro, HostDemo)];

fn command_of(event: &Value) -> String {
    event["properties"]["command"].as_str().unwrap().to_owned()
}

/// Every event that a collector has, each with its application.
fn events(collector: &Collector) -> Vec<(String, String)> {
    let bodies = collector.bodies();
    let of = |body: &Value| {
        let app_id = body["app_id"].as_str().unwrap().to_owned();
        let events = body["events"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        events.into_iter().map(move |event| (app_id.clone(), command_of(&event)))
    };
    bodies.iter().flat_map(of).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox.set_told_without_terminal();
    sandbox
}

#[test]
fn what_one_program_records_for_this_machine_never_leaves_it_by_another_or_later() {
    for (silent, sending) in BOTH_ORDERS {
        let (sandbox, others, later) = (sandbox(), Collector::start(), Collector::start());
        silent.runs(&sandbox, "", &[]);
        for _ in 0..2 {
            sending.runs(&sandbox, &others.endpoint(), &[]);
        }
        let sent = events(&others);
        let of_sending = format!("{} info", sending.name());
        assert_eq!(sent.iter().map(|(_, command)| command).collect::<Vec<_>>(), [&of_sending; 2], "{silent:?}");
        assert_eq!(silent.queued(&sandbox), [format!("{} info", silent.name())]);

        // With an endpoint of its own, set later, only what is recorded from then on goes there.
        silent.runs(&sandbox, &later.endpoint(), &[]);
        silent.runs(&sandbox, &later.endpoint(), &["telemetry", "flush"]);
        assert_eq!(events(&later).len(), 1, "{silent:?}");
        assert_eq!(silent.queued(&sandbox).len(), 1, "{silent:?}");
        let apps: Vec<_> = events(&others).into_iter().chain(events(&later)).map(|(app_id, _)| app_id).collect();
        assert_eq!(
            apps.iter().filter(|app_id| *app_id == "host-demos").count(),
            if sending == HostDemo { 2 } else { 1 }
        );
    }
}

#[test]
fn an_event_goes_where_it_was_to_go_when_it_was_recorded() {
    let (sandbox, first, second) = (sandbox(), Collector::start(), Collector::start());
    HostDemo.runs(&sandbox, &first.endpoint(), &["telemetry", "on"]);
    sandbox.without_sender(|| drop(run(&mut HostDemo.command(&sandbox, &first.endpoint(), &[]))));
    HostDemo.runs(&sandbox, &second.endpoint(), &[]);
    assert_eq!((events(&first).len(), events(&second).len()), (1, 1));
}

#[cfg(unix)]
#[test]
fn each_program_tells_its_own_users() {
    for (one, other) in BOTH_ORDERS {
        let sandbox = sandbox();
        for program in [one, other] {
            for is_told in [true, false] {
                let output = run(&mut program.command(&sandbox, "", &[]));
                let notice = String::from_utf8(output.stderr).unwrap();
                assert_eq!(notice.contains(&format!("{} telemetry off", program.name())), is_told, "{notice}");
            }
        }
    }
}

#[test]
fn off_in_one_program_leaves_the_other_on_unless_it_is_for_all() {
    for (one, other) in BOTH_ORDERS {
        let sandbox = sandbox();
        for program in [one, other] {
            program.runs(&sandbox, "", &[]);
        }
        let off = one.says(&sandbox, "", &["telemetry", "off"]);
        assert!(off.contains("telemetry off --all"), "a refusal for all programs is offered: {off}");
        assert!(one.says(&sandbox, "", &["telemetry", "status"]).starts_with("telemetry  off"));
        assert!(other.says(&sandbox, "", &["telemetry", "status"]).starts_with("telemetry  on"));
        assert_eq!((one.queued(&sandbox).len(), other.queued(&sandbox).len()), (0, 1));

        one.runs(&sandbox, "", &["telemetry", "on"]);
        other.runs(&sandbox, "", &["telemetry", "off", "--all"]);
        for program in [one, other] {
            let status = program.says(&sandbox, "", &["telemetry", "status"]);
            assert!(status.starts_with("telemetry  off: stated for all programs in "), "{status}");
            program.runs(&sandbox, "", &[]);
            assert_eq!(program.queued(&sandbox).len(), 0);
        }
        one.runs(&sandbox, "", &["telemetry", "on", "--all"]);
        assert!(other.says(&sandbox, "", &["telemetry", "status"]).starts_with("telemetry  on"));
    }
}

#[test]
fn purge_in_one_program_deletes_nothing_of_the_other() {
    for (one, other) in BOTH_ORDERS {
        let sandbox = sandbox();
        for program in [one, other] {
            program.runs(&sandbox, "", &[]);
        }
        let identity = |program: Program| {
            let status = program.says(&sandbox, "", &["telemetry", "status"]);
            status.lines().find(|line| line.starts_with("identity")).unwrap().to_owned()
        };
        let others = identity(other);
        assert_ne!(identity(one), others);
        one.runs(&sandbox, "", &["telemetry", "purge"]);
        assert!(identity(one).ends_with("none yet"));
        assert_eq!((identity(other), other.queued(&sandbox).len()), (others, 1));
    }
}
