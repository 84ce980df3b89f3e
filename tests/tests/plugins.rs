//! Plugins of every kind in the plugin directory, and what the host's commands make of them: the
//! same, with a line of warning at most.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path, process::Output};

use serde_json::Value;
use tests::{Collector, Sandbox, artifacts, run};

/// One that reads the catalog, one that does not, one that fails, and one that there is not.
const COMMANDS: [&[&str]; 4] = [&["catalog", "list"], &["info"], &["catalog", "list", "--env", "nowhere"], &["bogus"]];

#[test]
fn a_command_is_the_same_with_the_telemetry_plugin_and_without() {
    let sandbox = Sandbox::new();
    let without = outputs(&sandbox);
    assert_eq!(without.iter().map(|output| output.status.code().unwrap()).collect::<Vec<_>>(), [0, 0, 1, 2]);
    sandbox.install(&artifacts().telemetry());
    assert!(run(&mut sandbox.host_demo(&["telemetry", "on"])).status.success());
    assert_eq!(outputs(&sandbox), without);
}

#[test]
fn what_each_plugin_costs_is_told_where_one_asks() {
    let sandbox = Sandbox::new();
    for plugin in ["noop", "panicking_hook"] {
        sandbox.install(&artifacts().fixture(plugin));
    }
    let plain = run(&mut sandbox.host_demo(&["catalog", "list"]));
    let timed = run(&mut sandbox.host_demo(&["--timings", "catalog", "list"]));
    assert_eq!((timed.status.code(), &timed.stdout), (plain.status.code(), &plain.stdout));
    let [plain, timed] = [plain.stderr, timed.stderr].map(|text| String::from_utf8(text).unwrap());
    let table = timed.strip_prefix(&plain).expect("what is said otherwise comes first");
    let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap(), ["PLUGIN", "WHAT", "TIMES", "MS"]);
    let rows: Vec<_> = rows.collect();
    assert!(rows.iter().all(|row| row.len() == 4 && row[3].parse::<f64>().is_ok_and(|ms| ms >= 0.0)), "{table}");
    for expected in [
        ["noop", "(look)", "1"],
        ["noop", "(load)", "1"],
        ["panicking-hook", "(load)", "1"],
        ["panicking-hook", "before_command_run", "1"],
    ] {
        assert!(rows.iter().any(|row| row.starts_with(&expected)), "{expected:?} in {table}");
    }
}

#[test]
fn a_text_file_is_no_plugin() {
    let (sandbox, path) = with_file(b"not a library\n");
    assert_one_warning(&sandbox, &[&path, "not a shared library"]);
    assert_listed_as_broken(&sandbox, &path, "not a shared library");
}

#[test]
fn an_empty_file_is_no_plugin() {
    let (sandbox, path) = with_file(b"");
    assert_one_warning(&sandbox, &[&path, "not a shared library"]);
    assert_listed_as_broken(&sandbox, &path, "not a shared library");
}

#[test]
fn a_truncated_library_is_told_however_little_is_missing() {
    let whole = fs::read(artifacts().telemetry()).unwrap();
    let len = whole.len();
    for length in [1, 16, 64, 1024, 4096, len / 4, len / 2, len / 4 * 3, len - 1] {
        let (sandbox, path) = with_file(&whole[..length]);
        let listed = assert_listed_as_broken(&sandbox, &path, "");
        assert!(listed.contains("incomplete") || listed.contains("not a shared library"), "{length}: {listed}");
        assert_one_warning(&sandbox, &[&path, &listed]);
    }
}

#[test]
fn a_damaged_library_harms_no_command() {
    let mut library = fs::read(artifacts().fixture("noop")).unwrap();
    // What it begins with stays; everything that it points to is gone.
    library[64..].fill(0);
    let (sandbox, path) = with_file(&library);
    assert_one_warning(&sandbox, &[&path]);
}

