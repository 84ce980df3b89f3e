//! What is recorded, what arrives, and what the user sees and decides of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Command, Output},
};

use serde_json::Value;
use tests::{Answer, Collector, Sandbox, artifacts, copy_dir, run};

/// What differs from event to event.
const OF_THE_MOMENT: [&str; 2] = ["timestamp", "idempotency_key"];

#[test]
fn a_command_sends_one_event_when_it_ends() {
    let (sandbox, collector) = connected();
    let body = sent_by(&sandbox, &collector, &["info"]);
    assert_eq!(body["event"], "CLI command");
    assert_eq!(body["properties"]["command"], "host-demo info");
    assert_eq!(body["properties"]["main_command"], "info");
    assert_eq!(collector.bodies().len(), 1);
}

#[test]
fn a_command_that_reads_the_catalog_sends_statistics_and_no_second_event() {
    let (sandbox, collector) = connected();
    let body = sent_by(&sandbox, &collector, &["catalog", "list"]);
    assert_eq!(body["event"], "Kedro Project Statistics");
    assert_eq!(body["properties"]["number_of_datasets"], 11);
    assert_eq!(body["properties"]["number_of_pipelines"], 4);
    assert_eq!(body["properties"]["number_of_nodes"], 7);
    assert_eq!(collector.bodies().len(), 1);
    assert_eq!(queued(&sandbox).len(), 0);
}

#[test]
fn a_failing_command_sends_and_keeps_its_exit_code_and_message() {
    let (sandbox, collector) = connected();
    let failing = ["catalog", "list", "--env", "nowhere"];
    let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], &failing[..]].concat()));
    let with = sandbox.run_with_sender(&failing);
    assert_eq!(with.status.code(), Some(1));
    assert_eq!((with.status, &with.stdout), (without.status, &without.stdout));
    assert!(stderr(&with).contains(stderr(&without).trim()), "{}", stderr(&with));
    let body = &collector.wait_for(1)[0];
    assert_eq!(body["event"], "CLI command");
    assert_eq!(body["properties"]["command"], "host-demo catalog list --env *****");
}

#[test]
fn what_is_no_command_or_misused_is_sent_without_its_words() {
    let (sandbox, collector) = connected();
    for (index, (args, command)) in [
        (&["secret-command", "secret"][..], "host-demo *****"),
        (&["info", "secret"], "host-demo info *****"),
        (&["catalog", "list", "--secret=1"], "host-demo catalog list *****"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(sandbox.run_with_sender(args).status.code(), Some(2), "{args:?}");
        let body = &collector.wait_for(index + 1)[index];
        assert_eq!(body["event"], "CLI command");
        assert_eq!(body["properties"]["command"], command);
        assert!(!body.to_string().contains("secret"), "{body}");
    }
}

#[test]
fn values_of_options_are_masked() {
    let (sandbox, collector) = connected();
    let body = sent_by(&sandbox, &collector, &["catalog", "list", "--env", "local", "--format=json"]);
    assert_eq!(body["properties"]["command"], "host-demo catalog list --env ***** --format *****");
}

#[test]
fn a_command_ends_before_the_endpoint_has_answered() {
    let sandbox = with_telemetry();
    let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
    sandbox.set_endpoint(&format!("http://{}/api/track", endpoint.local_addr().unwrap()));
    let output = run(&mut sandbox.host_demo(&["info"]));
    assert!(output.status.success());

    // Only now, with the command gone, does anybody listen.
    let (mut stream, _) = endpoint.accept().unwrap();
    let body = read_request(&mut BufReader::new(&stream));
    assert_eq!(body["properties"]["command"], "host-demo info");
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}").unwrap();
    sandbox.settle();
    assert_eq!(outcomes(&sandbox), ["sent"]);
}

