//! Files, folders and homes that are not as a program would have them: pipes and devices in the
//! place of files, a limit on what may be written, somebody else's home, a lock that another holds.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt, chown, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tests::{Sandbox, artifacts, run_in_time};

/// `host-demo ARGS` under the limits that `ulimit` sets.
fn limited(sandbox: &Sandbox, limit: &str, args: &[&str]) -> Output {
    let host = sandbox.host_demo(args);
    let mut shell = sandbox.command(Path::new("sh"));
    shell.arg("-c").arg(format!("ulimit {limit}; exec \"$0\" \"$@\"")).arg(host.get_program()).args(host.get_args());
    run_in_time(shell.current_dir(sandbox.project()), "")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one line of a command that failed.
#[track_caller]
fn error(output: &Output) -> String {
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(line.starts_with("error: ") && line.matches('\n').count() == 1, "{line}");
    line
}

/// Puts a pipe, a device, a folder or a file that is far too large in the place of a file.
fn replace_by(kind: &str, path: &Path) {
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    match kind {
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "device" => symlink("/dev/zero", path).unwrap(),
        "folder" => fs::create_dir(path).unwrap(),
        _ => File::create(path).unwrap().set_len(3 << 30).unwrap(),
    }
}

#[test]
fn no_file_that_is_none_is_waited_for_or_read_whole() {
    for kind in ["pipe", "device", "folder", "huge"] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().fixture("noop"));
        let read = |args: &[&str]| limited(&sandbox, "-v 1000000", args);
        let config = sandbox.path("config/host-demo/config.toml");
        replace_by(kind, &config);
        let line = error(&read(&["info"]));
        assert!(
            line.starts_with(&format!("error: cannot read the configuration {}: it is ", config.display())),
            "{line}"
        );
        assert!(read(&["--no-plugins", "info"]).status.success());
        let _ = fs::remove_dir(&config);
        let _ = fs::remove_file(&config);

        let disabled = sandbox.path("config/host-demo/plugins.toml");
        replace_by(kind, &disabled);
        let line = text(&read(&["info"]).stderr);
        assert!(line.starts_with("warning: no plugins are loaded: cannot read which plugins are disabled"), "{line}");
        error(&read(&["plugin", "disable", "noop"]));
        let _ = fs::remove_dir(&disabled);
        let _ = fs::remove_file(&disabled);

        replace_by(kind, &sandbox.path("plugins/libx.so"));
        let line = text(&read(&["info"]).stderr);
        assert!(line.starts_with("warning: cannot load the plugin ") && line.matches('\n').count() == 1, "{line}");
        error(&read(&["plugin", "install", sandbox.path("plugins/libx.so").to_str().unwrap()]));

        for file in ["conf/base/catalog.yml", "src/bakery/settings.py", "pyproject.toml"] {
            replace_by(kind, &sandbox.project().join(file));
            for args in [&["catalog", "list"][..], &["registry", "list"], &["info"]] {
                let ended = read(&[&["--no-plugins"], args].concat());
                assert!(ended.status.code().is_some_and(|code| code < 2), "{kind} {file}: {ended:?}");
            }
        }
    }
}

#[test]
fn under_a_limit_on_files_a_command_is_as_without_plugins() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox.set_endpoint("http://127.0.0.1:9/");
    for args in [&["catalog", "list"][..], &["info"]] {
        let without = run_in_time(&mut sandbox.host_demo(&[&["--no-plugins"], args].concat()), "");
        let with = limited(&sandbox, "-f 0", args);
        assert_eq!((with.status, &with.stdout), (without.status, &without.stdout), "{}", text(&with.stderr));
    }
    // Events that wait, and a log to be written to.
    run_in_time(&mut sandbox.host_demo(&["info"]), "");
    for args in [&["telemetry", "off"][..], &["telemetry", "flush"], &["telemetry", "purge"]] {
        let ended = limited(&sandbox, "-f 0", args);
        assert!(ended.status.code().is_some(), "{args:?}: {ended:?}");
    }
}

#[test]
fn under_a_limit_on_files_what_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("noop"));
    let library = sandbox.path("plugins/libnoop.so");
    let api = tests::workspace().join("plugin-api");
    for args in [
        &["new", "Shop"][..],
        &["plugin", "new", "tea", "--api-path", api.to_str().unwrap()],
        &["plugin", "disable", "noop"],
        &["plugin", "install", library.to_str().unwrap()],
    ] {
        let line = error(&limited(&sandbox, "-f 0", args));
        assert!(line.contains("File too large"), "{line}");
    }
    assert!(!sandbox.path("project/shop").exists() && !sandbox.path("project/tea").exists());
}