#[test]
fn a_directory_with_the_name_of_a_library_is_no_plugin() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("plugins/libx.so");
    fs::create_dir(&path).unwrap();
    let path = path.to_str().unwrap();
    assert_one_warning(&sandbox, &[path, "not a regular file"]);
    assert_listed_as_broken(&sandbox, path, "not a regular file");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_no_plugin() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("plugins/libx.so");
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert_one_warning(&sandbox, &[path.to_str().unwrap(), "No such file"]);
}

#[test]
fn a_library_that_is_no_plugin_is_told() {
    let sandbox = Sandbox::new();
    sandbox.install_as(&artifacts().fixture("no_plugin"), "libx.so");
    let path = sandbox.path("plugins/libx.so");
    assert_one_warning(&sandbox, &[path.to_str().unwrap(), "not a plugin"]);
    assert_listed_as_broken(&sandbox, path.to_str().unwrap(), "not a plugin");
}

#[test]
fn a_plugin_that_cannot_be_made_says_why() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("failing_start"));
    assert_one_warning(&sandbox, &["failing-start", "failed while starting", "the fixture has no licence"]);
}

#[test]
fn a_panic_while_starting_is_one_line_that_names_plugin_and_message() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("panicking_start"));
    assert_one_warning(&sandbox, &["panicking-start", "panicked while starting", "no hooks today"]);
}

#[test]
fn a_panic_in_a_hook_is_one_line_that_names_plugin_hook_and_message_once() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("panicking_hook"));
    assert_one_warning(&sandbox, &["panicking-hook", "before_command_run", "panicked", "the fixture fell over"]);
}

#[test]
fn of_two_libraries_with_one_plugin_name_the_first_is_used() {
    let sandbox = Sandbox::new();
    sandbox.install_as(&artifacts().fixture("noop"), "liba.so");
    sandbox.install_as(&artifacts().fixture("noop"), "libb.so");
    let (first, second) = (sandbox.path("plugins/liba.so"), sandbox.path("plugins/libb.so"));
    assert_one_warning(&sandbox, &[first.to_str().unwrap(), second.to_str().unwrap(), "same name"]);
    let listed = list(&sandbox);
    assert_eq!(listed[0]["state"], "enabled");
    assert_eq!(listed[0]["path"], first.to_str().unwrap());
    assert_eq!(listed[1]["state"], "shadowed");
    assert!(listed[1]["reason"].as_str().unwrap().contains(first.to_str().unwrap()), "{listed:?}");
}

#[test]
fn a_broken_plugin_keeps_no_sound_one_from_its_work() {
    let sandbox = Sandbox::new();
    sandbox.install_as(&artifacts().fixture("panicking_hook"), "liba.so");
    fs::write(sandbox.path("plugins/libb.so"), "text").unwrap();
    sandbox.install(&artifacts().telemetry());
    let collector = Collector::start();
    sandbox.set_endpoint(&collector.endpoint());
    assert!(sandbox.run_with_sender(&["info"]).status.success());
    assert_eq!(collector.wait_for(1)[0]["properties"]["command"], "host-demo info");
}

#[cfg(unix)]
#[test]
fn an_unreadable_plugin_directory_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let mut sandbox = Sandbox::new();
    sandbox.drop_privileges();
    let plugins = sandbox.path("plugins");
    fs::set_permissions(&plugins, PermissionsExt::from_mode(0o000)).unwrap();
    assert_one_warning(&sandbox, &[plugins.to_str().unwrap(), "Permission denied"]);
    // So that the sandbox can be removed.
    fs::set_permissions(&plugins, PermissionsExt::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn an_unreadable_library_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let mut sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("noop"));
    sandbox.drop_privileges();
    let library = sandbox.path("plugins/libnoop.so");
    fs::set_permissions(&library, PermissionsExt::from_mode(0o000)).unwrap();
    assert_one_warning(&sandbox, &[library.to_str().unwrap(), "Permission denied"]);
    assert_listed_as_broken(&sandbox, library.to_str().unwrap(), "Permission denied");
}

