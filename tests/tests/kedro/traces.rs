//! `kedro-trace` beside the telemetry in the real Kedro: a run's spans, wherever its nodes ran.

use std::fs;

use serde_json::Value;
use tests::artifacts;

use crate::shop::Shop;

const NODES: usize = 24;

/// A user whose runs are written to the file that is given back, too.
fn tracing_shop() -> Option<(Shop, std::path::PathBuf)> {
    let shop = Shop::open()?;
    let plugins = shop.sandbox.path("data/kedro/plugins");
    fs::create_dir_all(&plugins).unwrap();
    let library = artifacts().trace();
    fs::copy(&library, plugins.join(library.file_name().unwrap())).unwrap();
    let (config, file) = (shop.sandbox.path("config/kedro/config.toml"), shop.sandbox.path("home/runs.jsonl"));
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[plugins.kedro-trace]\nfile = \"{}\"\n", file.display())).unwrap();
    Some((shop, file))
}

/// Has the wide pipeline run, and gives its spans.
fn spans(runner: &[&str], start_method: &str) -> Option<Vec<Value>> {
    let (shop, file) = tracing_shop()?;
    let args = [&["run", "--pipelines", "wide"], runner].concat();
    let mut command = shop.kedro(&args);
    command.env("SHOP_WIDTH", NODES.to_string()).env("KEDRO_MP_CONTEXT", start_method);
    let output = shop.sandbox.run_to_the_end(&command);
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let request: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(text.lines().count(), 1);
    let parts = shop.sandbox.path("state/kedro-trace/kedro/parts");
    assert_eq!(fs::read_dir(parts).map_or(0, Iterator::count), 0, "nothing is left behind");
    Some(request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone())
}

fn assert_whole(runner: &[&str], start_method: &str) {
    let Some(spans) = spans(runner, start_method) else { return };
    let named = |name: &str| {
        let found: Vec<_> = spans.iter().filter(|span| span["name"] == name).collect();
        assert_eq!(found.len(), 1, "{runner:?} {start_method}: `{name}` in {spans:#?}");
        found[0]
    };
    let run = named("pipeline wide");
    let time = |span: &Value, key: &str| span[key].as_str().unwrap().parse::<u128>().unwrap();
    for number in 0..NODES {
        let node = named(&format!("node double_{number}"));
        assert_eq!((&node["parentSpanId"], node.get("status")), (&run["spanId"], None));
        assert!(time(run, "startTimeUnixNano") <= time(node, "startTimeUnixNano"));
        assert!(time(node, "endTimeUnixNano") <= time(run, "endTimeUnixNano"));
        assert_eq!(named(&format!("save doubled_{number}"))["parentSpanId"], node["spanId"]);
        let loads = spans.iter().filter(|span| span["parentSpanId"] == node["spanId"]).count();
        assert_eq!(loads, 2, "a load and a save");
    }
    assert_eq!(spans.len(), 1 + 3 * NODES);
}

#[test]
fn one_after_the_other() {
    assert_whole(&[], "");
}

#[test]
fn in_threads() {
    assert_whole(&["--runner", "ThreadRunner"], "");
}

#[test]
fn in_processes_that_are_forked_off() {
    assert_whole(&["--runner", "ParallelRunner"], "fork");
}

#[test]
fn in_processes_that_load_plugins_anew() {
    assert_whole(&["--runner", "ParallelRunner"], "spawn");
}

#[test]
fn in_processes_with_datasets_in_threads() {
    assert_whole(&["--runner", "ParallelRunner", "--async"], "fork");
}
