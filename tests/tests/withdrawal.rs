//! A "no" that comes while something is under way, and the notice that comes before anything is.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::Read,
    os::unix::fs::symlink,
    process::{Output, Stdio},
};

use serde_json::{Value, json};
use tests::{Collector, Sandbox, artifacts, faults::finish, lockless, run};

/// The commands of the host are those of a shell that says where its standard error goes.
fn in_shell(sandbox: &Sandbox, redirection: &str) -> Output {
    let command = sandbox.host_demo(&["info"]);
    let mut shell = sandbox.command("sh".as_ref());
    shell.args(["-c", &format!("\"$@\" {redirection}"), "sh"]).arg(command.get_program()).args(command.get_args());
    finish(shell.current_dir(sandbox.project()))
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    let output = finish(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

#[test]
fn consent_withdrawn_while_a_command_runs_leaves_nothing_of_it() {
    let refusals = [
        ("config/kedro-telemetry/kedro/consent.toml", "consent = false\n"),
        ("config/usage-telemetry/consent.toml", "consent = false\n"),
        ("project/.telemetry", "consent: false\n"),
    ];
    for (file, text) in refusals {
        let (sandbox, collector) = (with_telemetry(), Collector::start());
        assert!(run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "on"])).status.success());
        fs::create_dir_all(sandbox.path(file).parent().unwrap()).unwrap();
        let facts = json!({
            "endpoint": collector.endpoint(),
            "project": {"path": sandbox.project(), "package_name": "bakery"},
            "write_meanwhile": [sandbox.path(file), text],
        });
        assert!(sandbox.run_to_the_end(&sandbox.kedro_like(&facts, &[])).status.success());
        assert_eq!(collector.bodies().len(), 0, "{file}");
        let state = sandbox.path("state");
        let below: Vec<_> = sandbox.files().into_iter().filter(|(path, _)| path.starts_with(&state)).collect();
        assert!(below.iter().all(|(_, content)| content.is_empty()), "{file}: {below:?}");
    }
}

#[test]
fn off_in_mid_request_waits_for_it_and_each_event_has_one_outcome() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    collector.hold();
    assert!(finish(&mut sandbox.host_demo(&["info"])).status.success());
    let _ = collector.wait_for(1);
    // Recorded while the first is on its way.
    assert!(finish(&mut sandbox.host_demo(&["info"])).status.success());
    let mut command = sandbox.host_demo(&["telemetry", "off"]);
    let mut off = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = [0];
    off.stderr.as_mut().unwrap().read_exact(&mut told).unwrap();
    collector.release();
    let output = off.wait_with_output().unwrap();
    assert!(output.status.success());
    let requests = collector.bodies().len();
    let mut outcomes: Vec<(String, String)> = Vec::new();
    for line in log(&sandbox) {
        let outcome = line["outcome"].as_str().unwrap().to_owned();
        let keys = line["keys"].as_array().cloned().unwrap_or_default();
        let keys = keys.into_iter().chain([line["event"]["idempotency_key"].clone()]).filter(|key| !key.is_null());
        outcomes.extend(keys.map(|key| (key.as_str().unwrap().to_owned(), outcome.clone())));
    }
    outcomes.sort();
    let count = |wanted: &str| outcomes.iter().filter(|(_, outcome)| outcome == wanted).count();
    assert_eq!((outcomes.len(), count("sent"), count("dropped"), requests), (2, 1, 1, 1), "{outcomes:?}");
    outcomes.dedup_by(|one, other| one.0 == other.0);
    assert_eq!(outcomes.len(), 2, "one outcome for one event");
}

#[test]
fn the_notice_is_given_to_somebody_or_nothing_is_recorded() {
    for nobody in ["2>&-", "2>/dev/null", "2>/dev/full"] {
        let sandbox = with_telemetry();
        for _ in 0..2 {
            assert!(in_shell(&sandbox, nobody).status.success());
        }
        assert_eq!(log(&sandbox).len(), 0, "{nobody}");
        let somebody = in_shell(&sandbox, "");
        assert!(String::from_utf8_lossy(&somebody.stderr).contains("telemetry off"), "{nobody}: {somebody:?}");
        assert_eq!(log(&sandbox).len(), 1, "{nobody}");
        assert!(in_shell(&sandbox, nobody).status.success());
        assert_eq!(log(&sandbox).len(), 2, "{nobody}: who has been told is recorded");
    }
}

