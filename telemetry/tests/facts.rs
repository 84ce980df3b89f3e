//! Facts of a run that a profile asks for, and events of some users alone.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::fs;

use serde_json::{Value, json};

use self::home::{Home, out};

/// The properties of the events of one run, by their names.
fn told(args: &[&str], env: &[(&str, &str)]) -> Value {
    let home = Home::new("kettle");
    home.run(args, env);
    let events = home.queued();
    events.iter().map(|event| (event["event"].as_str().unwrap().to_owned(), event["properties"].clone())).collect()
}

#[test]
fn a_run_is_told_by_its_end_and_its_declared_words() {
    let told = told(&["boil", "3", "--drink", "tea"], &[]);
    let boiled = &told["water_boiled"];
    assert_eq!((&boiled["litres"], &boiled["drink"]), (&json!("2-4"), &json!("tea")));
    for event in [boiled, &told["command_ended"]] {
        assert_eq!((&event["outcome"], &event["command"]), (&json!("success"), &json!("boil")), "{event}");
        assert_eq!(event["arch"], std::env::consts::ARCH);
        assert_eq!((&event["agent"], &event["decided_by"]), (&json!("none"), &json!("nobody")));
        let duration = event["duration"].as_str().unwrap();
        assert!(duration.starts_with('<'), "{duration}");
    }
}

#[test]
fn each_way_to_end_has_its_word() {
    for (args, outcome) in [
        (&["boil", "1"][..], "success"),
        (&["boil", "50"], "failure"),
        (&["boil", "100"], "crash"),
        (&["cup", "fill", "9"], "interrupted"),
        (&["boil", "a-lot"], "usage_error"),
        (&["boil"], "usage_error"),
        (&["cup", "fill"], "usage_error"),
    ] {
        let told = told(args, &[]);
        assert_eq!(told["command_ended"]["outcome"], outcome, "{args:?}: {told}");
        assert!(!told.to_string().contains("a-lot"));
    }
    assert_eq!(told(&["--help"], &[]), json!({}), "help is no use of a command");
    assert_eq!(told(&["telemetry", "status"], &[]), json!({}));
}

#[test]
fn a_word_that_the_program_does_not_declare_is_not_told() {
    assert_eq!(told(&["cup", "fill", "1"], &[])["command_ended"]["command"], "cup fill");
    let own = told(&["my-secret", "--of", "mine"], &[]);
    assert_eq!(own["command_ended"]["command"], "", "{own}");
    assert!(!own.to_string().contains("secret"), "{own}");
}

#[test]
fn an_agent_is_told_by_a_word_of_the_list() {
    for (name, value, word) in [("CLAUDECODE", "1", "claude-code"), ("AI_AGENT", "my-own-bot", "other")] {
        let told = told(&["boil", "1"], &[(name, value)]);
        assert_eq!(told["command_ended"]["agent"], word);
        assert!(!told.to_string().contains("my-own-bot"), "{told}");
    }
}

#[test]
fn who_has_decided_is_told() {
    let home = Home::new("kettle");
    out(&home.run(&["telemetry", "on"], &[]));
    home.run(&["boil", "1"], &[]);
    assert_eq!(home.queued()[0]["properties"]["decided_by"], "user");
}

#[test]
fn of_plugins_only_those_that_are_known_are_told_by_their_release() {
    let told = told(&["boil", "1"], &[]);
    assert_eq!(told["command_ended"]["plugin_kettle-timer"], "1.4.0");
    assert!(!told.to_string().contains("of-the-user") && !told.to_string().contains("kitchen"), "{told}");
    assert!(told["command_ended"].get("plugin_kettle-lid").is_none());
}

#[test]
fn a_user_is_asked_for_a_sampled_event_or_is_not() {
    let mut seen = [0, 0];
    for id in ["28df3ee193734d9db5348fb9908981db", "28df3ee193734d9db5348fb9908981dc"] {
        let home = Home::new("kettle");
        let config = home.path().join(".config/kettle-telemetry");
        out(&home.run(&["telemetry", "on"], &[]));
        fs::write(config.join("identity.toml"), format!("[telemetry]\nuuid = \"{id}\"\n")).unwrap();
        let status = out(&home.run(&["telemetry", "status"], &[]));
        let is_asked = status.contains("\nsampling   cup_filled of one user in 2: this user is one of them\n");
        assert!(is_asked || status.contains("cup_filled of one user in 2: this user is none of them\n"), "{status}");
        for _ in 0..4 {
            home.run(&["cup", "fill", "1"], &[]);
        }
        let events = home.queued();
        let sampled: Vec<_> = events.iter().filter(|event| event["event"] == "cup_filled").collect();
        assert_eq!(sampled.len(), if is_asked { 4 } else { 0 });
        assert!(sampled.iter().all(|event| event["properties"]["one_in"] == 2));
        assert_eq!(events.len() - sampled.len(), 4, "other events are recorded of all");
        seen[usize::from(is_asked)] += 1;
    }
    assert_eq!(seen, [1, 1]);
}

#[test]
fn facts_are_in_the_schema_with_their_reasons_only_where_they_are_asked_for() {
    let schema = out(&Home::new("kettle").run(&["telemetry", "schema"], &[]));
    for fact in ["outcome", "duration", "arch", "agent", "decided_by", "command", "plugin_<name>", "one_in"] {
        assert!(schema.contains(&format!("\n  {fact}: ")), "{fact}: {schema}");
    }
    assert!(schema.contains("      one of success, failure, usage_error, interrupted, crash\n"), "{schema}");
    let schema = out(&Home::new("tally").run(&["telemetry", "schema"], &[]));
    for fact in ["outcome", "duration", "arch", "agent", "decided_by", "command", "plugin_<name>", "one_in"] {
        assert!(!schema.contains(&format!("\n  {fact}: ")), "{fact}: {schema}");
    }
}
