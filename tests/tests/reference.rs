//! The lines that kedro-telemetry 0.9.0 sent, and what this plugin sends for the same commands
//! under a host that is like Kedro.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use serde_json::{Value, json};
use tests::{Collector, Sandbox, artifacts, run, workspace};

/// What differs from run to run and from machine to machine, and with it the version of the plugin.
const OUR_OWN: [&str; 3] = ["username", "project_id", "telemetry_version"];

/// What Python calls the platform of this machine.
const PLATFORM: &str = if cfg!(windows) {
    "win32"
} else if cfg!(target_os = "macos") {
    "darwin"
} else {
    "linux"
};

#[test]
fn every_reference_line_is_matched_property_by_property() {
    let data = workspace().join("tests/data");
    let vocabulary: Value =
        serde_json::from_slice(&fs::read(data.join("kedro-1.7.0-vocabulary.json")).unwrap()).unwrap();
    let lines = fs::read_to_string(data.join("kedro-telemetry-0.9.0.ndjson")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8);

    for line in &lines {
        let theirs = &line["sent"];
        // The original sends the event of the very command that refuses.
        let line = &consenting(line);
        let ours = sent_for(line, &vocabulary, false);
        assert_eq!(ours["event"], theirs["event"], "{}", line["argv"]);
        assert_eq!(ours["app_id"], theirs["app_id"]);
        assert_eq!(ours["identity"], ours["properties"]["username"]);
        assert_eq!(ours["properties"]["username"].as_str().unwrap().len(), 32);
        assert_eq!(ours["properties"]["project_id"].as_str().unwrap().len(), 128);
        assert_eq!(shared(&ours), shared(theirs), "{}", line["argv"]);
        let names = |body: &Value| body["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let (mut our_names, mut their_names) = (names(&ours), names(theirs));
        our_names.sort();
        their_names.sort();
        assert_eq!(our_names, their_names, "{}", line["argv"]);
    }
}

/// The same line with a yes in place of a no: words that are masked alike.
fn consenting(line: &Value) -> Value {
    serde_json::from_str(&line.to_string().replace("--telemetry=no", "--telemetry=yes")).unwrap()
}

/// A notebook loads the catalog without any command; the original sends what it sends for one that
/// runs, without the command.
#[test]
fn a_catalog_loaded_without_a_command_is_told_without_one() {
    let lines = fs::read_to_string(workspace().join("tests/data/kedro-telemetry-0.9.0.ndjson")).unwrap();
    let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let ours = sent_for(&line, &json!({"name": "kedro", "options": []}), true);
    assert_eq!(ours["event"], "Kedro Project Statistics");
    let mut theirs = shared(&line["sent"]);
    for name in ["command", "main_command"] {
        assert!(theirs.as_object_mut().unwrap().remove(name).is_some());
    }
    assert_eq!(shared(&ours), theirs);
}

fn shared(body: &Value) -> Value {
    let mut properties = body["properties"].as_object().unwrap().clone();
    // The lines were sent from Linux.
    if properties["os"] == PLATFORM {
        properties["os"] = "linux".into();
    }
    properties.retain(|name, _| !OUR_OWN.contains(&name.as_str()));
    properties.into()
}

/// Runs the line's command under the host and gives what arrives.
fn sent_for(line: &Value, vocabulary: &Value, is_without_command: bool) -> Value {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.set_told_by("kedro");
    let project = sandbox.path("reference");
    fs::create_dir(&project).unwrap();
    fs::write(
        project.join("pyproject.toml"),
        "[tool.kedro]\npackage_name = \"reference\"\nproject_name = \"reference\"\nkedro_init_version = \"1.7.0\"\n\
         tools = \"['None']\"\nexample_pipeline = \"False\"\nsource_dir = \"src\"\n",
    )
    .unwrap();

    let theirs = &line["sent"]["properties"];
    let argv: Vec<&Value> = line["argv"].as_array().unwrap().iter().skip(1).collect();
    let scenario = json!({
        "library": artifacts().telemetry(),
        "endpoint": collector.endpoint(),
        "python_version": theirs["python_version"],
        "argv": argv,
        "project": {"path": project, "package_name": "reference"},
        "catalog": (line["sent"]["event"] == "Kedro Project Statistics").then(|| catalog_of(theirs)),
        "vocabulary": vocabulary,
        "is_without_command": is_without_command,
    });
    let file = sandbox.path("scenario.json");
    fs::write(&file, scenario.to_string()).unwrap();
    let output = run(sandbox.command(&artifacts().binary("kedro-like")).arg(&file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let body = collector.wait_for(1).remove(0);
    sandbox.settle();
    body
}

/// A catalog and pipelines that have the counted numbers.
fn catalog_of(properties: &Value) -> Value {
    let mut datasets =
        vec![json!(["parameters", "kedro.io.MemoryDataset"]), json!(["params:a", "kedro.io.MemoryDataset"])];
    for (name, count) in properties.as_object().unwrap() {
        let Some(class) = name.strip_prefix("dataset_type_count.") else { continue };
        for index in 0..count.as_u64().unwrap() {
            datasets.push(json!([format!("{class} {index}"), class]));
        }
    }
    let others = properties["number_of_pipelines"].as_u64().unwrap() - 1;
    let mut pipelines = vec![json!(["__default__", properties["number_of_nodes"]])];
    pipelines.extend((0..others).map(|index| json!([format!("pipeline_{index}"), 1])));
    json!({"datasets": datasets, "pipelines": pipelines})
}