#[cfg(unix)]
#[test]
fn what_others_can_write_to_is_refused_and_not_loaded() {
    use std::os::unix::fs::PermissionsExt;

    let (directory, library) = ("plugins", "plugins/libeager_start.so");
    for (path, mode) in [(directory, 0o775), (directory, 0o757), (library, 0o664), (library, 0o646)] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().fixture("eager_start"));
        let path = sandbox.path(path);
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let mode = format!("{mode:o}");
        assert_not_loaded(&sandbox);
        assert_one_warning(&sandbox, &["others can write", path.to_str().unwrap(), &mode, "chmod go-w"]);
        assert_listed_as_broken(&sandbox, path.to_str().unwrap(), "others can write");

        let trace = sandbox.path("loaded");
        let mut trusting = sandbox.host_demo(&["info"]);
        trusting.env("HOST_DEMO_PLUGIN_TRUST", "everyone").env("FIXTURE_TRACE", &trace);
        assert_eq!(text(&run(&mut trusting).stderr), "");
        assert!(trace.exists(), "the user may trust everyone");
    }
}

#[cfg(unix)]
#[test]
fn what_belongs_to_another_user_is_refused_and_not_loaded() {
    use std::os::unix::fs::MetadataExt;

    for path in ["plugins", "plugins/libeager_start.so"] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().fixture("eager_start"));
        let path = sandbox.path(path);
        if fs::metadata(&path).unwrap().uid() != 0 {
            println!("passed over: only root can give a file to another user");
            return;
        }
        std::os::unix::fs::chown(&path, Some(54321), None).unwrap();
        assert_not_loaded(&sandbox);
        assert_one_warning(&sandbox, &[path.to_str().unwrap(), "another user", "54321"]);
    }
}

#[test]
fn a_plugin_directory_that_does_not_exist_is_told() {
    let sandbox = Sandbox::new();
    fs::remove_dir(sandbox.path("plugins")).unwrap();
    assert_one_warning(&sandbox, &[sandbox.path("plugins").to_str().unwrap(), "does not exist"]);
}

#[test]
fn plugins_are_listed_without_being_loaded() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("eager_start"));
    let trace = sandbox.path("loaded");
    for format in ["table", "json"] {
        let output = run(sandbox.host_demo(&["plugin", "list", "--format", format]).env("FIXTURE_TRACE", &trace));
        assert!(output.status.success());
        assert!(text(&output.stdout).contains("eager-start"), "{}", text(&output.stdout));
        assert_eq!(text(&output.stderr), "");
        assert!(!trace.exists(), "the list loaded the plugin");
    }
    let _ = run(sandbox.host_demo(&["--no-plugin", "eager-start", "info"]).env("FIXTURE_TRACE", &trace));
    assert!(!trace.exists(), "a blocked plugin was loaded");
    let _ = run(sandbox.host_demo(&["info"]).env("FIXTURE_TRACE", &trace));
    assert!(trace.exists(), "the fixture shows when it is loaded");
}

