//! `plugins.lock`: what was installed is what is loaded.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::Value;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
use tests::damage::InstalledPlugin;
use tests::{Sandbox, artifacts, run};

const KILLS: u32 = 40;

fn noop() -> PathBuf {
    artifacts().fixture("noop")
}

fn installed(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("data/host-demo/plugins").join(noop().file_name().unwrap())
}

fn lock(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("data/host-demo/plugins/plugins.lock")
}

fn install(sandbox: &Sandbox) {
    let output = run(&mut sandbox.host_demo(&["plugin", "install", noop().to_str().unwrap()]));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

/// A copy of the fixture `noop` that says it is of another version.
fn noop_of_version(sandbox: &Sandbox, version: &str) -> PathBuf {
    let (own, other) = ("version=0.1.0\napi".as_bytes(), format!("version={version}\napi"));
    assert_eq!(own.len(), other.len());
    let mut library = fs::read(noop()).unwrap();
    let at = library.windows(own.len()).position(|window| window == own).expect("a manifest");
    library[at..at + own.len()].copy_from_slice(other.as_bytes());
    let path = sandbox.path(&format!("noop-{version}.so"));
    fs::write(&path, library).unwrap();
    path
}

/// What a command says on standard error; it does its work all the same.
#[track_caller]
fn warnings(sandbox: &Sandbox) -> String {
    let output = run(&mut sandbox.host_demo(&["info"]));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The one plugin, as `plugin list` has it.
fn listed(sandbox: &Sandbox) -> Value {
    let output = run(&mut sandbox.host_demo(&["plugin", "list", "--format", "json"]));
    assert!(output.status.success(), "{output:?}");
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(list["plugins"].as_array().unwrap().len(), 1, "{list}");
    list["plugins"][0].clone()
}

#[test]
fn an_installed_plugin_is_locked_with_all_that_is_known_of_it() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    assert_eq!(warnings(&sandbox), "");
    let lock: toml::Table = fs::read_to_string(lock(&sandbox)).unwrap().parse().unwrap();
    let plugin = &lock["plugin"][0];
    assert_eq!((plugin["name"].as_str(), plugin["version"].as_str()), (Some("noop"), Some("0.1.0")));
    assert_eq!(plugin["origin"].as_str(), noop().to_str());
    assert_eq!(plugin["command"].as_str(), Some("plugin install"));
    assert!(plugin["installed"].as_str().unwrap().ends_with('Z'));
    let digests = plugin["digest"].as_table().unwrap();
    assert!(digests.iter().all(|(_, digest)| digest.as_str().unwrap().starts_with("sha256:")) && digests.len() == 1);
    assert_eq!((&listed(&sandbox)["locked"], &listed(&sandbox)["state"]), (&true.into(), &"enabled".into()));
}

/// Wherever the byte is, however it came there, and whatever the file's times say. The thousand of
/// them are `cargo xtask loader-campaign`.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[test]
fn of_libraries_with_one_damaged_byte_none_is_loaded() {
    let installed = InstalledPlugin::new(artifacts());
    let mut rng = fastrand::Rng::with_seed(15);
    let faults: Vec<_> =
        (0..installed.places() * 2).filter_map(|number| installed.fault_of_damaged(number, &mut rng)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(installed.is_whole_again());
}

#[test]
fn every_library_is_read_where_one_asks() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    let verify = || run(&mut sandbox.host_demo(&["plugin", "verify", "--all"]));
    assert!(verify().status.success());
    let mut damaged = fs::read(noop()).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(installed(&sandbox), damaged).unwrap();
    let output = verify();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("changed"), "{output:?}");
    install(&sandbox);
    assert_eq!(warnings(&sandbox), "");
    assert!(verify().status.success());
}

#[test]
fn a_library_put_in_the_place_of_an_installed_one_is_not_loaded_and_the_line_says_what_to_do() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    fs::copy(noop_of_version(&sandbox, "0.9.0"), installed(&sandbox)).unwrap();
    let said = warnings(&sandbox);
    assert!(said.contains("its content is not that of `noop` 0.1.0") && said.contains("install it again"), "{said}");
    assert_eq!(listed(&sandbox)["state"], "changed");
    assert!(run(&mut sandbox.host_demo(&["plugin", "remove", "noop"])).status.success());
    assert!(!lock(&sandbox).exists(), "nothing is installed any more");
    fs::copy(noop(), installed(&sandbox)).unwrap();
    assert_eq!(warnings(&sandbox), "", "put there by hand, it is loaded");
}