#[test]
fn events_wait_while_the_endpoint_is_down_and_go_in_one_request_when_it_is_back() {
    let sandbox = with_telemetry();
    let collector = Collector::answering(Answer::Reset);
    sandbox.set_endpoint(&collector.endpoint());
    for command in [&["info"][..], &["catalog", "list"]] {
        assert!(sandbox.run_with_sender(command).status.success());
    }
    let flush = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    assert_eq!(flush.status.code(), Some(1));
    assert!(stdout(&flush).starts_with("0 sent; the rest stays queued"), "{}", stdout(&flush));
    assert_eq!(queued(&sandbox).len(), 2);

    collector.answer(Answer::status(200));
    let flush = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    assert_eq!((stdout(&flush).as_str(), flush.status.code()), ("2 sent\n", Some(0)));
    let bodies = collector.bodies();
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    let events = bodies[0]["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["event"], "CLI command");
    assert_eq!(events[1]["event"], "Kedro Project Statistics");
    assert_ne!(events[0]["idempotency_key"], events[1]["idempotency_key"]);
    assert!(bodies[0]["app_id"].is_string());
    assert_eq!(queued(&sandbox).len(), 0);
}

#[test]
fn without_an_endpoint_events_stay_here_and_can_be_read() {
    let sandbox = with_telemetry();
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    let flush = run(&mut sandbox.host_demo(&["telemetry", "flush"]));
    assert_eq!(flush.status.code(), Some(0));
    assert!(stdout(&flush).contains("no endpoint is set"), "{}", stdout(&flush));

    let log = stdout(&run(&mut sandbox.host_demo(&["telemetry", "log"])));
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("queued") && log.contains("host-demo info (CLI command)"), "{log}");
    let entries = queued(&sandbox);
    assert_eq!(entries[0]["event"]["properties"]["command"], "host-demo info");
    assert!(!sandbox.path("state/kedro-telemetry/host-demo/sender.lock").exists(), "a sender was at work");
}

#[test]
fn the_log_shows_exactly_what_was_sent() {
    let (sandbox, collector) = connected();
    let mut body = sent_by(&sandbox, &collector, &["catalog", "list"]);
    body.as_object_mut().unwrap().remove("app_id");
    let entries = log(&sandbox);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["outcome"], "sent");
    assert_eq!(entries[0]["event"], body);
}

#[test]
fn status_says_on_or_off_and_who_decided() {
    let sandbox = with_telemetry();
    let status = |name: &str, value: &str| first_line(sandbox.host_demo(&["telemetry", "status"]).env(name, value));
    let file = sandbox.project().join(".telemetry");

    assert_eq!(status("UNRELATED", ""), "telemetry  on: nothing states otherwise");
    for variable in ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"] {
        for value in ["1", ""] {
            let expected = format!("telemetry  off: the environment variable {variable} is set");
            assert_eq!(status(variable, value), expected);
        }
    }
    let expected = "telemetry  off: GITHUB_REPOSITORY_OWNER is kedro-org";
    assert_eq!(status("GITHUB_REPOSITORY_OWNER", "kedro-org"), expected);
    assert_eq!(status("GITHUB_REPOSITORY_OWNER", "someone"), "telemetry  on: nothing states otherwise");

    for (statement, word) in [("consent: true\n", "on"), ("consent: false\n", "off")] {
        fs::write(&file, statement).unwrap();
        let expected = format!("telemetry  {word}: stated in {}", dunce::canonicalize(&file).unwrap().display());
        assert_eq!(status("UNRELATED", ""), expected);
    }
    fs::write(&file, "consent: true\n").unwrap();
    assert!(run(&mut sandbox.host_demo(&["telemetry", "off"])).status.success());
    let choice = sandbox.path("config/kedro-telemetry/host-demo/consent.toml");
    assert_eq!(status("UNRELATED", ""), format!("telemetry  off: stated in {}", choice.display()));
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    assert!(status("UNRELATED", "").starts_with("telemetry  on: stated in"));
}

#[test]
fn preview_prints_what_then_arrives_and_leaves_no_file_changed() {
    let (sandbox, collector) = connected();
    let preview = |sandbox: &Sandbox| {
        let before = sandbox.files();
        let output = run(&mut sandbox.host_demo(&["telemetry", "preview", "--", "catalog", "list"]));
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(sandbox.files() == before, "the preview changed a file");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };

    // There is no identity yet, neither of the user nor of the project.
    let previewed = preview(&sandbox);
    let arrived = sent_by(&sandbox, &collector, &["catalog", "list"]);
    assert_eq!(stable(&previewed, &["username", "project_id"]), stable(&arrived, &["username", "project_id"]));

    let previewed = preview(&sandbox);
    assert_eq!(previewed["identity"], arrived["identity"]);
    assert_eq!(collector.bodies().len(), 1);
    assert!(sandbox.run_with_sender(&["catalog", "list"]).status.success());
    let arrived = &collector.wait_for(2)[1];
    assert_eq!(stable(&previewed, &[]), stable(arrived, &[]));
    assert_eq!(names(&previewed), names(arrived));
}