#[test]
fn the_list_shows_every_plugin_with_its_state() {
    let sandbox = Sandbox::new();
    for (fixture, name) in
        [("noop", "liba.so"), ("noop", "libb.so"), ("no_plugin", "libc.so"), ("failing_start", "libd.so")]
    {
        sandbox.install_as(&artifacts().fixture(fixture), name);
    }
    fs::write(sandbox.path("plugins/libe.so"), "").unwrap();
    fs::write(sandbox.path("plugins/README.txt"), "").unwrap();
    fs::write(sandbox.path("plugins/.hidden.so"), "").unwrap();

    let blocked = run(&mut sandbox.host_demo(&["--no-plugin", "failing-start", "plugin", "list", "--format", "json"]));
    let document: Value = serde_json::from_slice(&blocked.stdout).unwrap();
    let listed: Vec<_> =
        document["plugins"].as_array().unwrap().iter().map(|plugin| [&plugin["name"], &plugin["state"]]).collect();
    let null = Value::Null;
    let (noop, failing) = (Value::from("noop"), Value::from("failing-start"));
    let [enabled, shadowed, broken, by_user] = ["enabled", "shadowed", "broken", "blocked"].map(Value::from);
    assert_eq!(
        listed,
        [[&noop, &enabled], [&noop, &shadowed], [&null, &broken], [&failing, &by_user], [&null, &broken]]
    );

    let table = text(&run(&mut sandbox.host_demo(&["plugin", "list"])).stdout);
    let (directory, rows) = table.split_once('\n').unwrap();
    assert_eq!(directory, sandbox.path("plugins").to_str().unwrap());
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(rows.len(), 6, "{table}");
    for (row, state) in rows.iter().zip(["STATE", "enabled", "shadowed", "broken", "enabled", "broken"]) {
        assert!(row.contains(state), "{row}");
    }
    assert!(rows[1].contains(env!("CARGO_PKG_VERSION")), "the version: {table}");
}

#[test]
fn without_any_plugin_the_list_says_so() {
    let output = run(&mut Sandbox::new().host_demo(&["plugin", "list"]));
    assert_eq!(text(&output.stdout), "No plugins found.\n");
}

#[test]
fn taking_the_library_away_between_two_commands_ends_telemetry() {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install_as(&artifacts().telemetry(), "libkedro_telemetry.so");
    sandbox.set_endpoint(&collector.endpoint());
    let with = sandbox.run_with_sender(&["catalog", "list"]);
    assert_eq!(collector.wait_for(1).len(), 1);

    sandbox.uninstall("libkedro_telemetry.so");
    let before = sandbox.files();
    let without = sandbox.run_with_sender(&["catalog", "list"]);
    assert_eq!((with.stdout, with.status), (without.stdout, without.status));
    assert_eq!(text(&without.stderr), "");
    assert!(sandbox.files() == before);
    assert_eq!(collector.bodies().len(), 1);
    assert_eq!(run(&mut sandbox.host_demo(&["telemetry", "status"])).status.code(), Some(2), "its commands are gone");
}

#[cfg(unix)]
#[test]
fn no_mistake_elsewhere_brings_back_plugins_that_are_left_out() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let before = sandbox.files();
    let broken = OsStr::from_bytes(b"\xff");
    let mistakes: [&[&OsStr]; 6] = [
        &["--project".as_ref(), "".as_ref()],
        &["--config".as_ref(), "".as_ref()],
        &["--env".as_ref(), broken],
        &["--plugin-dir".as_ref(), "".as_ref()],
        &["--verbose=yes".as_ref()],
        &["--no-plugins=now".as_ref()],
    ];
    let refusals: [&[&OsStr]; 3] = [
        &["--no-plugins".as_ref()],
        &["--no-plugin".as_ref(), "kedro-telemetry".as_ref()],
        &["--no-plugin=kedro-telemetry".as_ref()],
    ];
    for mistake in mistakes {
        for refusal in refusals {
            for options in [[mistake, refusal].concat(), [refusal, mistake].concat()] {
                let mut command = sandbox.host_demo(&[]);
                let output = run(command.args(&options).arg("info"));
                assert_eq!(output.status.code(), Some(2), "{options:?}");
                assert!(sandbox.files() == before, "{options:?}");
                assert!(!text(&output.stderr).contains("anonymous usage"), "{options:?}");
            }
        }
    }
}

