//! However a command ends, it ends as it would without plugins, and its event arrives.

use std::{
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tests::run;

use crate::{output, shop::Shop};

/// The same command with the package and without any plugin: the one event of the first.
fn assert_same(args: &[&str], variables: &[(&str, &str)], code: i32) -> Option<(Value, Output)> {
    let shop = Shop::open()?;
    let variables = || variables.iter().copied();
    let without = run(shop.bare(args).envs(variables()));
    let with = shop.sandbox.run_to_the_end(shop.kedro(args).envs(variables()));
    assert_eq!(output::of(&with), output::of(&without), "{args:?}");
    assert_eq!(with.status.code(), Some(code), "{args:?}: {with:?}");
    let events = shop.events(1);
    assert_eq!(events.len(), 1, "{args:?}: {events:#?}");
    Some((events[0].clone(), with))
}

#[test]
fn a_command_that_reads_no_catalog() {
    let Some((event, _)) = assert_same(&["registry", "list"], &[], 0) else { return };
    assert_eq!(event["event"], "CLI command");
    assert_eq!(event["properties"]["command"], "kedro registry list");
    assert_eq!(event["properties"]["main_command"], "registry");
    assert_eq!(event["properties"]["number_of_nodes"], Value::Null);
}

#[test]
fn a_run_that_succeeds() {
    let Some((event, output)) = assert_same(&["run", "--tags", ""], &[], 0) else { return };
    let properties = &event["properties"];
    assert_eq!(event["event"], "Kedro Project Statistics");
    assert_eq!(properties["command"], "kedro run --tags *****");
    assert_eq!(properties["number_of_nodes"], 2);
    assert_eq!(properties["number_of_datasets"], 2);
    assert_eq!(properties["number_of_pipelines"], 5);
    assert_eq!(properties["dataset_type_count.kedro.io.memory_dataset.MemoryDataset"], 1);
    assert_eq!(properties["dataset_type_count.custom"], 1);
    assert_eq!(properties["project_version"], "1.7.0");
    assert!(String::from_utf8_lossy(&output.stdout).contains("successfully"));
}

#[test]
fn a_node_that_fails() {
    let Some((event, output)) = assert_same(&["run", "--pipelines", "fails"], &[], 1) else { return };
    assert_eq!(event["event"], "Kedro Project Statistics");
    assert!(String::from_utf8_lossy(&output.stdout).contains("no flour"));
}

#[test]
fn a_node_that_leaves() {
    let Some((event, _)) = assert_same(&["run", "--pipelines", "leaves"], &[], 3) else { return };
    assert_eq!(event["event"], "Kedro Project Statistics");
}

#[test]
fn a_pipeline_that_there_is_not() {
    let Some((event, _)) = assert_same(&["run", "--pipelines", "nowhere"], &[], 1) else { return };
    assert_eq!(event["properties"]["command"], "kedro run --pipelines *****");
}

#[test]
fn an_option_that_there_is_not() {
    let Some((event, _)) = assert_same(&["run", "--secret", "secret"], &[], 2) else { return };
    assert_eq!(event["event"], "CLI command");
    assert_eq!(event["properties"]["command"], "kedro run ***** *****");
}

#[test]
fn a_command_that_there_is_not() {
    let Some((event, _)) = assert_same(&["secret"], &[], 2) else { return };
    assert_eq!(event["properties"]["command"], "kedro *****");
}

#[test]
fn help() {
    let Some((event, _)) = assert_same(&["run", "--help"], &[], 0) else { return };
    assert_eq!(event["properties"]["command"], "kedro run --help");
}

#[test]
fn an_exception_that_nobody_catches() {
    let Some((event, output)) = assert_same(&["run"], &[("SHOP_IS_CLOSED", "1")], 1) else { return };
    assert_eq!(event["properties"]["command"], "kedro run");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the shop is closed"));
}

/// Kedro itself shows which packages have plugins.
#[test]
fn information_about_kedro() {
    let Some(shop) = Shop::open() else { return };
    let without = run(&mut shop.bare(&["info"]));
    let with = shop.sandbox.run_to_the_end(&shop.kedro(&["info"]));
    let (code, printed, errors) = output::of(&with);
    let shown = printed.replace(
        "Installed plugins:\nkedro_telemetry: 0.0.0 (entry points:cli_hooks,global,hooks)",
        "No plugins installed",
    );
    assert_eq!((code, shown, errors), output::of(&without));
    let events = shop.events(1);
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["properties"]["command"], "kedro info");
    let mut python = shop.bare_python(&["-c", "import sys; print(sys.version, end='')"]);
    let version = String::from_utf8(run(&mut python).stdout).unwrap();
    assert_eq!(events[0]["properties"]["python_version"], version);
}

#[test]
fn control_c_in_a_node() {
    let Some(shop) = Shop::open() else { return };
    let args = ["run", "--pipelines", "waits"];
    let without = interrupted(&shop, &mut shop.bare(&args));
    let with = interrupted(&shop, &mut shop.kedro(&args));
    assert_eq!(output::of(&with), output::of(&without));
    assert!(!with.status.success());
    assert_eq!(shop.events(1)[0]["event"], "Kedro Project Statistics");
}

/// Sends `SIGINT` as soon as the node is at work.
fn interrupted(shop: &Shop, command: &mut Command) -> Output {
    let sign = shop.sandbox.project().join("is_waiting");
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    while !sign.exists() {
        assert!(Instant::now() < patience, "the node does not start");
        thread::sleep(Duration::from_millis(10));
    }
    std::fs::remove_file(sign).unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    child.wait_with_output().unwrap()
}