#[test]
fn preview_masks_as_the_command_does() {
    let (sandbox, collector) = connected();
    let output = run(&mut sandbox.host_demo(&["telemetry", "preview", "--", "info", "secret", "--env=secret"]));
    let previewed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let _ = sandbox.run_with_sender(&["info", "secret", "--env=secret"]);
    let arrived = &collector.wait_for(1)[0];
    assert_eq!(previewed["properties"]["command"], arrived["properties"]["command"]);
    assert_eq!(arrived["properties"]["command"], "host-demo info ***** --env *****");
}

#[test]
fn preview_says_so_where_nothing_would_be_recorded_or_it_is_not_known() {
    let sandbox = with_telemetry();
    let broken = sandbox.path("broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("pyproject.toml"), "[tool.kedro]\n").unwrap();
    let previewed = |directory: &str, command: &[&str]| {
        let output = run(&mut in_directory(&sandbox, directory, &[&["telemetry", "preview", "--"], command].concat()));
        assert_eq!(output.stdout, b"", "{command:?}");
        (output.status.code(), stderr(&output))
    };
    let unrecorded = (Some(0), "this command is not recorded: nothing would be sent\n".to_owned());
    for command in [&["telemetry", "status"][..], &["completions", "bash"], &["--project", "../broken", "info"]] {
        assert_eq!(previewed("home", command), unrecorded, "{command:?}");
    }
    let (code, error) = previewed("broken", &["info"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        error,
        "error: telemetry: cannot preview this command: this program does not let plugins call the hook \
         `rehearse_command` now\n"
    );
}

#[test]
fn preview_is_right_for_options_before_the_command_and_for_commands_that_fail() {
    for (directory, args) in [
        ("project", &["--env", "local", "catalog", "list"][..]),
        ("project", &["catalog", "list", "--env", "nowhere"]),
        ("home", &["catalog", "list"]),
        ("home", &["catalog", "list", "--project", "../project"]),
    ] {
        let sandbox = with_telemetry();
        // Both identities are there.
        assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
        let preview = run(&mut in_directory(&sandbox, directory, &[&["telemetry", "preview", "--"], args].concat()));
        assert!(preview.status.success(), "{args:?}: {}", stderr(&preview));
        let previewed: Value = serde_json::from_slice(&preview.stdout).unwrap();
        let _ = run(&mut in_directory(&sandbox, directory, args));
        let recorded = &queued(&sandbox)[1]["event"];
        assert_eq!(previewed["event"], recorded["event"], "{args:?}");
        assert_eq!(previewed["properties"], recorded["properties"], "{args:?}");
    }
}

#[test]
fn commands_at_once_lose_no_event_double_none_and_agree_on_the_identities() {
    const COMMANDS: usize = 12;
    let (sandbox, collector) = connected();
    std::thread::scope(|scope| {
        for _ in 0..COMMANDS {
            scope.spawn(|| assert!(sandbox.run_with_sender(&["info"]).status.success()));
        }
    });
    let bodies = collector.bodies();
    let events: Vec<&Value> = bodies
        .iter()
        .flat_map(|body| body["events"].as_array().map_or_else(|| vec![body], |events| events.iter().collect()))
        .collect();
    assert_eq!(events.len(), COMMANDS);
    let different =
        |of: fn(&Value) -> &Value| events.iter().map(|event| of(event).to_string()).collect::<BTreeSet<_>>();
    assert_eq!(different(|event| &event["idempotency_key"]).len(), COMMANDS);
    assert_eq!(different(|event| &event["identity"]).len(), 1);
    // On a machine so busy that the file was held for too long, an event goes without; never with
    // another.
    let mut project_ids = different(|event| &event["properties"]["project_id"]);
    project_ids.remove("null");
    assert_eq!(project_ids.len(), 1);
    assert_eq!(queued(&sandbox).len(), 0);
}

#[test]
fn off_deletes_what_waits_and_on_does_not_bring_it_back() {
    let sandbox = with_telemetry();
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    assert_eq!(queued(&sandbox).len(), 1);
    assert!(run(&mut sandbox.host_demo(&["telemetry", "off"])).status.success());
    assert_eq!(queued(&sandbox).len(), 0);
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    assert_eq!(queued(&sandbox).len(), 0);
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    assert_eq!(queued(&sandbox).len(), 1);
}

#[test]
fn off_for_a_project_is_stated_in_its_file_and_holds_there_only() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    assert!(run(&mut in_directory(&sandbox, "home", &["info"])).status.success());
    let off = run(&mut sandbox.host_demo(&["telemetry", "off", "--project"]));
    assert!(off.status.success(), "{}", stderr(&off));
    assert_eq!(fs::read_to_string(sandbox.project().join(".telemetry")).unwrap(), "consent: false\n");
    assert_eq!(queued(&sandbox).len(), 1);
    assert!(run(&mut in_directory(&sandbox, "home", &["info"])).status.success());
    assert_eq!(queued(&sandbox).len(), 2);
}

#[test]
fn a_queue_that_cannot_be_used_hides_neither_the_decision_nor_its_own_trouble() {
    let sandbox = with_telemetry();
    let state = sandbox.path("state/kedro-telemetry/host-demo");
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    fs::write(&state, "in the way").unwrap();
    let output = run(&mut sandbox.host_demo(&["info"]));
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert_eq!(fs::read(&state).unwrap(), b"in the way");

    let status = run(&mut sandbox.host_demo(&["telemetry", "status"]));
    assert!(stdout(&status).starts_with("telemetry  on"), "{}", stdout(&status));
    let told = format!("{}{}", stdout(&status), stderr(&status));
    // To Windows, what is below a file is not there.
    if cfg!(unix) {
        assert_eq!(told.matches("Not a directory").count(), 1, "{told}");
    }
}

#[test]
fn a_refusing_variable_deletes_what_waits() {
    for variable in ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"] {
        let sandbox = with_telemetry();
        assert!(sandbox.run_with_sender(&["info"]).status.success());
        assert_eq!(queued(&sandbox).len(), 1);
        assert!(run(sandbox.host_demo(&["info"]).env(variable, "")).status.success());
        assert_eq!(queued(&sandbox).len(), 0, "{variable}");
    }
}

