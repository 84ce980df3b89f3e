//! `cargo xtask demo`: the whole way of an event, and each way to stop it, checked as it is shown.

use std::{
    process::{ExitCode, Output},
    time::Instant,
};

use serde_json::Value;
use tests::{Artifacts, Collector, Sandbox, run as output_of};

const COMMAND: [&str; 2] = ["catalog", "list"];

/// Runs the demo; fails when one of its checks does.
pub fn run() -> ExitCode {
    let started = Instant::now();
    heading("Building in release mode");
    let artifacts = Artifacts::release_demo();
    let mut demo = Demo { sandbox: Sandbox::with(&artifacts), collector: Collector::start(), failures: 0, usual: None };
    demo.show(&artifacts);
    println!(
        "\n{} in {:.0} s",
        if demo.failures == 0 { "All checks passed" } else { "Some checks failed" },
        started.elapsed().as_secs_f32()
    );
    if demo.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Demo {
    sandbox: Sandbox,
    collector: Collector,
    failures: usize,
    /// What the command printed the first time.
    usual: Option<Output>,
}

impl Demo {
    fn show(&mut self, artifacts: &Artifacts) {
        let library = artifacts.telemetry();
        self.sandbox.install(&library);
        self.sandbox.set_endpoint(&self.collector.endpoint());

        heading("host-demo catalog list, with the telemetry plugin");
        let output = output_of(&mut self.sandbox.host_demo(&COMMAND));
        print_output(&output);
        self.check("the command succeeds", output.status.success());
        self.usual = Some(output);

        heading("What the collector received");
        let bodies = self.collector.wait_for(1);
        println!("{:#}", bodies[0]);
        self.check_event(&bodies[0]);
        self.sandbox.settle();

        heading("The same with DO_NOT_TRACK=1");
        self.run_silently(|sandbox| {
            let mut command = sandbox.host_demo(&COMMAND);
            command.env("DO_NOT_TRACK", "1");
            command
        });

        heading("The same with the library swapped for a plugin that does nothing");
        let name = library.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        self.sandbox.install_as(&artifacts.fixture("noop"), &name);
        self.run_silently(|sandbox| sandbox.host_demo(&COMMAND));

        heading("The same with the library removed");
        self.sandbox.uninstall(&name);
        self.run_silently(|sandbox| sandbox.host_demo(&COMMAND));

        heading("The same with the library back");
        self.sandbox.install(&library);
        let output = output_of(&mut self.sandbox.host_demo(&COMMAND));
        self.check_usual(&output);
        // Whatever the silent commands had sent would have come before this one.
        let bodies = self.collector.wait_for(2);
        self.check("one more event arrives, and none from the commands in between", bodies.len() == 2);
        self.sandbox.settle();
    }

    /// Runs a command that must leave no trace.
    fn run_silently(&mut self, command: impl Fn(&Sandbox) -> std::process::Command) {
        let before = self.sandbox.files();
        let output = output_of(&mut command(&self.sandbox));
        self.check_usual(&output);
        self.check("nothing is written", self.sandbox.files() == before);
        self.check("nothing arrives", self.collector.bodies().len() == 1);
    }

    fn check_usual(&mut self, output: &Output) {
        let same =
            self.usual.as_ref().is_some_and(|usual| usual.stdout == output.stdout && usual.status == output.status);
        self.check("the command prints and returns the same", same);
    }

    fn check_event(&mut self, body: &Value) {
        let properties = &body["properties"];
        self.check("it is one event of project statistics", body["event"] == "Kedro Project Statistics");
        self.check("it names the command", properties["command"] == "host-demo catalog list");
        self.check(
            "it counts 11 datasets in 4 pipelines",
            properties["number_of_datasets"] == 11 && properties["number_of_pipelines"] == 4,
        );
        self.check("it counts 7 nodes", properties["number_of_nodes"] == 7);
        self.check("a class of the project's own is `custom`", properties["dataset_type_count.custom"] == 1);
        let text = body.to_string().to_lowercase();
        let private = ["bakery", "orders", "oven", "demand_model"];
        self.check("no name of the project is in it", private.iter().all(|name| !text.contains(name)));
    }

    fn check(&mut self, what: &str, holds: bool) {
        println!("{} {what}", if holds { "  ok    " } else { "  FAILED" });
        self.failures += usize::from(!holds);
    }
}

fn heading(text: &str) {
    println!("\n== {text}");
}

fn print_output(output: &Output) {
    print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
