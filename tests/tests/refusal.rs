//! Under a refusal nothing happens; with consent, nothing in the host's own process but a file or
//! two.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, process::Command};

use serde_json::json;
use tests::{Collector, Sandbox, Trace, artifacts, copy_dir, run};
use usage_telemetry::internals::{Queue, event};

/// How a user refuses.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    Variable(&'static str, &'static str),
    ProjectFile,
    MachineWide,
}

const REFUSALS: [Refusal; 7] = [
    Refusal::Variable("DO_NOT_TRACK", "1"),
    Refusal::Variable("DO_NOT_TRACK", ""),
    Refusal::Variable("KEDRO_DISABLE_TELEMETRY", "1"),
    Refusal::Variable("KEDRO_DISABLE_TELEMETRY", ""),
    Refusal::Variable("GITHUB_REPOSITORY_OWNER", "kedro-org"),
    Refusal::ProjectFile,
    Refusal::MachineWide,
];

/// One that reads the catalog, one that does not, one that fails, and one that there is not.
const COMMANDS: [&[&str]; 4] = [&["catalog", "list"], &["info"], &["catalog", "list", "--env", "nowhere"], &["bogus"]];

#[test]
fn under_a_refusal_nothing_is_sent_written_or_started() {
    for refusal in REFUSALS {
        let (sandbox, collector) = connected();
        refusal.state(&sandbox);
        for args in COMMANDS {
            let before = sandbox.files();
            let Some(trace) = Trace::of(&sandbox, &refusal.command(&sandbox, args)) else { return };
            assert_eq!(trace.effects(), Vec::<String>::new(), "{refusal:?} {args:?}");
            assert!(sandbox.files() == before, "{refusal:?} {args:?}");
        }
        assert!(collector.bodies().is_empty(), "{refusal:?}");
    }
}

#[test]
fn under_a_refusal_nothing_happens_either_to_whoever_had_consented_before() {
    for refusal in REFUSALS {
        let (sandbox, collector) = connected();
        assert!(sandbox.run_with_sender(&["catalog", "list"]).status.success());
        let _ = collector.wait_for(1);
        refusal.state(&sandbox);
        let before = sandbox.files();
        let Some(trace) = Trace::of(&sandbox, &refusal.command(&sandbox, &["catalog", "list"])) else { return };
        assert_eq!(trace.effects(), Vec::<String>::new(), "{refusal:?}");
        assert!(sandbox.files() == before, "{refusal:?}");
        assert_eq!(collector.bodies().len(), 1, "{refusal:?}");
    }
}

#[test]
fn a_refusal_changes_nothing_about_the_command() {
    for refusal in REFUSALS {
        let (sandbox, _collector) = connected();
        refusal.state(&sandbox);
        for args in COMMANDS {
            let refused = run(&mut refusal.command(&sandbox, args));
            let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], args].concat()));
            assert_eq!(refused, without, "{refusal:?} {args:?}");
        }
    }
}

/// However many events of other projects are queued, and whatever becomes of the disks that those
/// projects are on.
#[test]
fn a_refusing_project_asks_nothing_of_any_other_and_looks_at_nothing_queued_about_it() {
    const FOREIGN: usize = 10_000;
    let (sandbox, collector) = connected();
    fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap();
    let queue = Queue::new(&sandbox.path("state/kedro-telemetry/host-demo"));
    let elsewhere = sandbox.path("elsewhere");
    for _ in 0..FOREIGN {
        let event = event("CLI command", std::time::SystemTime::now(), "");
        queue.push(&event, Some(&elsewhere), None).unwrap();
    }
    for args in COMMANDS {
        let Some(trace) = Trace::of(&sandbox, &sandbox.host_demo(args)) else { return };
        assert_eq!(trace.effects(), Vec::<String>::new(), "{args:?}");
        let elsewhere = elsewhere.to_str().unwrap();
        let own = trace.of_program();
        let asked: Vec<_> = own.iter().filter(|call| call.line.contains(elsewhere)).collect();
        assert!(asked.is_empty(), "{asked:#?}");
        let looks = own.iter().filter(|call| call.line.contains("/queue/")).count();
        assert!(looks < 10, "{looks} looks at the queue");
    }
    assert_eq!((queue.list().unwrap().len(), collector.bodies().len()), (FOREIGN, 0));
}

#[test]
fn a_refusal_that_comes_while_the_command_runs_keeps_it_from_writing_or_starting_anything() {
    let (sandbox, collector) = connected();
    assert!(run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "on"])).status.success());
    let statement = sandbox.project().join(".telemetry");
    let facts = json!({
        "endpoint": collector.endpoint(),
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "write_meanwhile": [statement, "consent: false\n"],
    });
    let Some(trace) = Trace::of(&sandbox, &sandbox.kedro_like(&facts, &[])) else { return };
    assert!(trace.output.status.success());
    let statement = statement.to_str().unwrap();
    let effects: Vec<_> = trace.effects().into_iter().filter(|line| !line.contains(statement)).collect();
    assert_eq!(effects, Vec::<String>::new());
    assert!(collector.bodies().is_empty());
}