#[test]
fn the_refusal_of_a_project_deletes_the_events_of_that_project_only() {
    let sandbox = with_telemetry();
    let other = sandbox.path("other");
    copy_dir(&sandbox.project(), &other);
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    assert!(run(&mut in_directory(&sandbox, "other", &["catalog", "list"])).status.success());
    assert!(run(&mut in_directory(&sandbox, "home", &["info"])).status.success());
    assert_eq!(queued(&sandbox).len(), 3);

    fs::write(other.join(".telemetry"), "consent: false\n").unwrap();
    assert!(run(&mut in_directory(&sandbox, "other", &["catalog", "list"])).status.success());
    let left = queued(&sandbox);
    let commands: Vec<&Value> = left.iter().map(|entry| &entry["event"]["properties"]["command"]).collect();
    assert_eq!(commands, ["host-demo info", "host-demo info"]);
}

#[test]
fn what_was_recorded_before_consent_was_withdrawn_is_deleted_and_never_sent() {
    let (sandbox, collector) = connected();
    sandbox.without_sender(|| {
        assert!(run(&mut sandbox.host_demo(&["catalog", "list"])).status.success());
        assert!(run(&mut in_directory(&sandbox, "home", &["info"])).status.success());
    });
    assert_eq!(queued(&sandbox).len(), 2);
    // By hand, so that no command of the project sees it.
    fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap();

    let flush = run(&mut in_directory(&sandbox, "home", &["telemetry", "flush"]));
    assert_eq!(stdout(&flush), "1 sent, 1 deleted for lack of consent\n");
    let bodies = collector.bodies();
    assert_eq!(bodies.len(), 1);
    assert_eq!(bodies[0]["properties"]["command"], "host-demo info");
    assert_eq!(queued(&sandbox).len(), 0);
}

