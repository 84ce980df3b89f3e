//! Many sessions, nodes, threads, processes and interpreters: each event once, nothing left behind.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use tests::run;

use crate::shop::Shop;

/// The events of a run of 16 or more nodes with this runner, to the end of all it has started.
fn events_of_wide_run(runner: &[&str], width: &str) -> Option<Vec<Value>> {
    let shop = Shop::open()?;
    let args = [&["run", "--pipelines", "wide"], runner].concat();
    let output = shop.sandbox.run_to_the_end(shop.kedro(&args).env("SHOP_WIDTH", width));
    assert!(output.status.success(), "{output:?}");
    Some(shop.events(1))
}

fn assert_one_event(runner: &[&str]) {
    let Some(events) = events_of_wide_run(runner, "16") else { return };
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["properties"]["number_of_nodes"], 2);
}

#[test]
fn threads() {
    assert_one_event(&["--runner", "ThreadRunner"]);
}

#[test]
fn eight_processes() {
    let Some(shop) = Shop::open() else { return };
    let script = shop.sandbox.path("parallel.py");
    fs::write(&script, PARALLEL).unwrap();
    let output = shop.sandbox.run_to_the_end(shop.python(&[script.to_str().unwrap()]).env("SHOP_WIDTH", "24"));
    assert!(output.status.success(), "{output:?}");
    let events = shop.events(1);
    assert_eq!(events.len(), 1, "{events:#?}");
}

const PARALLEL: &str = r#"
from pathlib import Path

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.runner import ParallelRunner

if __name__ == "__main__":
    bootstrap_project(Path.cwd())
    with KedroSession.create(project_path=Path.cwd(), save_on_close=False) as session:
        session.run(pipeline_names=["wide"], runner=ParallelRunner(max_workers=8))
"#;

#[test]
fn a_thousand_nodes() {
    let Some(shop) = Shop::open() else { return };
    let mut command = shop.kedro(&["catalog", "describe-datasets"]);
    let output = run(command.env("SHOP_WIDTH", "1000").env("SHOP_IS_WIDE", "1"));
    assert!(output.status.success(), "{output:?}");
    assert_eq!(shop.events(1)[0]["properties"]["number_of_nodes"], 1000);
}

/// A process in which sessions come and go, as in a notebook, sends one event for each, and does
/// not grow: Kedro alone grows by two MiB until caches of its own are full, and each session that
/// left something behind would show eight hundredfold.
#[test]
fn a_thousand_sessions() {
    const SESSIONS: usize = 1000;
    const GROWTH_IN_KIB: u64 = 4096;
    let Some(shop) = Shop::open() else { return };
    let script = shop.sandbox.path("sessions.py");
    fs::write(&script, THOUSAND_SESSIONS).unwrap();
    let output = shop.sandbox.run_to_the_end(&shop.python(&[script.to_str().unwrap()]));
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&fs::read(shop.sandbox.project().join("report")).unwrap()).unwrap();
    let [early, late] = ["200", "1000"].map(|session| report["kib"][session].as_u64().unwrap());
    assert!(late < early + GROWTH_IN_KIB, "{report}");
    // The last sender may have ended, which is seen when the next is started, and the one before
    // it may not have come to its end on a busy machine.
    assert!(report["children"].as_array().unwrap().len() <= 2, "{report}");
    // On a busy machine a request may have taken too long, and the next waits for its turn.
    assert!(run(&mut shop.kedro(&["telemetry", "flush"])).status.success());
    let account = shop.collector.account();
    let sent: BTreeSet<&String> = account.acknowledged.keys().collect();
    assert_eq!(sent.len(), SESSIONS);
    assert_eq!(account.again(), 0);
}

const THOUSAND_SESSIONS: &str = r#"
import json
import logging
import os
from pathlib import Path

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project


def kib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


bootstrap_project(Path.cwd())
logging.disable(logging.WARNING)
report = {"kib": {}}
for number in range(1, 1001):
    with KedroSession.create(project_path=Path.cwd(), save_on_close=False) as session:
        session.load_context().catalog
    if number in (200, 1000):
        report["kib"][number] = kib()
report["children"] = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
Path("report").write_text(json.dumps(report))
"#;

/// The main interpreter has plugins; another one has Kedro alone.
#[test]
fn a_second_interpreter_in_the_process() {
    let Some(shop) = Shop::open() else { return };
    let script = shop.sandbox.path("interpreters.py");
    fs::write(&script, INTERPRETERS).unwrap();
    let output = shop.sandbox.run_to_the_end(&shop.python(&[script.to_str().unwrap()]));
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("second\nfirst\n"), "{output:?}");
    assert_eq!(shop.events(1)[0]["properties"]["main_command"], "info");
}

const INTERPRETERS: &str = r#"
import sys

from kedro_telemetry.plugin import telemetry_hook

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

SECOND = f"""
import sys
sys.path[:] = {sys.path!r}
from kedro_telemetry.plugin import telemetry_hook
telemetry_hook.before_command_run(None, ["second"])
telemetry_hook.after_command_run(None, ["second"], 0)
print("second", flush=True)
"""

telemetry_hook.before_command_run(None, ["info"])
second = interpreters.create()
interpreters.run_string(second, SECOND)
interpreters.destroy(second)
telemetry_hook.after_command_run(None, ["info"], 0)
print("first", flush=True)
"#;