#[test]
fn a_library_put_there_by_hand_is_loaded_unless_the_settings_say_otherwise() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(installed(&sandbox).parent().unwrap()).unwrap();
    fs::copy(noop(), installed(&sandbox)).unwrap();
    let config = sandbox.path("config/host-demo/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    for (setting, said, state) in [
        ("", "", "enabled"),
        ("[trust]\nunlocked = \"allow\"", "", "enabled"),
        ("[trust]\nunlocked = \"warn\"", "was put there by hand", "enabled"),
        ("[trust]\nunlocked = \"refuse\"", "is not loaded: it was put there by hand", "refused"),
    ] {
        fs::write(&config, setting).unwrap();
        let found = warnings(&sandbox);
        assert!(found.contains(said) && found.is_empty() == said.is_empty(), "{setting}: {found}");
        let listed = listed(&sandbox);
        assert_eq!((&listed["state"], &listed["locked"]), (&state.into(), &false.into()), "{setting}");
    }
    install(&sandbox);
    assert_eq!(warnings(&sandbox), "", "what is installed is locked");
    fs::write(&config, "[trust]\nunlocked = \"sometimes\"").unwrap();
    let output = run(&mut sandbox.host_demo(&["info"]));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`trust.unlocked` must be one of"), "{output:?}");
}

/// A backup that was put back, or another disk: the content counts, and is read once.
#[test]
fn the_same_content_in_another_file_is_what_was_installed() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    let path = installed(&sandbox);
    fs::remove_file(&path).unwrap();
    fs::copy(noop(), &path).unwrap();
    let before = fs::read_to_string(lock(&sandbox)).unwrap();
    assert_eq!(warnings(&sandbox), "");
    let after = fs::read_to_string(lock(&sandbox)).unwrap();
    assert_ne!(before, after, "the new state is remembered");
    assert_eq!(warnings(&sandbox), "");
    assert_eq!(fs::read_to_string(lock(&sandbox)).unwrap(), after);
}

#[test]
fn a_lock_that_cannot_be_read_lets_nothing_pass() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    for text in ["version = 1\n[[plugin]]\nname = 3", "version = 7", "half a l", "[["] {
        fs::write(lock(&sandbox), text).unwrap();
        let said = warnings(&sandbox);
        assert!(said.contains("cannot read what was installed from") && said.lines().count() == 1, "{text}: {said}");
    }
    fs::remove_file(lock(&sandbox)).unwrap();
    assert_eq!((warnings(&sandbox).as_str(), &listed(&sandbox)["locked"]), ("", &false.into()));
}

#[test]
fn an_older_version_is_installed_only_by_a_flag() {
    let sandbox = Sandbox::new();
    let (old, new) = (noop(), noop_of_version(&sandbox, "0.9.0"));
    let install = |path: &Path, flags: &[&str]| {
        run(&mut sandbox.host_demo(&[&["plugin", "install", path.to_str().unwrap()], flags].concat()))
    };
    assert!(install(&new, &[]).status.success());
    let refused = install(&old, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("0.1.0 is older than 0.9.0") && said.contains("--allow-downgrade"), "{said}");
    assert_eq!(listed(&sandbox)["version"], "0.9.0");
    assert!(install(&old, &["--allow-downgrade"]).status.success());
    assert_eq!((&listed(&sandbox)["version"], &listed(&sandbox)["locked"]), (&"0.1.0".into(), &true.into()));
}

/// Killed at any time, an install leaves the old plugin or the new one, and the lock tells which.
#[test]
fn a_killed_install_leaves_one_plugin_that_is_locked() {
    let sandbox = Sandbox::new();
    install(&sandbox);
    let other = noop_of_version(&sandbox, "0.9.0");
    for number in 0..KILLS {
        let library = if number % 2 == 0 { &other } else { &noop() };
        let args = ["plugin", "install", "--allow-downgrade", library.to_str().unwrap()];
        let mut command = sandbox.host_demo(&args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(u64::from(number * 2)));
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(warnings(&sandbox), "", "kill {number}");
        let listed = listed(&sandbox);
        assert_eq!((&listed["state"], &listed["locked"]), (&"enabled".into(), &true.into()), "kill {number}: {listed}");
    }
}