#[test]
fn flush_sends_nothing_under_a_refusing_variable() {
    let (sandbox, collector) = connected();
    sandbox.without_sender(|| assert!(run(&mut sandbox.host_demo(&["info"])).status.success()));
    let flush = run(sandbox.host_demo(&["telemetry", "flush"]).env("DO_NOT_TRACK", ""));
    assert_eq!(stdout(&flush), "0 sent, 1 deleted for lack of consent\n");
    assert_eq!(collector.bodies().len(), 0);
    assert_eq!(queued(&sandbox).len(), 0);
}

#[test]
fn the_commands_of_telemetry_are_not_recorded() {
    let (sandbox, collector) = connected();
    for args in [
        &["telemetry", "status"][..],
        &["telemetry", "log"],
        &["telemetry", "preview", "--", "info"],
        &["telemetry", "on"],
        &["telemetry", "flush"],
        &["telemetry", "--help"],
        &["telemetry"],
        &["telemetry", "unknown"],
        &["--env", "local", "telemetry", "status"],
    ] {
        let _ = sandbox.run_with_sender(args);
        assert_eq!(log(&sandbox).len(), 0, "{args:?}");
    }
    assert_eq!(collector.bodies().len(), 0);
}

#[cfg(unix)]
#[test]
fn the_first_event_is_announced_to_the_user_and_no_later_one() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.configure_endpoint(&collector.endpoint());
    let first = sandbox.run_with_sender(&["info"]);
    assert_eq!(collector.bodies().len(), 0, "there is no time to refuse");
    let notice = stderr(&first);
    assert_eq!(notice.lines().count(), 1, "{notice}");
    assert!(notice.contains("telemetry off") && notice.contains("telemetry status"), "{notice}");
    assert!(!stdout(&first).contains("telemetry"));
    for command in [&["info"][..], &["catalog", "list"]] {
        assert_eq!(stderr(&sandbox.run_with_sender(command)), "");
    }
    assert_eq!(queued(&sandbox).len(), 0);
}

#[cfg(unix)]
#[test]
fn nothing_is_announced_in_ci_nor_to_whoever_has_decided() {
    let sandbox = with_telemetry();
    assert_eq!(stderr(&run(sandbox.host_demo(&["info"]).env("CI", "true"))), "");
    assert_eq!(queued(&sandbox)[0]["event"]["properties"]["is_ci_env"], true);
    assert_ne!(stderr(&run(&mut sandbox.host_demo(&["info"]))), "", "a person comes after the CI");

    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    assert_eq!(stderr(&run(&mut sandbox.host_demo(&["info"]))), "");
    assert_eq!(queued(&sandbox).len(), 1);
}

/// Whoever has cloned the project has not written its file.
#[cfg(unix)]
#[test]
fn a_yes_of_the_project_does_not_replace_the_notice_to_a_person() {
    let sandbox = with_telemetry();
    fs::write(sandbox.project().join(".telemetry"), "consent: true\n").unwrap();
    let notice = stderr(&run(&mut sandbox.host_demo(&["info"])));
    assert!(notice.contains("telemetry off") && notice.lines().count() == 1, "{notice}");
    for place in ["project", "home"] {
        assert_eq!(stderr(&run(&mut in_directory(&sandbox, place, &["info"]))), "", "{place}");
    }
    assert_eq!(queued(&sandbox).len(), 3);
}

#[test]
fn where_no_person_is_no_ids_are_made_no_project_is_changed_and_nothing_is_announced() {
    for (name, value) in [
        ("CI", "true"),
        ("CI", "1"),
        ("CI", "True"),
        ("TF_BUILD", "True"),
        ("TEAMCITY_VERSION", "2024.1"),
        ("GITHUB_ACTIONS", "true"),
        ("DRONE", "true"),
        ("APPVEYOR", "True"),
        ("bamboo_buildKey", "A-B"),
        ("DATABRICKS_RUNTIME_VERSION", "15.4"),
    ] {
        let sandbox = with_telemetry();
        let pyproject = fs::read(sandbox.project().join("pyproject.toml")).unwrap();
        let output = run(sandbox.host_demo(&["catalog", "list"]).env(name, value));
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{name}={value}");
        assert_eq!(fs::read(sandbox.project().join("pyproject.toml")).unwrap(), pyproject, "{name}={value}");
        assert!(!sandbox.path("config/kedro").exists(), "{name}={value}");
        let event = &queued(&sandbox)[0]["event"];
        assert_eq!(event["identity"], "missing_user_identity", "{name}={value}");
        assert_eq!(event["properties"]["project_id"], Value::Null, "{name}={value}");
        assert_eq!(event["properties"]["is_ci_env"], value == "true" && name == "CI", "{name}={value}");
        assert_eq!(event["properties"]["tools"], "Linting, Data Structure", "{name}={value}");
    }
}