#[test]
fn with_consent_the_host_itself_opens_no_socket_and_starts_no_thread() {
    let (sandbox, collector) = connected();
    let Some(trace) = Trace::of(&sandbox, &sandbox.host_demo(&["catalog", "list"])) else { return };
    assert!(trace.output.status.success());
    let _ = collector.wait_for(1);
    let own = trace.of_program();
    let network: Vec<_> = own.iter().filter(|call| call.is_network()).collect();
    assert!(network.is_empty(), "{network:#?}");
    let threads: Vec<_> = own.iter().filter(|call| call.starts_thread()).collect();
    assert!(threads.is_empty(), "{threads:#?}");
    let processes: Vec<_> = own.iter().filter(|call| call.starts_process()).collect();
    assert_eq!(processes.len(), 1, "the sender, and nothing else: {processes:#?}");
}

#[test]
fn with_consent_and_no_endpoint_no_process_is_started() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let Some(trace) = Trace::of(&sandbox, &sandbox.host_demo(&["catalog", "list"])) else { return };
    let own = trace.of_program();
    let more: Vec<_> =
        own.iter().filter(|call| call.is_network() || call.starts_thread() || call.starts_process()).collect();
    assert!(more.is_empty(), "{more:#?}");
    assert!(!trace.effects().is_empty(), "the event was recorded");
}

#[test]
fn a_corrupt_identity_file_stays_as_it_is_and_harms_no_command() {
    let uuid_is_a_number = b"[telemetry]\nuuid = 7\n".to_vec();
    for content in
        [b"[telemetry\nuuid = ".to_vec(), b"\xff\xfe\x00binary".to_vec(), uuid_is_a_number, vec![b'#'; 1 << 20]]
    {
        let (sandbox, collector) = connected();
        let file = sandbox.path("config/kedro-telemetry/host-demo/identity.toml");
        fs::write(&file, &content).unwrap();
        assert_same_as_without_plugins(&sandbox);
        assert!(fs::read(&file).unwrap() == content, "the file was changed");
        let body = &collector.wait_for(1)[0];
        assert_eq!(body["properties"]["username"], "");
        assert!(!body["identity"].as_str().unwrap().is_empty(), "{body}");
    }
}

#[test]
fn a_project_file_that_is_really_silent_says_nothing_and_stays_as_it_is() {
    for content in [
        b"".to_vec(),
        b"\xff\xfe\x00binary".to_vec(),
        b"# consent: false\n".to_vec(),
        b"other: false\n".to_vec(),
        vec![b'#'; 1 << 20],
    ] {
        let (sandbox, collector) = connected();
        let file = sandbox.project().join(".telemetry");
        fs::write(&file, &content).unwrap();
        assert_same_as_without_plugins(&sandbox);
        assert!(fs::read(&file).unwrap() == content, "the file was changed");
        let _ = collector.wait_for(1);
        let status = run(&mut sandbox.host_demo(&["telemetry", "status"]));
        let status = String::from_utf8(status.stdout).unwrap();
        assert!(status.starts_with("telemetry  on: nothing states otherwise\n"), "{status}");
    }
}

