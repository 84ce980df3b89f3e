//! `telemetry report`, by the example `jot`, on files as endpoints and collectors write them: each
//! figure is that of a plain count.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    process::Output,
};

use serde_json::{Value, json};

use self::home::Home;

struct Folder(Home);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let home = Home::new("jot");
        for (name, text) in files {
            fs::write(home.path().join(name), text).unwrap();
        }
        Self(home)
    }

    fn run(&self, args: &[&str]) -> Output {
        self.0.run(&[&["telemetry", "report"], args].concat(), &[])
    }

    fn figures(&self, args: &[&str]) -> Value {
        let output = self.run(&[&["--format", "json"], args].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Numbers that are the same each time, and seem to be any.
struct Any(u64);

impl Any {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// An event of some user in one of six weeks from 2026-10-05, a Monday, on.
fn event(any: &mut Any, number: u64) -> Value {
    let days = any.below(42);
    let (month, day) = if days < 27 { (10, days + 5) } else { (11, days - 26) };
    let user = any.below(any_user_bound(days));
    let command = match any.below(10) {
        0 => "viz",
        1 => "new",
        2..=4 => "catalog",
        _ => "run",
    };
    let mut properties = json!({
        "username": format!("{user:032x}"),
        "project_id": if any.below(5) == 0 { Value::Null } else { json!(format!("{:0128x}", user / 2)) },
        "project_version": if user.is_multiple_of(3) { "1.4.0" } else { "1.5.0" },
        "os": if user.is_multiple_of(7) { "win32" } else { "linux" },
        "main_command": command,
        "tools": format!("tool {}", user % 4),
    });
    for class in ["pandas.csv_dataset.CSVDataset", "json.json_dataset.JSONDataset", "custom"] {
        if any.below(3) == 0 {
            properties[format!("dataset_type_count.{class}")] = json!(any.below(9) + 1);
        }
    }
    json!({
        "app_id": "7",
        "event": if any.below(2) == 0 { "CLI command" } else { "Kedro Project Statistics" },
        "timestamp": format!("2026-{month:02}-{day:02}T{:02}:00:00.000000Z", any.below(24)),
        "properties": properties,
        "identity": if any.below(50) == 0 { "missing_user_identity".to_owned() } else { format!("{user:032x}") },
        "idempotency_key": format!("00000000-0000-4000-8000-{number:012}"),
    })
}

/// Later, there are more.
fn any_user_bound(days: u64) -> u64 {
    40 + days * 3
}

fn weeks_of(event: &Value) -> String {
    let date = event["timestamp"].as_str().unwrap();
    let (month, day): (u64, u64) = (date[5..7].parse().unwrap(), date[8..10].parse().unwrap());
    let days = if month == 10 { day - 5 } else { day + 26 };
    let monday = days / 7 * 7;
    if monday < 27 { format!("2026-10-{:02}", monday + 5) } else { format!("2026-11-{:02}", monday - 26) }
}

type Users = BTreeSet<String>;

/// Who has which value of what, counted in the plainest way.
fn plainly(events: &[Value], minimum: usize) -> BTreeMap<String, Value> {
    let mut groups: BTreeMap<(String, String, String), (Users, usize)> = BTreeMap::new();
    for event in events {
        let mut add = |what: &str, value: &str| {
            for week in [String::new(), weeks_of(event)] {
                let group = groups.entry((what.into(), value.into(), week)).or_default();
                group.1 += 1;
                let user = event["identity"].as_str().unwrap();
                if user != "missing_user_identity" {
                    group.0.insert(user.to_owned());
                }
            }
        };
        add("all", "");
        add("events", event["event"].as_str().unwrap());
        for (name, value) in event["properties"].as_object().unwrap() {
            match name.as_str() {
                "project_version" => add("versions", value.as_str().unwrap()),
                "main_command" => add("commands", value.as_str().unwrap()),
                "os" => add("operating systems", value.as_str().unwrap()),
                "tools" => add("tools", value.as_str().unwrap()),
                _ => {
                    if let Some(class) = name.strip_prefix("dataset_type_count.") {
                        add("dataset_type_count", class);
                    }
                }
            }
        }
    }
    let shown = groups.into_iter().filter(|(_, (users, _))| users.len() >= minimum);
    shown
        .map(|((what, value, week), (users, events))| (format!("{what}|{value}|{week}"), json!([users.len(), events])))
        .collect()
}

/// The same, as the report says it.
fn reported(figures: &Value) -> BTreeMap<String, Value> {
    let mut groups = BTreeMap::new();
    groups.insert("all||".to_owned(), json!([figures["users"], figures["events"]]));
    let weeks = figures["weeks"].as_array().unwrap();
    for week in weeks.iter().filter(|week| !week["users"].is_null()) {
        groups.insert(format!("all||{}", week["week"].as_str().unwrap()), json!([week["users"], week["events"]]));
    }
    for dimension in figures["dimensions"].as_array().unwrap() {
        let name = dimension["name"].as_str().unwrap();
        for value in dimension["values"].as_array().unwrap() {
            let key = format!("{name}|{}|", value["value"].as_str().unwrap());
            groups.insert(key.clone(), json!([value["users"], value["events"]]));
            for (week, users) in weeks.iter().zip(value["weeks"].as_array().unwrap()) {
                if !users.is_null() {
                    groups.insert(format!("{key}{}", week["week"].as_str().unwrap()), json!([users, null]));
                }
            }
        }
    }
    groups
}

#[test]
fn each_figure_is_that_of_a_plain_count() {
    let mut any = Any(14);
    let events: Vec<Value> = (0..4_000).map(|number| event(&mut any, number)).collect();
    let (mut single, mut bulk) = (String::new(), String::new());
    for one in &events[..2_500] {
        writeln!(single, "{one}").unwrap();
    }
    for some in events[2_500..].chunks(100) {
        writeln!(bulk, "{}", json!({"app_id": "7", "events": some})).unwrap();
    }
    // The sender has repeated what it was not answered.
    writeln!(bulk, "{}", json!({"app_id": "7", "events": &events[3_900..]})).unwrap();
    let folder = Folder::with(&[("a.ndjson", &single), ("b.ndjson", &bulk)]);
    for minimum in [1, 20, 60] {
        let figures =
            folder.figures(&["--minimum-users", &minimum.to_string(), "--by", "tools", "a.ndjson", "b.ndjson"]);
        let mut plain = plainly(&events, minimum);
        for (group, counts) in &mut plain {
            // Of values, users alone are told by week.
            if !group.starts_with("all|") && !group.ends_with('|') {
                counts[1] = Value::Null;
            }
        }
        assert_eq!(reported(&figures), plain, "of {minimum} users and more");
        let projects: BTreeSet<_> =
            events.iter().filter_map(|event| event["properties"]["project_id"].as_str()).collect();
        assert_eq!(figures["projects"], projects.len());
        for week in figures["weeks"].as_array().unwrap().iter().filter(|week| !week["users"].is_null()) {
            let of_week = events.iter().filter(|event| weeks_of(event) == week["week"].as_str().unwrap());
            let projects: BTreeSet<_> =
                of_week.filter_map(|event| event["properties"]["project_id"].as_str()).collect();
            assert_eq!(week["projects"], projects.len());
        }
        let repeated = &figures["passed_over"][0];
        assert_eq!((&repeated["count"], &repeated["first"]), (&json!(100), &json!("b.ndjson:16")));
    }
}

#[test]
fn what_cannot_be_counted_is_named_and_stops_nothing() {
    let mut any = Any(3);
    let good = event(&mut any, 1).to_string();
    let mut undated = event(&mut any, 2);
    undated["timestamp"] = json!("9999-01-01T00:00:00Z");
    let mut odd = event(&mut any, 3);
    odd["properties"]["main_command"] = json!({"nested": [1, "<b>"]});
    odd["properties"]["project_version"] = json!(5);
    let long = format!("{{\"event\": \"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let old =
        json!({"event": "CLI command", "timestamp": "2026-11-01T00:00:00Z", "properties": {"kedro_version": "0.19"}});
    let lines: Vec<String> = vec![
        good.clone(),
        good[..good.len() / 2].to_owned(),
        String::new(),
        "\u{1}\u{2}".to_owned(),
        json!({"level": "info", "message": "started"}).to_string(),
        "[1, 2]".to_owned(),
        "null".to_owned(),
        json!({"event": 5, "timestamp": []}).to_string(),
        "[".repeat(100_000),
        undated.to_string(),
        long,
        odd.to_string(),
        old.to_string(),
        good.clone(),
    ];
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend(b"\n\xff\xfe\n{\"event\":\"cut");
    let folder = Folder::with(&[]);
    fs::write(folder.0.path().join("a.ndjson"), bytes).unwrap();
    let figures = folder.figures(&["--minimum-users", "1", "a.ndjson"]);
    assert_eq!(figures["events"], 3, "{figures:#}");
    let passed: Vec<_> = figures["passed_over"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["what"].as_str().unwrap().to_owned(),
                one["count"].as_u64().unwrap(),
                one["first"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        ("not JSON: cut off or damaged", 5, "a.ndjson:2"),
        ("longer than 16 MiB", 1, "a.ndjson:11"),
        ("JSON, but no event", 4, "a.ndjson:5"),
        ("events without a time between 2000 and 2100", 1, "a.ndjson:10"),
        ("events that had arrived before, by their idempotency_key", 1, "a.ndjson:14"),
    ];
    assert_eq!(passed, expected.map(|(what, count, first)| (what.to_owned(), count, first.to_owned())));
}

#[test]
fn what_a_collector_writes_of_log_records_counts_the_same() {
    let record = |number: u64| {
        json!({
            "timeUnixNano": (1_795_453_186_000_000_000_u64 + number).to_string(),
            "eventName": "CLI command",
            "body": {},
            "attributes": [
                {"key": "identity", "value": {"stringValue": format!("user {}", number % 30)}},
                {"key": "idempotency_key", "value": {"stringValue": format!("key {number}")}},
                {"key": "main_command", "value": {"stringValue": "run"}},
                {"key": "number_of_nodes", "value": {"intValue": "7"}},
                {"key": "dataset_type_count.custom", "value": {"intValue": 2}},
                {"key": "is_ci_env", "value": {"boolValue": false}},
            ],
        })
    };
    let records: Vec<_> = (0..90).map(record).collect();
    let line = json!({"resourceLogs": [{"resource": {}, "scopeLogs": [{"scope": {}, "logRecords": records}]}]});
    let figures = Folder::with(&[("otlp.json", &line.to_string())]).figures(&["otlp.json", "--by", "number_of_nodes"]);
    assert_eq!((&figures["users"], &figures["events"]), (&json!(30), &json!(90)));
    assert_eq!(figures["weeks"][0], json!({"week": "2026-11-23", "users": 30, "projects": 0, "events": 90}));
    let dimensions = figures["dimensions"].as_array().unwrap();
    let names: Vec<_> = dimensions.iter().map(|one| (&one["name"], &one["values"][0]["value"])).collect();
    assert_eq!(
        json!(names),
        json!([
            ["commands", "run"],
            ["events", "CLI command"],
            ["number_of_nodes", "7"],
            ["dataset_type_count", "custom"]
        ])
    );
}

#[test]
fn the_page_and_the_text_hold_no_group_that_is_too_small_and_nothing_but_text() {
    let mut any = Any(5);
    let mut events: Vec<Value> = (0..2_000).map(|number| event(&mut any, number)).collect();
    let evil = "</style><script>alert(1)</script>";
    for (number, event) in events.iter_mut().enumerate().take(400) {
        event["properties"]["main_command"] = json!(evil);
        event["properties"]["os"] = json!(if number < 15 { "rare-os" } else { "linux" });
    }
    let text: String = events.iter().flat_map(|event| [event.to_string(), "\n".to_owned()]).collect();
    let folder = Folder::with(&[("a.ndjson", &text)]);
    let said = folder.run(&["--output", "report.html", "a.ndjson"]);
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "wrote report.html\n");
    let page = fs::read_to_string(folder.0.path().join("report.html")).unwrap();
    let printed = String::from_utf8(folder.run(&["a.ndjson"]).stdout).unwrap();
    for shown in [&page, &printed] {
        assert!(shown.contains("1.5.0") && shown.contains("2026-10-05") && !shown.contains("rare-os"), "{shown}");
    }
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    assert!(page.contains("1 more with too few users"), "{page}");
    assert!(page.contains("fewer than 20 users"), "{page}");

    assert_eq!(folder.run(&[]).status.code(), Some(2));
    assert_eq!(folder.run(&["--format", "xml", "a.ndjson"]).status.code(), Some(2));
    let missing = folder.run(&["a.ndjson", "missing.ndjson"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("missing.ndjson"));
}