#[test]
fn where_no_person_is_ids_that_are_there_are_used() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    assert!(run(sandbox.host_demo(&["info"]).env("CI", "1")).status.success());
    let events = queued(&sandbox);
    for name in ["username", "project_id"] {
        let of = |index: usize| &events[index]["event"]["properties"][name];
        assert!(of(0) == of(1) && of(0).as_str().is_some_and(|id| !id.is_empty()), "{name}: {events:?}");
    }
}

#[test]
fn an_unusable_endpoint_is_one_warning_and_loses_nothing() {
    let sandbox = with_telemetry();
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    sandbox.set_endpoint("not an address");
    let output = run(&mut sandbox.host_demo(&["info"]));
    assert!(output.status.success());
    let warning = stderr(&output);
    assert_eq!(warning.lines().count(), 1, "{warning}");
    assert!(warning.starts_with("warning: ") && warning.contains("endpoint"), "{warning}");
    assert_eq!(queued(&sandbox).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_read_only_pyproject_yields_no_project_id_but_its_tools() {
    use std::os::unix::fs::PermissionsExt;

    let mut sandbox = with_telemetry();
    let pyproject = sandbox.project().join("pyproject.toml");
    let with_id = fs::read_to_string(&pyproject).unwrap() + "\n[tool.kedro_telemetry]\nproject_id = 'x'\n";
    fs::write(&pyproject, with_id).unwrap();
    fs::set_permissions(&pyproject, fs::Permissions::from_mode(0o444)).unwrap();
    sandbox.drop_privileges();
    assert!(run(&mut sandbox.host_demo(&["info"])).status.success());
    let listed = run(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]));
    let line: Value = serde_json::from_str(stdout(&listed).lines().next().unwrap()).unwrap();
    let properties = &line["event"]["properties"];
    assert_eq!(properties["project_id"], Value::Null);
    assert_eq!(properties["tools"], "Linting, Data Structure");
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox.set_told_without_terminal();
    sandbox
}

fn connected() -> (Sandbox, Collector) {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    (sandbox, collector)
}

/// Runs a command that succeeds and gives the first body that has arrived, once nothing more can.
fn sent_by(sandbox: &Sandbox, collector: &Collector, args: &[&str]) -> Value {
    let output = sandbox.run_with_sender(args);
    assert!(output.status.success(), "{}", stderr(&output));
    collector.wait_for(1).remove(0)
}

fn in_directory(sandbox: &Sandbox, directory: &str, args: &[&str]) -> Command {
    let mut command = sandbox.host_demo(args);
    command.current_dir(sandbox.path(directory));
    command
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    let output = run(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]));
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn queued(sandbox: &Sandbox) -> Vec<Value> {
    log(sandbox).into_iter().filter(|entry| entry["outcome"] == "queued").collect()
}

fn outcomes(sandbox: &Sandbox) -> Vec<String> {
    log(sandbox).iter().map(|entry| entry["outcome"].as_str().unwrap().to_owned()).collect()
}

/// The body without what differs from event to event, and without these properties and what is made
/// of them.
fn stable(body: &Value, without: &[&str]) -> Value {
    let mut body = body.clone();
    let object = body.as_object_mut().unwrap();
    object.retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
    if without.contains(&"username") {
        object.remove("identity");
    }
    object["properties"].as_object_mut().unwrap().retain(|name, _| !without.contains(&name.as_str()));
    body
}

/// The names of a body's fields and properties, in their order.
fn names(body: &Value) -> Vec<&String> {
    let fields = body.as_object().unwrap();
    fields.keys().chain(fields["properties"].as_object().unwrap().keys()).collect()
}

fn read_request(stream: &mut impl BufRead) -> Value {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn first_line(command: &mut Command) -> String {
    stdout(&run(command)).lines().next().unwrap_or_default().to_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
