//! Programs that go on, as notebooks do: session after session in one process, each of which may be
//! of another project, and what a host may ask before it says something itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use sha2::{Digest, Sha512};
use tests::{Collector, Sandbox, copy_dir, run};

const STATISTICS: &str = "Kedro Project Statistics";

/// A user of a host that says it is Kedro, who has been told, and where events go.
fn connected() -> (Sandbox, Collector) {
    let sandbox = Sandbox::new();
    sandbox.set_told_by("kedro");
    (sandbox, Collector::start())
}

/// Another project, whose `.telemetry` says this.
fn project(sandbox: &Sandbox, name: &str, statement: Option<&str>) -> PathBuf {
    let project = sandbox.path(name);
    copy_dir(&sandbox.project(), &project);
    if let Some(statement) = statement {
        fs::write(project.join(".telemetry"), statement).unwrap();
    }
    project
}

fn sessions_of(projects: &[&PathBuf]) -> Value {
    projects.iter().map(|path| json!({"path": path, "package_name": "bakery"})).collect()
}

fn catalog() -> Value {
    json!({"datasets": [["bread", "kedro_datasets.pandas.csv_dataset.CSVDataset"]], "pipelines": [["__default__", 2]]})
}

/// Every event that arrives from these sessions, and from what is recorded around them.
fn arrived(sandbox: &Sandbox, collector: &Collector, facts: &Value) -> Vec<Value> {
    let mut facts = facts.clone();
    facts["endpoint"] = collector.endpoint().into();
    let output = sandbox.run_to_the_end(&sandbox.kedro_like(&facts, &[]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let _ = run(&mut sandbox.kedro_like(&facts, &["telemetry", "flush"]));
    let bodies = collector.bodies();
    let single = |body: &Value| vec![body.clone()];
    bodies.iter().flat_map(|body| body["events"].as_array().cloned().unwrap_or_else(|| single(body))).collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

/// The id that is kept in a project.
fn id_in(project: &Path) -> Option<String> {
    let text = fs::read_to_string(project.join("pyproject.toml")).unwrap();
    let (_, id) = text.split_once("project_id = \"")?;
    Some(id.split_once('"').unwrap().0.to_owned())
}

/// The one that is sent for it.
fn hashed_id(project: &Path) -> String {
    format!("{:x}", Sha512::digest(format!("{}bakery", id_in(project).unwrap())))
}

#[test]
fn each_session_without_a_command_is_an_event_about_its_own_project() {
    let (sandbox, collector) = connected();
    let (one, other) = (project(&sandbox, "one", None), project(&sandbox, "other", None));
    let facts = json!({
        "is_without_command": true,
        "catalog": catalog(),
        "sessions": sessions_of(&[&one, &other, &one]),
    });
    let events = arrived(&sandbox, &collector, &facts);
    assert_eq!(names(&events), [STATISTICS; 3]);
    let ids: Vec<_> = events.iter().map(|event| event["properties"]["project_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [hashed_id(&one), hashed_id(&other), hashed_id(&one)]);
    for event in &events {
        assert_eq!(event["properties"]["number_of_datasets"], 1);
        assert!(event["properties"]["command"].is_null());
    }
}

#[test]
fn each_catalog_of_a_command_is_an_event_that_tells_of_it_and_there_is_no_other() {
    let (sandbox, collector) = connected();
    let facts = json!({
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "catalog": catalog(),
        "sessions": sessions_of(&[&sandbox.project(), &sandbox.project()]),
    });
    for delivery in ["background", "blocking"] {
        let before = collector.bodies().len();
        let mut facts = facts.clone();
        facts["endpoint"] = collector.endpoint().into();
        let mut command = sandbox.kedro_like(&facts, &[]);
        assert!(sandbox.run_to_the_end(command.env("KEDRO_TELEMETRY_DELIVERY", delivery)).status.success());
        let bodies: Vec<Value> = collector.bodies().into_iter().skip(before).collect();
        let events: Vec<&Value> = bodies
            .iter()
            .flat_map(|body| body["events"].as_array().map_or_else(|| vec![body], |events| events.iter().collect()))
            .collect();
        assert_eq!(events.len(), 2, "{delivery}: {bodies:#?}");
        for event in events {
            assert_eq!((&event["event"], &event["properties"]["command"]), (&json!(STATISTICS), &json!("kedro info")));
        }
    }
}

#[test]
fn a_project_that_refuses_is_passed_over_between_two_that_do_not() {
    let (sandbox, collector) = connected();
    let (one, other) = (project(&sandbox, "one", None), project(&sandbox, "other", Some("consent: true\n")));
    let refusing = project(&sandbox, "refusing", Some("consent: false\n"));
    for is_without_command in [true, false] {
        let facts = json!({
            "is_without_command": is_without_command,
            "project": {"path": one, "package_name": "bakery"},
            "catalog": catalog(),
            "sessions": sessions_of(&[&one, &refusing, &other]),
        });
        let events = arrived(&sandbox, &collector, &facts);
        let events = &events[events.len() - 2..];
        assert_eq!(names(events), [STATISTICS; 2]);
        let ids: Vec<_> = events.iter().map(|event| event["properties"]["project_id"].as_str().unwrap()).collect();
        assert_eq!(ids, [hashed_id(&one), hashed_id(&other)]);
        assert_eq!(id_in(&refusing), None);
    }
}

/// A project that refuses as the command begins, as where the command is started in one project and
/// works on another.
#[test]
fn a_command_that_was_refused_as_it_began_stays_untold_and_what_may_be_told_is() {
    let (sandbox, collector) = connected();
    let refusing = project(&sandbox, "refusing", Some("consent: false\n"));
    let allowing = project(&sandbox, "allowing", None);
    let facts = json!({
        "project": {"path": refusing, "package_name": "bakery"},
        "catalog": catalog(),
        "sessions": sessions_of(&[&refusing, &allowing]),
    });
    let events = arrived(&sandbox, &collector, &facts);
    assert_eq!(names(&events), [STATISTICS]);
    assert!(events[0]["properties"]["command"].is_null());
    assert_eq!(events[0]["properties"]["project_id"], hashed_id(&allowing));
}

#[test]
fn words_that_refuse_hold_for_each_session_of_the_command() {
    let (sandbox, collector) = connected();
    let facts = json!({
        "argv": ["info", "--telemetry", "no"],
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "catalog": catalog(),
        "sessions": sessions_of(&[&sandbox.project(), &project(&sandbox, "yes", Some("consent: true\n"))]),
    });
    assert_eq!(arrived(&sandbox, &collector, &facts), Vec::<Value>::new());
}

/// The original's hook fails for such a catalog, and what it sends then is the command.
#[test]
fn of_a_catalog_that_is_not_known_no_number_is_told_and_the_command_is() {
    for unreadable in ["told", "failing"] {
        let (sandbox, collector) = connected();
        let mut facts = json!({
            "project": {"path": sandbox.project(), "package_name": "bakery"},
            "catalog": {"datasets": [], "pipelines": [], "unreadable": unreadable},
        });
        let events = arrived(&sandbox, &collector, &facts);
        assert_eq!(names(&events), ["CLI command"], "{unreadable}");
        assert!(events[0]["properties"]["number_of_datasets"].is_null());
        facts["is_without_command"] = true.into();
        assert_eq!(arrived(&sandbox, &collector, &facts).len(), 1, "{unreadable}");
    }
}

/// Each event that is recorded before the first sender is at work would start another.
#[test]
fn a_thousand_sessions_start_few_senders_lose_no_event_and_do_not_grow() {
    const SESSIONS: usize = 1000;
    let (sandbox, collector) = connected();
    let facts = json!({
        "is_without_command": true,
        "times": SESSIONS,
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "catalog": catalog(),
        "note_started": sandbox.path("started"),
        "note_memory": sandbox.path("memory"),
    });
    assert_eq!(arrived(&sandbox, &collector, &facts).len(), SESSIONS);
    let started = fs::read_to_string(sandbox.path("started")).unwrap().lines().count();
    assert!(started < SESSIONS / 10, "{started} senders");
    // In pages, after a tenth of the sessions and after all of them: a page for each would be many.
    let memory = fs::read_to_string(sandbox.path("memory")).unwrap();
    let memory: Vec<usize> = memory.lines().map(|pages| pages.parse().unwrap()).collect();
    if let [early, late] = memory[..] {
        assert!(late < early + SESSIONS, "from {early} to {late} pages");
    } else {
        println!("passed over: this system does not say how much memory a process has");
    }
}

/// What the host asks and is told, as JSON.
fn asked(command: &mut Command) -> Value {
    let output = run(command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_host_is_told_what_every_event_says() {
    let (sandbox, collector) = connected();
    let facts = json!({
        "python_version": "3.11.7",
        "catalog": catalog(),
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "is_without_command": true,
        "asks": {"project_path": sandbox.project(), "package_name": "bakery"},
    });
    let told = asked(&mut sandbox.kedro_like(&facts, &[]));
    assert_eq!((&told["consent"], &told["app_id"]), (&Value::Null, &json!("2388822444")));
    assert_eq!(told["user"].as_str().unwrap().len(), 32);
    let names: Vec<_> = told["properties"].as_array().unwrap().iter().map(|pair| &pair[0]).collect();
    let expected = [
        "username",
        "project_id",
        "project_version",
        "telemetry_version",
        "python_version",
        "os",
        "is_ci_env",
        "tools",
        "example_pipeline",
    ];
    assert_eq!(names, expected);
    let mut recorded = facts.clone();
    recorded["asks"] = Value::Null;
    let events = arrived(&sandbox, &collector, &recorded);
    for pair in told["properties"].as_array().unwrap() {
        assert_eq!(pair[1], events[0]["properties"][pair[0].as_str().unwrap()], "{}", pair[0]);
    }
    assert_eq!(told["user"], events[0]["identity"]);

    fs::write(sandbox.project().join(".telemetry"), "consent: true\n").unwrap();
    assert_eq!(asked(&mut sandbox.kedro_like(&facts, &[]))["consent"], true);
}

#[test]
fn outside_of_a_project_a_host_is_told_of_none() {
    let (sandbox, _collector) = connected();
    let told = asked(&mut sandbox.kedro_like(&json!({"asks": {}}), &[]));
    assert_eq!(told["consent"], Value::Null);
    assert_eq!(told["properties"][1], json!(["project_id", null]));
    assert_eq!(told["properties"].as_array().unwrap().len(), 7);
}

#[test]
fn a_host_that_asks_under_a_refusal_is_told_so_and_nothing_is_written() {
    let by_variable =
        ["DO_NOT_TRACK=1", "DO_NOT_TRACK=", "KEDRO_DISABLE_TELEMETRY=1", "GITHUB_REPOSITORY_OWNER=kedro-org"];
    let by_file = [
        ("project/.telemetry", "consent: false\n"),
        ("project/.telemetry", "consent: 'no'\n"),
        ("config/kedro-telemetry/kedro/consent.toml", "consent = false\n"),
        ("config/usage-telemetry/consent.toml", "consent = false\n"),
    ];
    let refusals = by_variable.map(Ok).into_iter().chain(by_file.map(Err)).map(|refusal| (refusal, "yes"));
    for (refusal, answer) in refusals.chain([(Ok("UNRELATED="), "no")]) {
        let (sandbox, _collector) = connected();
        let facts = json!({
            "argv": ["info", "--telemetry", answer],
            "endpoint": "http://127.0.0.1:9/",
            "project": {"path": sandbox.project(), "package_name": "bakery"},
            "asks": {"project_path": sandbox.project(), "package_name": "bakery"},
        });
        let mut command = sandbox.kedro_like(&facts, &[]);
        match refusal {
            Ok(variable) => {
                let (name, value) = variable.split_once('=').unwrap();
                command.env(name, value);
            }
            Err((file, content)) => {
                fs::create_dir_all(sandbox.path(file).parent().unwrap()).unwrap();
                fs::write(sandbox.path(file), content).unwrap();
            }
        }
        let before = sandbox.files();
        let told = asked(&mut command);
        assert_eq!((&told["consent"], &told["user"]), (&json!(false), &json!("")), "{refusal:?} {answer}");
        assert_eq!(told["properties"][1], json!(["project_id", null]), "{refusal:?} {answer}");
        assert!(sandbox.files() == before, "{refusal:?} {answer}");
    }
}

/// The answer about one project while the command works on another is what an event would get.
#[test]
fn a_refusal_of_the_project_that_the_command_works_on_counts_for_what_is_asked_of_another() {
    let (sandbox, _collector) = connected();
    let refusing = project(&sandbox, "refusing", Some("consent: false\n"));
    let facts = json!({
        "project": {"path": refusing, "package_name": "bakery"},
        "asks": {"project_path": sandbox.project(), "package_name": "bakery"},
    });
    assert_eq!(asked(&mut sandbox.kedro_like(&facts, &[]))["consent"], false);
}

/// In CI the ids that are there are told, and none is made.
#[test]
fn where_no_person_is_no_ids_are_made_for_a_host_that_asks() {
    let (sandbox, _collector) = connected();
    let facts = json!({"asks": {"project_path": sandbox.project(), "package_name": "bakery"}});
    let mut command = sandbox.kedro_like(&facts, &[]);
    let before = sandbox.files();
    let told = asked(command.env("CI", "true"));
    assert_eq!((&told["consent"], &told["user"]), (&Value::Null, &json!("")));
    assert!(sandbox.files() == before);
}
