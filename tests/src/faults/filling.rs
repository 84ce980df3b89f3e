//! Events in a queue, without the commands that record them.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use kedro_telemetry_internals::internals::{
    COMMAND_EVENT, CatalogStatistics, HostFacts, Project, describe, set_statistics,
};
use serde_json::{Value, json};
use usage_telemetry::{
    Event,
    internals::{Destination, Endpoint, Queue, QueueBounds, RequestFormat, event},
};

use crate::sandbox::Sandbox;

const HOST: HostFacts<'static> =
    HostFacts { name: "host-demo", version: "0.1.0", runtime: "rust", runtime_version: "1.89.0" };

/// Records events of the sandbox's project for this endpoint, such as `catalog list` records,
/// without running it; gives their keys.
pub fn record(sandbox: &Sandbox, endpoint: &str, at: SystemTime, count: usize) -> BTreeSet<String> {
    let project = sandbox.project().canonicalize().unwrap();
    let mut statistics = CatalogStatistics::new(Some(7), Some(4));
    for kind in ["pandas.CSVDataset", "pandas.ParquetDataset", "pickle.PickleDataset", "json.JSONDataset"] {
        statistics.add_dataset("data", &format!("kedro_datasets.{kind}"));
    }
    let made = || {
        let mut event = event(COMMAND_EVENT, at, "28df3ee193734d9db5348fb9908981db");
        describe(&mut event, &Project::default(), &HOST, false);
        set_statistics(&mut event, &statistics);
        event
    };
    let state = sandbox.path("state/kedro-telemetry/host-demo");
    fill(&state, endpoint, "2388822444", Some(&project), count, made)
}

/// Queues so many events for this endpoint, and gives their keys.
pub(super) fn fill(
    state: &Path,
    endpoint: &str,
    app_id: &str,
    project: Option<&Path>,
    count: usize,
    made: impl Fn() -> Event,
) -> BTreeSet<String> {
    // Whatever is too much is the product's to see.
    let bounds = QueueBounds { records: usize::MAX, age: Duration::MAX, ..QueueBounds::default() };
    let queue = Queue::with_bounds(state, bounds);
    let destination = Destination {
        endpoint: Endpoint::parse(endpoint).unwrap(),
        app_id: app_id.to_owned(),
        format: RequestFormat::Heap,
    };
    let record = |_| {
        let event = made();
        queue.push(&event, project, Some(&destination)).expect("an event can be recorded");
        event.key().to_string()
    };
    (0..count).map(record).collect()
}

/// Queues events as they were once collected, with their times and keys, for this endpoint in this
/// form.
///
/// # Panics
/// When there is no such form, or they cannot be written.
pub fn queue_collected(state: &Path, endpoint: &str, format: &str, events: &[Value]) {
    let destination = Destination {
        endpoint: Endpoint::parse(endpoint).unwrap(),
        app_id: "7".to_owned(),
        format: RequestFormat::of_word(format).unwrap(),
    };
    let now = SystemTime::now();
    // One that the queue names itself, for where it puts such events, and what it calls them.
    let name = Queue::new(state).push(&event("x", now, ""), None, Some(&destination)).unwrap();
    let [micros, _, _, project, to] =
        name.to_string().split('-').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    let folder = state.join("queue/new").join(&project);
    fs::remove_file(folder.join(name.to_string())).unwrap();
    for event in events {
        let content = json!({
            "form": 2, "format": format, "project": null, "endpoint": destination.endpoint.address(),
            "app_id": destination.app_id, "incomplete": false, "event": event,
        });
        let content = content.to_string();
        let key = event["idempotency_key"].as_str().unwrap().replace('-', "");
        fs::write(folder.join(format!("{micros}-{key}-{}-{project}-{to}", content.len())), content).unwrap();
    }
}