/// `host-demo ARGS` with this home, and all that is derived from it.
fn at_home(sandbox: &Sandbox, home: &Path, args: &[&str]) -> Output {
    let mut command = sandbox.host_demo(args);
    for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env_remove(variable);
    }
    run_in_time(command.env("HOME", home), "")
}

/// All that is below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.flat_map(|path| [vec![path.clone()], below(&path)].concat()).collect();
    found.sort();
    found
}

/// With no home to write to, commands work, and those that would write say why they do not.
fn assert_nothing_is_made(sandbox: &Sandbox, home: &Path, why: &str) {
    let before = below(home);
    let library = artifacts().fixture("noop");
    for args in [&["plugin", "install", library.to_str().unwrap()][..], &["plugin", "disable", "kedro-telemetry"]] {
        let line = error(&at_home(sandbox, home, args));
        assert!(line.contains(why) && line.contains("nothing was changed"), "{line}");
    }
    let without = at_home(sandbox, home, &["--no-plugins", "catalog", "list"]);
    let with = at_home(sandbox, home, &["catalog", "list"]);
    assert_eq!((with.status, with.stdout, text(&with.stderr)), (without.status, without.stdout, String::new()));
    assert_eq!(below(home), before);
}

#[test]
fn root_makes_nothing_in_the_home_of_another_user() {
    let sandbox = Sandbox::new();
    if fs::metadata(sandbox.path("home")).unwrap().uid() != 0 {
        println!("passed over: only root can give a folder to another user");
        return;
    }
    sandbox.install(&artifacts().telemetry());
    let home = sandbox.path("home");
    fs::create_dir(home.join(".config")).unwrap();
    for folder in [home.clone(), home.join(".config")] {
        chown(folder, Some(54321), None).unwrap();
    }
    assert_nothing_is_made(&sandbox, &home, "belongs to another user (uid 54321)");
    // What is there is read as ever.
    fs::create_dir(home.join(".config/host-demo")).unwrap();
    fs::write(home.join(".config/host-demo/plugins.toml"), "disabled = [\"kedro-telemetry\"]\n").unwrap();
    let listed = text(&at_home(&sandbox, &home, &["plugin", "list"]).stdout);
    assert!(listed.contains(" disabled "), "{listed}");
}

#[test]
fn a_home_that_does_not_exist_is_not_made() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let home = sandbox.path("not/there");
    assert_nothing_is_made(&sandbox, &home, "there is no home directory");
    assert!(!sandbox.path("not").exists());
    // A directory that is named outright is.
    let library = artifacts().fixture("noop");
    let mut command = sandbox.host_demo(&["plugin", "install", library.to_str().unwrap()]);
    command.env("HOME", &home).env("XDG_DATA_HOME", sandbox.path("made/data"));
    assert!(run_in_time(&mut command, "").status.success());
    assert!(sandbox.path("made/data/host-demo/plugins/libnoop.so").exists());
}

#[test]
fn a_lock_that_others_hold_on_a_folder_keeps_nobody() {
    let sandbox = Sandbox::new();
    let library = artifacts().fixture("noop");
    let install = ["plugin", "install", library.to_str().unwrap()];
    assert!(run_in_time(&mut sandbox.host_demo(&install), "").status.success());
    assert!(run_in_time(&mut sandbox.host_demo(&["plugin", "disable", "noop"]), "").status.success());
    // Whoever can read a folder can lock it.
    let locks: Vec<File> = ["data/host-demo/plugins", "config/host-demo"]
        .into_iter()
        .map(|folder| File::open(sandbox.path(folder)).unwrap())
        .inspect(|folder| folder.lock().unwrap())
        .collect();
    for args in
        [&install[..], &["plugin", "enable", "noop"], &["plugin", "disable", "noop"], &["plugin", "remove", "noop"]]
    {
        let ended = run_in_time(&mut sandbox.host_demo(args), "");
        assert!(ended.status.success(), "{args:?}: {}", text(&ended.stderr));
    }
    drop(locks);
    assert_eq!(below(&sandbox.path("data/host-demo/plugins")), [""; 0].map(PathBuf::from), "no lock is left behind");
}
