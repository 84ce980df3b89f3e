//! A limit on the size of files, beyond which the system ends a process that writes.

use std::process::{Command, Output};

use super::{
    ledger::Books,
    scenario::{Effort, PATIENCE, Scenario, Verdict},
    scene::Scene,
};
use crate::{collector::Collector, sandbox::run};

pub(super) const SCENARIOS: &[Scenario] = &[Scenario::new("file-size limit of 0", nothing_may_be_written)];

/// Commands run before the limit, and under it.
const COMMANDS: usize = 3;

/// The command under the limit, which is no limit for what it prints into a pipe.
fn limited(scene: &Scene, command: &Command) -> Output {
    let mut shell = scene.sandbox.command("timeout".as_ref());
    shell.arg(PATIENCE.as_secs().to_string()).args(["sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    run(shell.current_dir(scene.sandbox.project()))
}

/// What was queued before is not lost, whether a command starts a sender or is to send itself.
fn nothing_may_be_written(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    for delivery in ["background", "blocking"] {
        scene.set_env("KEDRO_TELEMETRY_DELIVERY", Some(delivery.into()));
        for _ in 0..COMMANDS {
            scene.is_usual(&limited(&scene, &scene.command()));
            scene.settle();
        }
    }
    scene.set_env("KEDRO_TELEMETRY_DELIVERY", None);
    let under = Books::of(&scene, &collector);
    under.account_for(COMMANDS);
    scene.flush();
    let after = Books::of(&scene, &collector);
    after.account_for(COMMANDS);
    assert!(after.queued.is_empty() && after.again == 0, "{after:?}");
    Verdict::Endured(under.row(3 * COMMANDS, COMMANDS, &after))
}
