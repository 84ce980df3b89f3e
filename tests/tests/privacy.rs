//! Nothing private is sent or logged: a slice of `cargo xtask privacy`, proof that it would find
//! what is, and both through a real host.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, thread};

use serde_json::{Value, json};
use tests::{
    Collector, Sandbox, artifacts,
    privacy::{Case, Hole, Kind, Secret, Watch, run as run_cases},
    run, workspace,
};

/// Any will do; a fixed one, so that the test does not fail for others than who broke it.
const SEED: u64 = 20_261_124;
/// Enough for each kind of secret to be planted some hundred times.
const SLICE: u64 = 20_000;
/// Enough for each hole to be met.
const PER_HOLE: u64 = 500;

#[test]
fn no_part_of_a_secret_is_sent_or_logged() {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let report = run_cases(SLICE, SEED, threads, None);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.cases, SLICE);
    assert!(report.planted.len() == 29 && report.planted.values().all(|count| *count > 100), "{report}");
}

/// Without this, finding nothing might mean that nothing was looked for.
#[test]
fn leaving_out_the_masking_of_any_one_kind_is_found() {
    for hole in Hole::all() {
        let report = run_cases(PER_HOLE, SEED, 1, Some(hole));
        for kind in hole.kinds() {
            assert!(report.leaked.contains_key(&kind), "{hole:?}: no secret of the kind `{kind}` was found\n{report}");
        }
    }
}

#[test]
fn a_part_of_a_secret_is_found_wherever_it_is() {
    let secrets = [Secret { kind: Kind::Person, text: "Zoë-Quimby".to_owned() }];
    let mut watch = Watch::default();
    let mut found = |text: &str| watch.parts_in(&secrets, text).len();
    for leak in ["Zoë-Quimby", "x quimby y", "ZOË-QU", "\"a\": \"oë-quim\"", "zoë-quimby"] {
        assert_eq!(found(leak), 1, "{leak}");
    }
    for harmless in ["", "quimb", "Zoë-Q uimby", "zoe-quim", "Zoë-Qxxmby"] {
        assert_eq!(found(harmless), 0, "{harmless}");
    }
}

/// Generated cases as a user would meet them: the plugin's library in a host, an endpoint, the log
/// on disk.
#[test]
fn what_arrives_and_what_the_log_shows_have_no_part_of_a_secret() {
    let vocabulary: Value =
        serde_json::from_slice(&fs::read(workspace().join("tests/data/kedro-1.7.0-vocabulary.json")).unwrap()).unwrap();
    let mut watch = Watch::default();
    for seed in SEED..SEED + 24 {
        let case = Case::generate(seed);
        let (sandbox, collector) = (Sandbox::new(), Collector::start());
        let file = sandbox.path("scenario.json");
        fs::write(&file, scenario(&case, &sandbox, &collector, &vocabulary).to_string()).unwrap();
        let kept = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "KEDRO_TELEMETRY_ENDPOINT", "https_proxy", "NO_PROXY"];
        let env = case.env.iter().filter(|(name, _)| !kept.contains(name));
        let output = run(sandbox.command(&artifacts().binary("kedro-like")).arg(&file).envs(env.cloned()));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let body = collector.wait_for(1)[0].to_string();
        sandbox.settle();
        let log = fs::read_to_string(sandbox.path("state/kedro-telemetry/host-demo/log.ndjson")).unwrap();
        assert!(log.contains("sent"), "{log}");
        for text in [&body, &log] {
            assert_eq!(watch.parts_in(&case.secrets, text), [], "case {seed}: {text}");
        }
    }
}

fn scenario(case: &Case, sandbox: &Sandbox, collector: &Collector, vocabulary: &Value) -> Value {
    let project = case.project.as_ref().map(|facts| {
        // A folder of a secret name, as far as a path may have it.
        let root = sandbox.path("work").join(facts.path.replace('/', "_"));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("pyproject.toml"), &facts.pyproject).unwrap();
        json!({"path": root, "package_name": facts.package_name})
    });
    let catalog = case.catalog.as_ref().map(|facts| {
        let pipelines = facts.datasets.iter().map(|(name, _)| json!([name, 1])).collect::<Vec<_>>();
        json!({"datasets": facts.datasets, "pipelines": pipelines})
    });
    json!({
        "library": artifacts().telemetry(),
        "endpoint": collector.endpoint(),
        "python_version": case.runtime_version,
        "argv": case.args,
        "project": project,
        "catalog": catalog,
        "vocabulary": vocabulary,
    })
}