#[test]
fn whoever_reads_a_pipe_that_is_closed_is_not_told() {
    let sandbox = with_telemetry();
    let mut command = sandbox.host_demo(&["info"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(command.stderr(writer).status().unwrap().success());
    assert_eq!(log(&sandbox).len(), 0);
}

#[test]
fn a_choice_that_is_linked_is_written_through_the_link() {
    for is_there in [true, false] {
        let sandbox = with_telemetry();
        let kept = sandbox.path("home/dotfiles");
        fs::create_dir(&kept).unwrap();
        let (file, link) = (kept.join("consent.toml"), sandbox.path("config/kedro-telemetry/host-demo/consent.toml"));
        if is_there {
            fs::write(&file, "consent = true\n").unwrap();
        }
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&file, &link).unwrap();
        assert!(finish(&mut sandbox.host_demo(&["telemetry", "off"])).status.success());
        assert_eq!(fs::read_to_string(&file).unwrap(), "consent = false\n");
        assert!(link.is_symlink());
    }
}

#[test]
fn the_notice_never_undoes_a_choice_that_is_made_at_the_same_time() {
    for _ in 0..10 {
        let sandbox = with_telemetry();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| finish(&mut sandbox.host_demo(&["info"])));
            }
            scope.spawn(|| assert!(finish(&mut sandbox.host_demo(&["telemetry", "off"])).status.success()));
        });
        let status = finish(&mut sandbox.host_demo(&["telemetry", "status"]));
        assert!(String::from_utf8(status.stdout).unwrap().starts_with("telemetry  off"));
        assert!(!log(&sandbox).iter().any(|line| line["outcome"] == "queued"));
    }
}

#[test]
fn what_is_in_the_way_keeps_no_event_from_being_deleted() {
    let sandbox = with_telemetry();
    for _ in 0..3 {
        assert!(finish(&mut sandbox.host_demo(&["info"])).status.success());
    }
    let queue = sandbox.path("state/kedro-telemetry/host-demo/queue");
    for folder in ["new/.snapshot", "tmp/.snapshot", "new/0000000000000000"] {
        fs::create_dir(queue.join(folder)).unwrap();
    }
    fs::write(queue.join("new/notes.txt"), "mine").unwrap();
    let off = finish(&mut sandbox.host_demo(&["telemetry", "off"]));
    assert!(String::from_utf8(off.stdout).unwrap().ends_with("deleted 3 queued events\n"));
    assert_eq!(fs::read_to_string(queue.join("new/notes.txt")).unwrap(), "mine", "what is not ours is left alone");
}

/// Says whether this process may do what only root may.
fn is_root() -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        println!("passed over: this test needs root");
    }
    is_root
}

#[test]
fn under_the_home_of_another_user_nothing_is_recorded_or_made() {
    if !is_root() {
        return;
    }
    let sandbox = with_telemetry();
    let owner = |path: &str| std::os::unix::fs::chown(sandbox.path(path), Some(65534), Some(65534)).unwrap();
    ["config", "state", "home", "data"].into_iter().for_each(owner);
    let before = sandbox.files();
    let output = finish(&mut sandbox.host_demo(&["info"]));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert!(sandbox.files() == before, "something was made");
    let status = String::from_utf8(finish(&mut sandbox.host_demo(&["telemetry", "status"])).stdout).unwrap();
    assert!(status.starts_with("telemetry  off: ") && status.contains("belongs to another user"), "{status}");
}

#[test]
fn a_home_that_does_not_exist_is_not_made() {
    let sandbox = with_telemetry();
    let missing = sandbox.path("not/there");
    let mut command = sandbox.host_demo(&["info"]);
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env_remove(name);
    }
    let output = finish(command.env("HOME", &missing));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert!(!sandbox.path("not").exists());
}

#[test]
fn whatever_the_umask_only_the_user_can_change_what_was_decided() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_telemetry();
    for words in [&["info"][..], &["telemetry", "off"], &["telemetry", "off", "--all"]] {
        let command = sandbox.host_demo(words);
        let mut shell = sandbox.command("sh".as_ref());
        shell.args(["-c", "umask 000; \"$@\"", "sh"]).arg(command.get_program()).args(command.get_args());
        assert!(finish(shell.current_dir(sandbox.project())).status.success());
    }
    for folder in ["config/kedro-telemetry", "config/usage-telemetry", "state/kedro-telemetry"] {
        for (path, _) in sandbox.files().into_iter().filter(|(path, _)| path.starts_with(sandbox.path(folder))) {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{} {mode:o}", path.display());
        }
    }
}

