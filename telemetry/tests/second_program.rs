//! A program with telemetry of its own, through the public face alone: its names, its files, its
//! events.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::path::Path;

use serde_json::Value;

use self::home::{Home, collector, out};

#[test]
fn a_program_has_events_variables_and_files_of_its_own_and_nothing_of_another() {
    let home = Home::new("jot");
    let (url, taken) = collector();
    let endpoint = [("JOT_TELEMETRY_ENDPOINT", url.as_str()), ("JOT_TELEMETRY_APP_ID", "77")];
    let first = home.run(&["add", "buy", "tea"], &endpoint);
    assert_eq!(out(&first), "noted\n");
    let notice = String::from_utf8(first.stderr).unwrap();
    assert!(notice.starts_with("jot records anonymous usage events; `jot telemetry status` shows"), "{notice}");
    // There is time to refuse: what came with the notice leaves with the next command.
    assert_eq!(out(&home.run(&["telemetry", "flush"], &endpoint)), "1 sent\n");

    let (head, body) = taken.join().unwrap();
    assert!(head.contains(&format!("user-agent: jot-telemetry/{}\r\n", env!("CARGO_PKG_VERSION"))), "{head}");
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&event["app_id"], &event["event"]), (&"77".into(), &"note_added".into()));
    let keys: Vec<_> = event["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "os", "is_ci", "number_of_words"]);
    assert_eq!(event["properties"]["number_of_words"], 2);

    let log = out(&home.run(&["telemetry", "log"], &[]));
    assert!(log.ends_with("sent     note_added\n"), "{log}");

    let again = home.run(&["add", "x"], &[]);
    assert_eq!(String::from_utf8(again.stderr).unwrap(), "", "the notice comes once");

    let mut seen = format!("{notice}{head}{body}{log}");
    for args in [&["telemetry", "status"][..], &["telemetry", "schema"], &["telemetry", "purge"]] {
        seen += &out(&home.run(args, &endpoint));
    }
    let below = |path: &Path| {
        path.starts_with(home.path().join(".config/jot-telemetry"))
            || path.starts_with(home.path().join(".local/state/jot-telemetry"))
    };
    for (path, text) in home.files() {
        assert!(below(&path), "{}", path.display());
        seen += path.strip_prefix(home.path()).unwrap().to_str().unwrap();
        seen += &text;
    }
    assert!(!seen.to_lowercase().contains("kedro"), "{seen}");
}

#[test]
fn a_refusal_records_nothing_and_deletes_queued_events() {
    let home = Home::new("jot");
    home.run(&["add"], &[]);
    assert!(out(&home.run(&["telemetry", "status"], &[])).contains("queued     1 "));
    let off = out(&home.run(&["telemetry", "off"], &[]));
    assert!(off.starts_with("telemetry is off for this user"), "{off}");
    assert!(out(&home.run(&["telemetry", "status"], &[])).contains("queued     0 "));

    for variable in ["JOT_NO_TELEMETRY", "DO_NOT_TRACK"] {
        let home = Home::new("jot");
        home.run(&["add"], &[(variable, "")]);
        assert_eq!(home.files(), [], "{variable}");
        let status = out(&home.run(&["telemetry", "status"], &[(variable, "")]));
        assert!(
            status.starts_with(&format!("telemetry  off: the environment variable {variable} is set\n")),
            "{status}"
        );
    }
}

#[test]
fn where_projects_have_no_say_no_command_speaks_of_them() {
    let home = Home::new("jot");
    let project = home.run(&["telemetry", "on", "--project"], &[]);
    assert_eq!(project.status.code(), Some(2));
    let error = String::from_utf8(project.stderr).unwrap();
    assert_eq!(error, "error: invalid option '--project'; usage: telemetry on [--user | --all]\n");
    assert_eq!(home.run(&["telemetry", "preview"], &[]).status.code(), Some(1));
    assert_eq!(home.files(), []);
}