/// The original sends such a command line as it was typed.
#[test]
fn what_follows_help_or_version_is_masked() {
    for first in ["-h", "--help", "--version", "-v", ""] {
        let properties = sent_by_kedro(&[first, "my_secret", "--my_secret=my_secret"]);
        assert_eq!(properties["command"], format!("kedro {first} ***** *****"));
        assert_eq!(properties["main_command"], first);
    }
    // Under this host, too, whose options before the command are its own business.
    let (sandbox, collector) = connected();
    for args in [&["-h", "my_secret"][..], &["--version", "my_secret"], &["--help", "my_secret", "-p", "my_secret"]] {
        assert!(sandbox.run_with_sender(args).status.code().is_some());
    }
    sandbox.settle();
    let bodies = collector.wait_for(1);
    assert!(!json!(bodies).to_string().contains("my_secret"), "{bodies:#?}");
}

/// In the original, `kedro registry describe name x` ends in a `TypeError` of the masking: `name`
/// is what the command calls its argument.
#[test]
fn an_argument_that_is_called_like_a_parameter_is_masked_and_fails_nothing() {
    let properties = sent_by_kedro(&["registry", "describe", "name", "x"]);
    assert_eq!(properties["command"], "kedro registry describe ***** *****");

    let (sandbox, collector) = connected();
    let typed = ["plugin", "verify", "path", "library", "name"];
    let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], &typed[..]].concat()));
    let with = sandbox.run_with_sender(&typed);
    assert_eq!((with.status.code(), &with.stdout), (without.status.code(), &without.stdout));
    let output = sandbox.run_with_sender(&["registry", "list", "name", "x"]);
    assert_eq!(output.status.code(), Some(2));
    let body = &collector.wait_for(1)[0];
    assert_eq!(body["properties"]["command"], "host-demo registry list ***** *****");
}

/// The local log says why an event was dropped, but not whose project or home that had to do with.
#[test]
fn the_log_of_a_refused_event_names_no_folder() {
    for (file, statement) in [
        ("quimby/.telemetry", "consent: false\n"),
        ("config/kedro-telemetry/host-demo/consent.toml", "consent = false\n"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        tests::copy_dir(&sandbox.project(), &sandbox.path("quimby"));
        assert!(run(sandbox.host_demo(&["info"]).current_dir(sandbox.path("quimby"))).status.success());
        fs::write(sandbox.path(file), statement).unwrap();
        let collector = Collector::start();
        sandbox.set_endpoint(&collector.endpoint());
        assert!(run(&mut sandbox.host_demo(&["telemetry", "flush"])).status.success());
        let log = fs::read_to_string(sandbox.path("state/kedro-telemetry/host-demo/log.ndjson")).unwrap();
        assert!(log.contains("dropped") && log.contains("stated"), "{log}");
        let root = sandbox.path("");
        assert!(!log.contains("quimby") && !log.contains(root.to_str().unwrap()), "{log}");
        assert!(collector.bodies().is_empty());
    }
}

/// The properties that arrive from a command of a host that is like Kedro.
fn sent_by_kedro(args: &[&str]) -> Value {
    let vocabulary = fs::read(workspace().join("tests/data/kedro-1.7.0-vocabulary.json")).unwrap();
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    let scenario = json!({
        "library": artifacts().telemetry(),
        "endpoint": collector.endpoint(),
        "python_version": "3.11.7",
        "argv": args,
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "catalog": null,
        "vocabulary": serde_json::from_slice::<Value>(&vocabulary).unwrap(),
    });
    let file = sandbox.path("scenario.json");
    fs::write(&file, scenario.to_string()).unwrap();
    let output = run(sandbox.command(&artifacts().binary("kedro-like")).arg(&file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let body = collector.wait_for(1).remove(0);
    sandbox.settle();
    body["properties"].clone()
}

fn connected() -> (Sandbox, Collector) {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    (sandbox, collector)
}