#[test]
fn a_choice_that_others_can_change_is_taken_for_a_refusal() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_telemetry();
    assert!(finish(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    let folder = sandbox.path("config/kedro-telemetry/host-demo");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(finish(&mut sandbox.host_demo(&["info"])).status.success());
    assert_eq!(log(&sandbox).len(), 0);
    let status = String::from_utf8(finish(&mut sandbox.host_demo(&["telemetry", "status"])).stdout).unwrap();
    assert!(status.starts_with("telemetry  off: ") && status.contains("can be changed by other users"), "{status}");
}

#[test]
fn a_file_endpoint_is_not_written_through_the_link_of_another_user() {
    if !is_root() {
        return;
    }
    let sandbox = with_telemetry();
    let (endpoint, victim) = (sandbox.path("usage.ndjson"), sandbox.path("home/victim"));
    fs::write(&victim, "precious\n").unwrap();
    symlink(&victim, &endpoint).unwrap();
    std::os::unix::fs::lchown(&endpoint, Some(65534), None).unwrap();
    sandbox.set_endpoint(&format!("file://{}", endpoint.display()));
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious\n");
    let outcomes: Vec<_> = log(&sandbox).iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["kept", "queued"]);
    // A link of one's own is.
    fs::remove_file(&endpoint).unwrap();
    symlink(&victim, &endpoint).unwrap();
    assert!(finish(&mut sandbox.host_demo(&["telemetry", "flush"])).status.success());
    assert_eq!(fs::read_to_string(&victim).unwrap().lines().count(), 2);
}

#[test]
fn what_is_secret_in_an_endpoint_is_shown_nowhere() {
    let sandbox = with_telemetry();
    sandbox.set_endpoint("http://ada:s3cret@127.0.0.1:1/s3cret-s3cret-s3cret-s3cret?token=s3cret#s3cret");
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    for words in [&["telemetry", "status"][..], &["telemetry", "log"], &["telemetry", "flush"], &["-v", "info"]] {
        let output = finish(&mut sandbox.host_demo(words));
        let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!told.contains("s3cret") && !told.contains("ada"), "{words:?}: {told}");
    }
    let log = fs::read_to_string(sandbox.path("state/kedro-telemetry/host-demo/log.ndjson")).unwrap();
    assert!(!log.contains("s3cret"), "{log}");
}

/// Where files cannot be locked, as on some network file systems.
#[cfg(target_os = "linux")]
#[test]
fn without_locks_events_are_delivered_once_all_the_same() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    let library = lockless::library(&sandbox).unwrap();
    for _ in 0..3 {
        let mut command = sandbox.host_demo(&["info"]);
        command.env("LD_PRELOAD", &library);
        assert!(sandbox.run_to_the_end(&command).status.success());
    }
    assert_eq!(log(&sandbox).iter().filter(|line| line["outcome"] == "sent").count(), 3);
    assert_eq!(collector.account().acknowledged.len(), 3);
}

/// A container whose first process is the command, with which all others end.
#[cfg(target_os = "linux")]
#[test]
fn as_the_first_process_of_a_container_a_command_keeps_its_events_and_status_says_so() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    sandbox.set_endpoint(&collector.endpoint());
    let contained = |words: &[&str]| {
        let command = sandbox.host_demo(words);
        let mut unshare = sandbox.command("unshare".as_ref());
        unshare.args(["--pid", "--fork", "--mount-proc"]).arg(command.get_program()).args(command.get_args());
        finish(unshare.current_dir(sandbox.project()))
    };
    let output = contained(&["info"]);
    if !output.status.success() {
        println!("passed over: this test needs `unshare`, and root: {output:?}");
        return;
    }
    assert_eq!(log(&sandbox).len(), 1);
    let status = String::from_utf8(contained(&["telemetry", "status"]).stdout).unwrap();
    assert!(status.contains("the first process of a container"), "{status}");
    assert!(status.contains("delivery = \"blocking\""), "{status}");
    assert!(contained(&["telemetry", "flush"]).status.success());
    assert_eq!(collector.bodies().len(), 1);
}