#[test]
fn options_leave_out_all_plugins_or_one() {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    sandbox.install(&artifacts().fixture("failing_start"));
    sandbox.set_endpoint(&collector.endpoint());
    let before = sandbox.files();

    let warnings = |options: &[&str]| text(&sandbox.run_with_sender(&[options, &["info"]].concat()).stderr);
    assert_eq!(warnings(&["--no-plugins"]), "");
    assert_eq!(warnings(&["--no-plugin", "kedro-telemetry", "--no-plugin", "failing-start"]), "");
    assert_eq!(warnings(&["--no-plugin", "kedro-telemetry"]).lines().count(), 1);
    assert!(sandbox.files() == before);
    assert!(collector.bodies().is_empty());

    // An option counts wherever it stands.
    assert_eq!(text(&sandbox.run_with_sender(&["info", "--no-plugins"]).stderr), "");
    assert!(!warnings(&["--no-plugin", "failing-start"]).contains("failing-start"));
    assert_eq!(collector.wait_for(1)[0]["properties"]["command"], "host-demo info");
}

#[test]
fn neither_the_current_directory_nor_the_project_is_a_plugin_directory() {
    let sandbox = Sandbox::new();
    for dir in ["project", "project/plugins", "project/.local/share/host-demo/plugins"] {
        fs::create_dir_all(sandbox.path(dir)).unwrap();
        sandbox.install_as(&artifacts().fixture("failing_start"), &format!("../{dir}/libx.so"));
    }
    let output = run(sandbox.host_demo(&["info"]).env("HOST_DEMO_PLUGIN_PATH", ".:plugins:"));
    assert_eq!(text(&output.stderr), "");
    let output = run(sandbox.host_demo(&["info"]).env_remove("XDG_DATA_HOME").env("HOME", "."));
    assert_eq!(text(&output.stderr), "", "a relative home leads into the current directory");
}

/// A sandbox with a file `libx.so` in its plugin directory, and the path of that.
fn with_file(content: &[u8]) -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    let path = sandbox.path("plugins/libx.so");
    fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (sandbox, path)
}

fn outputs(sandbox: &Sandbox) -> Vec<Output> {
    COMMANDS.iter().map(|args| run(&mut sandbox.host_demo(args))).collect()
}

/// Every command gives the same output and exit code as without plugins, and one warning more that
/// has each of these once.
fn assert_one_warning(sandbox: &Sandbox, parts: &[&str]) {
    for args in COMMANDS {
        let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], args].concat()));
        let with = run(&mut sandbox.host_demo(args));
        assert_eq!(with.status, without.status, "{args:?}: {}", text(&with.stderr));
        assert_eq!(with.stdout, without.stdout, "{args:?}");
        let (messages, warnings): (Vec<String>, Vec<String>) =
            text(&with.stderr).lines().map(str::to_owned).partition(|line| !line.starts_with("warning: "));
        assert_eq!(messages, text(&without.stderr).lines().collect::<Vec<_>>(), "{args:?}");
        assert_eq!(warnings.len(), 1, "{args:?}: {warnings:#?}");
        for part in parts {
            assert!(warnings[0].contains(part), "`{part}` is not in: {}", warnings[0]);
        }
    }
}

/// The fixture `eager_start` shows when it is loaded: it is not.
#[cfg(unix)]
fn assert_not_loaded(sandbox: &Sandbox) {
    let trace = sandbox.path("loaded");
    let _ = run(sandbox.host_demo(&["info"]).env("FIXTURE_TRACE", &trace));
    assert!(!trace.exists(), "a plugin that is not to be trusted was loaded");
}

/// The library is listed as broken for this reason; gives the whole reason.
fn assert_listed_as_broken(sandbox: &Sandbox, path: &str, reason: &str) -> String {
    let listed = list(sandbox);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["state"], "broken");
    assert_eq!(listed[0]["path"], path);
    let whole = listed[0]["reason"].as_str().unwrap().to_owned();
    assert!(whole.contains(reason), "`{reason}` is not in: {whole}");
    let table = text(&run(&mut sandbox.host_demo(&["plugin", "list"])).stdout);
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    assert!(table.contains("broken") && table.contains(name), "{table}");
    whole
}

fn list(sandbox: &Sandbox) -> Vec<Value> {
    let output = run(&mut sandbox.host_demo(&["plugin", "list", "--format", "json"]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["plugins"].as_array().unwrap().clone()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
