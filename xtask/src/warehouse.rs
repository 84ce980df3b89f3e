//! `cargo xtask warehouse`: the SQL of docs/maintainers.md, run by `ClickHouse`'s engine over
//! events that came through a real collector, gives the figures of `telemetry report`.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, ExitCode},
};

use serde_json::Value;
use tests::{faults::queue_collected, python::Environment, workspace};

use crate::{
    pages::{jot, scene},
    process::succeeds,
    target::target,
};

const DOCUMENT: &str = "docs/maintainers.md";
const COUNT: &str = "xtask/src/warehouse/count.py";
/// A collector, and `ClickHouse` as a library.
const PACKAGES: [&str; 2] = ["rotel", "chdb"];
const EVENTS: usize = 6_000;

/// Compares the figures.
pub fn run() -> ExitCode {
    match compare() {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<String, String> {
    let environment = match Environment::with(&target().join("warehouse"), &PACKAGES, &[]) {
        Ok(environment) => environment,
        Err(error) => return Ok(format!("not run: no environment with rotel and chdb from PyPI: {error}")),
    };
    let root = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let events = root.path().join("usage.ndjson");
    fs::write(&events, scene::collected(EVENTS)).map_err(|error| format!("{}: {error}", events.display()))?;
    let jot = jot()?;
    deliver(&jot, root.path(), &events)?;
    let mut report = Command::new(&jot);
    report.args(["telemetry", "report", "--format", "json"]).arg(&events).env_clear().env("HOME", root.path());
    let reported = figures_of_report(&parsed(&succeeds(&mut report)?)?);
    let port = free_port()?;
    let collector = format!("http://127.0.0.1:{port}/v1/logs");
    let queued = queue(root.path(), &collector, &events)?;
    let mut count = Command::new(environment.python());
    count.arg(workspace().join(COUNT)).arg(workspace().join(DOCUMENT)).arg(&events).arg(root.path());
    count.arg(port.to_string()).arg(jot).args(["telemetry", "flush"]);
    count.env("HOME", root.path()).env("JOT_TELEMETRY_ENDPOINT", &collector).env("NO_PROXY", "*");
    let counted = parsed(&succeeds(&mut count)?)?;
    if counted["sent"] != queued {
        return Err(format!("of {queued} events, the sender has sent {}", counted["sent"]));
    }
    for source in ["file", "collector"] {
        same(&reported, &figures_of_sql(&counted[source])).map_err(|why| format!("from the {source}: {why}"))?;
    }
    Ok(format!(
        "{} events, {} figures: report, ClickHouse from the file, and ClickHouse from the collector agree",
        counted["sent"],
        reported.len()
    ))
}

/// Has the real sender add events to the file, as to any file endpoint.
fn deliver(jot: &Path, home: &Path, events: &Path) -> Result<(), String> {
    let endpoint = format!("file://{}", events.display());
    for words in [&["add", "buy", "tea"][..], &["add", "more"], &["telemetry", "flush"]] {
        let mut command = Command::new(jot);
        succeeds(command.args(words).env_clear().env("HOME", home).env("JOT_TELEMETRY_ENDPOINT", &endpoint))?;
    }
    let text = fs::read_to_string(events).map_err(|error| format!("{}: {error}", events.display()))?;
    let sent = text.lines().filter(|line| line.contains("note_added")).count();
    if sent == 2 { Ok(()) } else { Err(format!("of 2 events, the sender has written {sent}")) }
}

/// Has the events of the file wait in the queue of the same user, to be sent as OTLP.
fn queue(home: &Path, collector: &str, events: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(events).map_err(|error| format!("{}: {error}", events.display()))?;
    let events: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let events: Vec<Value> = events.into_iter().filter(|event: &Value| event["event"].is_string()).collect();
    queue_collected(&home.join(".local/state/jot-telemetry"), collector, "otlp", &events);
    Ok(events.len())
}

fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| format!("no port is free: {error}"))
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))
}

type Figures = BTreeMap<String, String>;

fn figures_of_report(report: &Value) -> Figures {
    let mut figures = Figures::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let weeks = list(&report["weeks"]);
    for week in weeks.iter().filter(|week| !week["users"].is_null()) {
        let said = format!("{} {} {}", week["users"], week["projects"], week["events"]);
        figures.insert(format!("week {}", week["week"]), said);
    }
    for dimension in list(&report["dimensions"]) {
        for value in list(&dimension["values"]) {
            let key = format!("{} {}", dimension["name"], value["value"]);
            figures.insert(key.clone(), format!("{} {}", value["users"], value["events"]));
            let by_week = weeks.iter().zip(list(&value["weeks"])).filter(|(_, users)| !users.is_null());
            figures.extend(by_week.map(|(week, users)| (format!("{key} {}", week["week"]), users.to_string())));
        }
    }
    figures
}

fn figures_of_sql(sql: &Value) -> Figures {
    let mut figures = Figures::new();
    let rows = |name: &str| sql[name].as_array().cloned().unwrap_or_default();
    figures.extend(
        rows("weeks").iter().map(|row| (format!("week {}", row[0]), format!("{} {} {}", row[1], row[2], row[3]))),
    );
    figures
        .extend(rows("values").iter().map(|row| (format!("{} {}", row[0], row[1]), format!("{} {}", row[2], row[3]))));
    figures
        .extend(rows("adoption").iter().map(|row| (format!("{} {} {}", row[0], row[1], row[2]), row[3].to_string())));
    figures
}

fn same(reported: &Figures, counted: &Figures) -> Result<(), String> {
    let names = reported.keys().chain(counted.keys());
    let differing: Vec<_> = names.filter(|name| reported.get(*name) != counted.get(*name)).collect();
    match differing.first() {
        None if reported.len() > 100 => Ok(()),
        None => Err(format!("there are {} figures alone", reported.len())),
        Some(name) => Err(format!(
            "{} figures differ; {name} is {:?} in the report and {:?} in ClickHouse",
            differing.len(),
            reported.get(*name),
            counted.get(*name)
        )),
    }
}