#[test]
fn whatever_a_project_says_of_consent_but_a_plain_yes_is_a_refusal_that_status_shows() {
    for (content, shown) in [
        (&b"\"consent: false\" \r\n"[..], "it says \"consent: false\";"),
        (b"consent:false", "it says consent:false;"),
        (b"Consent: False", "it says Consent: False;"),
        (b"consent: \"false\"", "it says consent: \"false\";"),
        (b"consent: 0", "it says consent: 0;"),
        (b"consent: n", "it says consent: n;"),
        (b"consent: 'no'", "it says consent: 'no';"),
        (b"consent: y", "it says consent: y;"),
        (b"consent: [", "it says consent: [;"),
        (b"consent:", "it says consent:;"),
        (b"- consent\n- false\n", "it says - consent\\n- false;"),
        (b"\xff\xfec\0o\0n\0s\0e\0n\0t\0:\0 \0n\0o\0", "it says consent: no;"),
        (b"telemetry:\n  consent: \x1b[2Jno", "it says telemetry:\\n  consent: \\u{1b}[2Jno;"),
        (b"consnt: false", "it says consnt: false;"),
        (b"no", "it says no;"),
    ] {
        let sandbox = with_telemetry();
        fs::write(sandbox.project().join(".telemetry"), content).unwrap();
        let before = sandbox.files();
        let below = sandbox.project().join("conf/base");
        for folder in [sandbox.project(), below.clone()] {
            assert!(run(sandbox.host_demo(&["catalog", "list"]).current_dir(folder)).status.success());
        }
        let elsewhere = sandbox.project();
        let there = ["--project", elsewhere.to_str().unwrap(), "info"];
        assert!(run(sandbox.host_demo(&there).current_dir(sandbox.path("home"))).status.success());
        assert!(sandbox.files() == before, "{}", content.escape_ascii());

        let status = run(sandbox.host_demo(&["telemetry", "status"]).current_dir(below));
        let status = String::from_utf8(status.stdout).unwrap();
        let line = status.lines().next().unwrap();
        assert!(line.starts_with("telemetry  off: ") && line.contains(shown), "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }
}

#[test]
fn a_command_whose_own_words_refuse_is_not_recorded() {
    for (number, refusal) in [
        &["--telemetry", "no"][..],
        &["--telemetry=no"],
        &["--telemetry", "n"],
        &["--telemetry", "NO"],
        &["--telemetry", "maybe"],
        &["--telemetry"],
        &["--telemetry", "no", "--bogus"],
        &["-tc", "no"],
    ]
    .into_iter()
    .enumerate()
    {
        let (sandbox, collector) = connected();
        let name = format!("project {number}");
        let words = [&["new", &name], refusal].concat();
        let mut command = sandbox.host_demo(&words);
        command.current_dir(sandbox.path("home"));
        let preview = [&["telemetry", "preview", "--"], &words[..]].concat();
        let preview = run(sandbox.host_demo(&preview).current_dir(sandbox.path("home")));
        assert_eq!(preview.stdout, b"", "{words:?}");

        let before: Vec<_> = sandbox.files().into_iter().map(|(path, _)| path).collect();
        let _ = sandbox.run_to_the_end(&command);
        let written = sandbox.files().into_iter().map(|(path, _)| path).filter(|path| !before.contains(path));
        let home = sandbox.path("home");
        let config = sandbox.path("config/host-demo");
        let places = ["config", "state", "data", "cache"].map(|place| sandbox.path(place));
        let of_telemetry: Vec<_> = written
            .filter(|path| places.iter().any(|place| path.starts_with(place) && path != place))
            .filter(|path| !path.starts_with(&config) && !path.starts_with(&home))
            .collect();
        assert!(of_telemetry.is_empty(), "{words:?}: {of_telemetry:?}");
        assert!(collector.bodies().is_empty(), "{words:?}");
    }
}

#[test]
fn a_directory_in_the_place_of_a_file_harms_no_command() {
    let (sandbox, collector) = connected();
    fs::create_dir(sandbox.project().join(".telemetry")).unwrap();
    fs::create_dir_all(sandbox.path("config/kedro-telemetry/host-demo/identity.toml")).unwrap();
    assert_same_as_without_plugins(&sandbox);
    let _ = collector.wait_for(1);
}

#[test]
fn an_illegible_choice_of_the_user_is_taken_for_a_refusal() {
    let (sandbox, collector) = connected();
    let file = sandbox.path("config/kedro-telemetry/host-demo/consent.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "consent = fal").unwrap();
    let before = sandbox.files();
    assert_same_as_without_plugins(&sandbox);
    assert!(sandbox.files() == before);
    assert!(collector.bodies().is_empty());
}

#[test]
fn folders_that_cannot_be_written_to_harm_no_command() {
    use std::os::unix::fs::PermissionsExt;
    let (mut sandbox, collector) = connected();
    let permit = |sandbox: &Sandbox, mode| {
        for dir in ["home", "config", "config/kedro-telemetry/host-demo", "state", "data", "cache", "project"] {
            fs::set_permissions(sandbox.path(dir), PermissionsExt::from_mode(mode)).unwrap();
        }
    };
    permit(&sandbox, 0o555);
    fs::set_permissions(sandbox.project().join("pyproject.toml"), PermissionsExt::from_mode(0o444)).unwrap();
    sandbox.drop_privileges();
    let before = sandbox.files();
    assert_same_as_without_plugins(&sandbox);
    assert!(sandbox.files() == before);
    assert!(collector.bodies().is_empty());
    // So that the sandbox can be removed.
    permit(&sandbox, 0o755);
}

#[test]
fn without_a_home_nothing_is_recorded_and_the_command_is_the_same() {
    let (sandbox, collector) = connected();
    let config = sandbox.path("config/host-demo/config.toml");
    let homeless = |args: &[&str]| {
        let mut command = sandbox.host_demo(args);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env_remove(name);
        }
        run(command.arg("--config").arg(&config))
    };
    let before = sandbox.files();
    let with = homeless(&["catalog", "list"]);
    assert!(with.status.success());
    assert_eq!(with, homeless(&["--no-plugins", "catalog", "list"]));
    assert!(sandbox.files() == before);
    assert!(collector.bodies().is_empty());
}

impl Refusal {
    /// States it, where it is stated in a file.
    fn state(self, sandbox: &Sandbox) {
        match self {
            Self::Variable(..) => {}
            Self::ProjectFile => fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap(),
            Self::MachineWide => assert!(run(&mut sandbox.host_demo(&["telemetry", "off"])).status.success()),
        }
    }

    /// A command under it.
    fn command(self, sandbox: &Sandbox, args: &[&str]) -> Command {
        let mut command = sandbox.host_demo(args);
        if let Self::Variable(name, value) = self {
            command.env(name, value);
        }
        command
    }
}

fn connected() -> (Sandbox, Collector) {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    (sandbox, collector)
}

/// Runs a command with the plugin until its sender has ended too, and without: output and exit code
/// are the same.
fn assert_same_as_without_plugins(sandbox: &Sandbox) {
    let with = sandbox.run_with_sender(&["catalog", "list"]);
    let without = run(&mut sandbox.host_demo(&["--no-plugins", "catalog", "list"]));
    assert!(with.status.success(), "{}", String::from_utf8_lossy(&with.stderr));
    assert_eq!((&with.stdout, with.status), (&without.stdout, without.status));
}

#[test]
fn a_refusing_project_whose_path_is_not_text_is_refused_all_the_same() {
    use std::os::unix::ffi::OsStrExt;

    let sandbox = with_telemetry();
    let project = sandbox.path("").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    copy_dir(&sandbox.project(), &project);
    fs::write(project.join(".telemetry"), "consent: false\n").unwrap();
    for args in [["info"].as_slice(), &["catalog", "list"]] {
        let output = run(sandbox.host_demo(args).current_dir(&project));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_nothing_recorded(&sandbox);
}

#[test]
fn a_refusing_project_that_cannot_be_read_is_refused_all_the_same() {
    let sandbox = with_telemetry();
    fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap();
    fs::write(sandbox.project().join("pyproject.toml"), "[tool.kedro]\npackage_name = \n").unwrap();
    assert!(!run(&mut sandbox.host_demo(&["info"])).status.success());
    assert_nothing_recorded(&sandbox);
}

#[test]
fn a_refusing_project_that_is_found_only_when_it_is_loaded_is_refused_all_the_same() {
    let sandbox = with_telemetry();
    fs::write(sandbox.project().join(".telemetry"), "consent: false\n").unwrap();
    let facts = json!({
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "is_found_late": true,
        "catalog": {"datasets": [], "pipelines": []},
    });
    let output = run(&mut sandbox.kedro_like(&facts, &[]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!sandbox.path("config/kedro").exists(), "an identity was made");
    assert_nothing_recorded_by_kedro(&sandbox);
}

/// An id would be all that such a command leaves, and in a file that is not its own.
#[test]
fn where_nothing_can_be_recorded_no_ids_are_made() {
    use std::os::unix::fs::PermissionsExt;
    for closed in ["config", "state"] {
        let (mut sandbox, collector) = (with_telemetry(), Collector::start());
        sandbox.configure_endpoint(&collector.endpoint());
        sandbox.drop_privileges();
        let before = sandbox.files();
        fs::set_permissions(sandbox.path(closed), PermissionsExt::from_mode(0o555)).unwrap();
        assert_same_as_without_plugins(&sandbox);
        fs::set_permissions(sandbox.path(closed), PermissionsExt::from_mode(0o755)).unwrap();
        assert!(sandbox.files() == before, "{closed}");
        assert!(collector.bodies().is_empty(), "{closed}");
    }
}

#[test]
fn a_refusal_that_comes_while_the_command_runs_leaves_no_ids() {
    let sandbox = with_telemetry();
    // The project's file is read when the command starts, and again when it ends.
    let facts = json!({
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "write_meanwhile": [sandbox.project().join(".telemetry"), "consent: false\n"],
    });
    let before = fs::read(sandbox.project().join("pyproject.toml")).unwrap();
    let output = run(&mut sandbox.kedro_like(&facts, &[]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(sandbox.project().join("pyproject.toml")).unwrap(), before);
    assert!(!sandbox.path("config/kedro").exists(), "an identity was made");
    assert_nothing_recorded_by_kedro(&sandbox);
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

/// Nothing waits in the queue, wherever the command ran.
fn assert_nothing_recorded(sandbox: &Sandbox) {
    let log = run(sandbox.host_demo(&["telemetry", "log"]).current_dir(sandbox.path("home")));
    assert_eq!(String::from_utf8_lossy(&log.stdout), "no events yet\n");
}

/// The same for the host that says it is Kedro, whose log is its own.
fn assert_nothing_recorded_by_kedro(sandbox: &Sandbox) {
    let log = run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "log"]));
    assert_eq!(String::from_utf8_lossy(&log.stdout), "no events yet\n");
}
