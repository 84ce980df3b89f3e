//! `host-demo plugin` and `host-demo completions`, as a user has them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tests::{Sandbox, artifacts, run, workspace};

struct Ran {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        let output = run(command);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Self { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
    }

    #[track_caller]
    fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// The one line of a command that failed.
    #[track_caller]
    fn error(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        let line = self.err.strip_suffix('\n').expect("a line");
        assert!(!line.contains('\n'), "more than one line: {line}");
        line.strip_prefix("error: ").expect("an error").to_owned()
    }

    /// The one warning of a command that went well.
    #[track_caller]
    fn warning(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        let line = self.err.strip_suffix('\n').expect("a line");
        assert!(!line.contains('\n'), "more than one line: {line}");
        line.strip_prefix("warning: ").expect("a warning").to_owned()
    }
}

fn plugin(sandbox: &Sandbox, args: &[&str]) -> Ran {
    plugin_told(sandbox, "", args)
}

/// With what the fixture `misbehaving` is told to do when it is loaded.
fn plugin_told(sandbox: &Sandbox, told: &str, args: &[&str]) -> Ran {
    Ran::of(sandbox.host_demo(&[&["plugin"], args].concat()).env("FIXTURE", told))
}

fn user_dir(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("data/host-demo/plugins")
}

fn noop() -> PathBuf {
    artifacts().fixture("noop")
}

fn misbehaving() -> PathBuf {
    artifacts().fixture("misbehaving")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of this test")
}

/// A copy of the fixture `noop` that says it is of another version.
fn noop_of_version(sandbox: &Sandbox, version: &str) -> PathBuf {
    let (own, other) = ("version=0.1.0\napi".as_bytes(), format!("version={version}\napi"));
    assert_eq!(own.len(), other.len());
    let mut library = fs::read(noop()).unwrap();
    let at = library.windows(own.len()).position(|window| window == own).expect("a manifest");
    library[at..at + own.len()].copy_from_slice(other.as_bytes());
    let path = sandbox.path("other-noop.so");
    fs::write(&path, library).unwrap();
    path
}

/// The plugins that `plugin list` shows: name, version, state and reason.
fn listed(sandbox: &Sandbox) -> Vec<[String; 4]> {
    let document: Value = serde_json::from_str(&plugin(sandbox, &["list", "--format", "json"]).ok()).unwrap();
    let field = |plugin: &Value, key: &str| plugin[key].as_str().unwrap_or("-").to_owned();
    let plugins = document["plugins"].as_array().unwrap().iter();
    plugins.map(|plugin| ["name", "version", "state", "reason"].map(|key| field(plugin, key))).collect()
}

fn states(sandbox: &Sandbox) -> Vec<String> {
    listed(sandbox).into_iter().map(|[name, _, state, _]| format!("{name} {state}")).collect()
}

fn names_in(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn list_shows_each_directory_once_and_every_state() {
    let sandbox = Sandbox::new();
    assert_eq!(plugin(&sandbox, &["list"]).ok(), "No plugins found.\n");
    sandbox.install_as(&noop(), "liba.so");
    sandbox.install_as(&noop(), "libb.so");
    sandbox.install(&misbehaving());
    fs::write(sandbox.path("plugins/libtext.so"), "no library").unwrap();
    plugin(&sandbox, &["install", text(&artifacts().telemetry())]).ok();
    plugin(&sandbox, &["disable", "kedro-telemetry"]).ok();

    let table = plugin(&sandbox, &["--no-plugin", "misbehaving", "list"]).ok();
    let (given, user) = (text(&sandbox.path("plugins")).to_owned(), text(&user_dir(&sandbox)).to_owned());
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], given);
    assert!(lines[1].starts_with("NAME") && lines[1].ends_with("REASON"), "{table}");
    assert_eq!(lines.iter().filter(|line| **line == given || **line == user).count(), 2, "{table}");
    let words = |line: usize, count: usize| lines[line].split_whitespace().take(count).collect::<Vec<_>>().join(" ");
    assert_eq!(words(2, 5), "noop 0.1.0 0.1.0 enabled liba.so");
    assert_eq!(words(3, 8), "noop 0.1.0 0.1.0 shadowed libb.so liba.so comes first");
    assert_eq!(words(4, 7), "misbehaving 0.1.0 0.1.0 blocked libmisbehaving.so by --no-plugin");
    assert_eq!(words(5, 5), "- - - broken libtext.so");
    assert_eq!((lines[6], lines[7]), ("", user.as_str()));
    assert_eq!(words(9, 7), "kedro-telemetry 1.0.0 0.1.0 disabled libkedro-telemetry.so by you;");
}

#[test]
fn a_library_that_is_found_by_several_paths_is_one() {
    let sandbox = Sandbox::new();
    sandbox.install_as(&noop(), "libtea.so.1");
    let folder = sandbox.path("plugins");
    for name in ["libtea.so", "LIBTEA.SO"] {
        symlink("libtea.so.1", folder.join(name)).unwrap();
    }
    let odd = format!("{}/../plugins/", folder.display());
    let table = plugin(&sandbox, &["--plugin-dir", &odd, "list"]).ok();
    assert_eq!(table.lines().filter(|line| line.starts_with("noop")).count(), 1, "{table}");
    Ran::of(&mut sandbox.host_demo(&["--plugin-dir", &odd, "info"])).ok();
}

#[test]
fn verify_tells_every_hookimpl() {
    let sandbox = Sandbox::new();
    sandbox.install(&misbehaving());
    let report = plugin_told(&sandbox, "print", &["verify", "misbehaving"]).ok();
    assert!(report.starts_with("plugin       misbehaving 0.1.0\n"), "{report}");
    let has = |words: &str| {
        let found = report.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == words);
        assert!(found, "no line `{words}` in {report}");
    };
    has("built with hookspec 0.1.0 (ABI 2)");
    has("after_command_run try_first, before=noop fits");
    has("before_tea pending this program does not have the hook");
    has("after_tea optional pending, optional this program does not have the hook");
    has("hello from the plugin");
    has("Sound: this program can use it.");

    let document: Value = serde_json::from_str(
        &plugin_told(&sandbox, "print", &["verify", text(&misbehaving()), "--format", "json"]).ok(),
    )
    .unwrap();
    assert_eq!(document["sound"], true);
    assert_eq!(document["manifest"]["name"], "misbehaving");
    assert_eq!(document["hookimpls"][0]["options"], serde_json::json!(["try_first", "before=noop"]));
    assert_eq!(document["output"], "hello from the plugin");
}

#[test]
fn a_plugin_of_another_program_is_said_to_be_of_no_use() {
    let sandbox = Sandbox::new();
    let baker = artifacts().fixture("today_baker");
    let report = plugin(&sandbox, &["verify", text(&baker)]).ok();
    let words: Vec<Vec<&str>> = report.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(words.contains(&vec!["made", "for", "fixture-interfaces", hookspec::VERSION]), "{report}");
    assert!(words.contains(&vec!["licence", "Apache-2.0"]), "{report}");
    assert!(report.ends_with("Sound, but of no use here: this program has none of its hooks.\n"), "{report}");
    let warning = plugin(&sandbox, &["install", text(&baker)]).warning();
    assert_eq!(warning, "it is of no use here: host-demo has none of its hooks");
    let listed: Value = serde_json::from_str(&plugin(&sandbox, &["list", "--format", "json"]).ok()).unwrap();
    assert_eq!(listed["plugins"][0]["interfaces"][0], format!("fixture-interfaces {}", hookspec::VERSION));
}

#[test]
fn verify_names_the_hookimpl_that_does_not_fit() {
    let sandbox = Sandbox::new();
    let ran = plugin_told(&sandbox, "differ", &["verify", text(&misbehaving())]);
    let differs = ran.out.lines().find(|line| line.starts_with("before_command_run")).expect("its line").to_owned();
    assert!(
        differs.contains(" does not fit ") && differs.contains(" its argument is `CommandRun` in the host"),
        "{differs}"
    );
    assert!(ran.out.contains("\nafter_command_run ") && ran.out.contains("\nNot sound"), "{}", ran.out);
    let error = ran.error();
    assert!(error.contains("plugin `misbehaving` does not fit hook "), "{error}");
    assert!(error.contains("hook `before_command_run`"), "{error}");
}

#[test]
fn verify_outlives_a_plugin_that_kills_its_process() {
    let sandbox = Sandbox::new();
    let library = misbehaving();
    for (told, timeout, ending) in [
        ("abort", "60", "loading it kills the program (signal: 6 (SIGABRT))"),
        ("exit", "60", "loading it ends the program (exit code 0)"),
        ("hang", "1", "loading it does not come to an end within 1 s"),
    ] {
        let ran = plugin_told(&sandbox, told, &["verify", text(&library), "--timeout", timeout]);
        assert!(ran.out.starts_with("plugin       misbehaving 0.1.0\n"), "{}", ran.out);
        assert_eq!(ran.error(), format!("{}: {ending}", library.display()));
        let ran = plugin_told(&sandbox, told, &["install", text(&library), "--timeout", timeout]);
        assert_eq!(ran.error(), format!("cannot install {}: {ending}", library.display()));
    }
    assert_eq!(names_in(&user_dir(&sandbox)), [""; 0]);
    for (fixture, problem) in [
        ("failing_start", "plugin `failing-start` failed while starting: the fixture has no licence"),
        ("panicking_start", "plugin `panicking-start` panicked while starting: no hooks today"),
    ] {
        let error = plugin(&sandbox, &["verify", text(&artifacts().fixture(fixture))]).error();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn verify_reads_so_much_of_what_a_plugin_prints_and_no_more() {
    let sandbox = Sandbox::new();
    let ran = plugin_told(&sandbox, "flood", &["verify", text(&misbehaving()), "--timeout", "600"]);
    assert!(ran.out.len() < 1 << 17, "{} bytes", ran.out.len());
    let problem = format!("{}: loading it prints more than 4 MiB", misbehaving().display());
    assert_eq!(ran.error(), problem);
}

#[cfg(target_os = "linux")]
#[test]
fn verify_waits_for_nobody_that_a_plugin_leaves_behind() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.host_demo(&["plugin", "verify", text(&misbehaving())]);
    // They live longer than anybody waits here, and hold the streams open that verify reads.
    let output = tests::run_in_time(command.env("FIXTURE", "leave"), "");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("Sound: this program can use it."), "{report}");
}

/// What `plugin verify` finds wrong with the fixture `wild`, which is told what to do.
fn fault(sandbox: &Sandbox, told: &str) -> String {
    let wild = artifacts().fixture("wild");
    let mut command = sandbox.host_demo(&["plugin", "verify", text(&wild)]);
    let ran = Ran::of(command.env("FIXTURE", told));
    assert!(ran.out.contains("\nNot sound"), "{told}: {}", ran.out);
    ran.error().strip_prefix(&format!("{}: ", wild.display())).expect("the file").to_owned()
}

#[test]
fn verify_finds_commands_and_calls_without_an_end() {
    let sandbox = Sandbox::new();
    let endless = "plugin `wild` failed in hook `usage_event`: hook `usage_event` is not called: ";
    for (told, problem) in [
        ("echo", format!("{endless}plugins call one another 16 times already")),
        ("echoes", format!("{endless}plugins call one another 16 times already")),
        ("threads", format!("{endless}256 calls of plugins are under way already")),
        ("itself", "its command `itself` is left out: its subcommands are more than 8 deep".to_owned()),
        ("many", "its command `c256` is left out: there are more than 256".to_owned()),
        ("broad", "its command `broad` is left out: there are more than 256".to_owned()),
        ("help", "its command `help` is left out: every command has that already".to_owned()),
        ("twice", "its command `double` is left out: it is there twice".to_owned()),
    ] {
        assert_eq!(fault(&sandbox, told), problem);
    }
    assert!(fault(&sandbox, "names").starts_with("its command `` is left out: a name has letters, digits"));
    let error =
        Ran::of(sandbox.host_demo(&["plugin", "install", text(&artifacts().fixture("wild"))]).env("FIXTURE", "itself"));
    assert!(error.error().contains("more than 8 deep"));
}

#[test]
fn a_name_that_the_program_has_is_no_fault_of_the_plugin() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.host_demo(&["plugin", "verify", text(&artifacts().fixture("wild"))]);
    let report = Ran::of(command.env("FIXTURE", "own")).ok();
    assert!(report.contains("\nLeft out:\n  its command `catalog` is left out: the name is taken\n"), "{report}");
    assert!(report.contains("settings     colour, taste\n"), "{report}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_trial_of_a_library_ends_with_whoever_asked_for_it() {
    let sandbox = Sandbox::new();
    let library = misbehaving();
    let mut command = sandbox.host_demo(&["plugin", "verify", text(&library), "--timeout", "600"]);
    command.env("FIXTURE", "hang").stdout(Stdio::null()).stderr(Stdio::null());
    let mut asking = command.spawn().unwrap();
    let within = |is_so: &dyn Fn() -> bool| {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !is_so() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        is_so()
    };
    let trial = |id: u32| -> Option<String> {
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        let child = children.split_whitespace().next()?.to_owned();
        let maps = fs::read_to_string(format!("/proc/{child}/maps")).ok()?;
        maps.contains(text(&library)).then_some(child)
    };
    assert!(within(&|| trial(asking.id()).is_some()), "the library is loaded");
    let trial = trial(asking.id()).unwrap();
    asking.kill().unwrap();
    asking.wait().unwrap();
    // One that its new parent has not taken notice of yet has no memory left.
    let is_gone = || fs::read_to_string(format!("/proc/{trial}/maps")).unwrap_or_default().is_empty();
    assert!(within(&is_gone), "the process {trial} goes on alone");
}

#[test]
fn verify_by_name_keeps_to_the_rules_by_which_plugins_are_loaded() {
    let sandbox = Sandbox::new();
    sandbox.install(&noop());
    fs::set_permissions(sandbox.path("plugins/libnoop.so"), fs::Permissions::from_mode(0o666)).unwrap();
    let ran = plugin(&sandbox, &["verify", "noop", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["sound"], false);
    assert!(report["problem"].as_str().unwrap().starts_with("others can write to"), "{report}");
    assert!(ran.error().contains("chmod go-w"));
    // A file that is named outright is checked for what it is.
    plugin(&sandbox, &["verify", text(&sandbox.path("plugins/libnoop.so"))]).ok();
    let error = plugin(&sandbox, &["verify", "nop-plugin"]).error();
    assert!(error.starts_with("there is no plugin `nop-plugin`"), "{error}");
}

/// Files that are no plugins: what they are, and a part of what is said of them.
fn bad_files(sandbox: &Sandbox) -> Vec<(PathBuf, &'static str)> {
    let dir = sandbox.path("bad");
    fs::create_dir_all(dir.join("directory.so")).unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = dir.join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let library = fs::read(noop()).unwrap();
    symlink("loop.so", dir.join("loop.so")).unwrap();
    assert!(Command::new("mkfifo").arg(dir.join("fifo.so")).status().unwrap().success());
    vec![
        (dir.join("missing.so"), "No such file"),
        (dir.join("directory.so"), "it is not a regular file"),
        (dir.join("fifo.so"), "it is not a regular file"),
        (dir.join("loop.so"), "symbolic links"),
        (file("empty.so", b""), "it is not a shared library"),
        (file("text.so", b"just text"), "it is not a shared library"),
        (file("half.so", &library[..library.len() / 2]), ""),
        (artifacts().fixture("no_plugin"), "it is a library but not a plugin"),
        (artifacts().binary("host-demo"), ""),
    ]
}

#[test]
fn what_is_no_plugin_costs_one_line_and_changes_nothing() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, &["install", text(&noop())]).ok();
    let bad = bad_files(&sandbox);
    let before = names_in(&user_dir(&sandbox));
    for (path, problem) in &bad {
        let error = plugin(&sandbox, &["install", text(path)]).error();
        assert!(error.starts_with(&format!("cannot install {}: ", path.display())), "{error}");
        assert!(error.contains(problem), "{error}");
        let ran = plugin(&sandbox, &["verify", text(path)]);
        assert!(ran.out.contains("Not sound"), "{}", ran.out);
        assert!(ran.error().contains(problem));
    }
    assert_eq!(names_in(&user_dir(&sandbox)), before);
    assert_eq!(plugin(&sandbox, &["install"]).code, Some(2));
}

#[test]
fn install_replaces_the_plugin_of_the_same_name() {
    let sandbox = Sandbox::new();
    let old = noop_of_version(&sandbox, "0.0.9");
    let target = user_dir(&sandbox).join("libnoop.so");
    let said = plugin(&sandbox, &["install", text(&old)]).ok();
    assert_eq!(said, format!("Installed noop 0.0.9 as {}\n", target.display()));
    let said = plugin(&sandbox, &["install", text(&noop())]).ok();
    assert_eq!(said, format!("Replaced noop 0.0.9 → 0.1.0 in {}\n", target.display()));
    assert_eq!(fs::read(&target).unwrap(), fs::read(noop()).unwrap());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o644);
    assert_eq!(names_in(&user_dir(&sandbox)), ["libnoop.so", "plugins.lock"]);

    // Put there by hand, under the name that cargo gave it.
    fs::rename(&target, user_dir(&sandbox).join("libnoop_by_hand.so")).unwrap();
    plugin(&sandbox, &["install", text(&noop())]).ok();
    assert_eq!(names_in(&user_dir(&sandbox)), ["libnoop.so", "plugins.lock"]);

    fs::write(&target, "damaged").unwrap();
    let said = plugin(&sandbox, &["install", text(&noop())]).ok();
    assert!(said.starts_with("Replaced noop (unreadable) → 0.1.0 in "), "{said}");
}

#[test]
fn install_gives_a_safe_mode_whatever_the_umask_and_refuses_an_unsafe_directory() {
    let sandbox = Sandbox::new();
    let install = |umask: &str| {
        let host = sandbox.host_demo(&["plugin", "install", text(&noop())]);
        let args: Vec<&OsStr> = host.get_args().collect();
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let mut shell = sandbox.command(Path::new("sh"));
        shell.arg("-c").arg(script).arg(host.get_program()).args(args);
        Ran::of(&mut shell)
    };
    install("000").ok();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&user_dir(&sandbox)), 0o755);
    assert_eq!(mode(&user_dir(&sandbox).join("libnoop.so")), 0o644);
    assert_eq!(states(&sandbox), ["noop enabled"]);

    fs::set_permissions(user_dir(&sandbox), fs::Permissions::from_mode(0o777)).unwrap();
    let error = install("022").error();
    assert!(error.contains("others can write to") && error.contains("chmod go-w"), "{error}");
    // What is not loaded can be removed all the same.
    plugin(&sandbox, &["remove", "noop"]);
    assert_eq!(names_in(&user_dir(&sandbox)), [""; 0]);
}

/// `host-demo plugin install` of a new version where no file may grow beyond 8 KiB, as on a disk
/// that is full.
fn install_onto_full_disk(sandbox: &Sandbox, on_signal: &str) -> Ran {
    let host = sandbox.host_demo(&["plugin", "install", text(&noop())]);
    let mut shell = sandbox.command(Path::new("sh"));
    shell.arg("-c").arg(format!("{on_signal}ulimit -f 16; exec \"$0\" \"$@\""));
    Ran::of(shell.arg(host.get_program()).args(host.get_args()))
}

#[test]
fn a_full_disk_leaves_the_old_plugin() {
    let sandbox = Sandbox::new();
    let old = noop_of_version(&sandbox, "0.0.9");
    plugin(&sandbox, &["install", text(&old)]).ok();
    let expected =
        format!("cannot write to {}: File too large (os error 27); nothing was changed", user_dir(&sandbox).display());
    // The signal that comes with the limit, which would end the process, is ignored or not.
    for on_signal in ["trap '' XFSZ; ", ""] {
        assert_eq!(install_onto_full_disk(&sandbox, on_signal).error(), expected);
        assert_eq!(names_in(&user_dir(&sandbox)), ["libnoop.so", "plugins.lock"]);
        assert_eq!(fs::read(user_dir(&sandbox).join("libnoop.so")).unwrap(), fs::read(&old).unwrap());
    }

    // What a process leaves that is killed in the middle of the copy is taken for no plugin.
    fs::write(user_dir(&sandbox).join(".unfinished-1"), "half").unwrap();
    assert_eq!(listed(&sandbox), [["noop", "0.0.9", "enabled", "-"]]);
    plugin(&sandbox, &["install", text(&noop())]).ok();
    assert_eq!(listed(&sandbox), [["noop", "0.1.0", "enabled", "-"]]);
}

#[test]
fn install_says_what_keeps_the_plugin_from_being_used() {
    let sandbox = Sandbox::new();
    sandbox.install_as(&noop(), "libfirst.so");
    let warning = plugin(&sandbox, &["install", text(&noop())]).warning();
    assert!(warning.starts_with("it is shadowed: ") && warning.contains("libfirst.so"), "{warning}");
    sandbox.uninstall("libfirst.so");
    plugin(&sandbox, &["disable", "noop"]).ok();
    let warning = plugin(&sandbox, &["install", text(&noop())]).warning();
    assert_eq!(warning, "it is disabled; `host-demo plugin enable noop` enables it");
    assert_eq!(states(&sandbox), ["noop disabled"]);

    fs::copy(misbehaving(), user_dir(&sandbox).join("libnoop.so")).unwrap();
    let error = plugin(&sandbox, &["install", text(&noop())]).error();
    assert!(error.contains("that file holds the plugin `misbehaving`; remove that first"), "{error}");
}

#[test]
fn remove_takes_only_what_is_the_users() {
    let sandbox = Sandbox::new();
    sandbox.install(&noop());
    let error = plugin(&sandbox, &["remove", "noop"]).error();
    let place = sandbox.path("plugins/libnoop.so");
    assert!(error.starts_with(&format!("`noop` is not removed: it is {}", place.display())), "{error}");
    assert!(place.exists());

    plugin(&sandbox, &["install", text(&noop())]);
    let ran = plugin(&sandbox, &["remove", "noop"]);
    assert_eq!(ran.out, format!("Removed {}/libnoop.so\n", user_dir(&sandbox).display()));
    assert!(ran.warning().ends_with(&format!("which is used from now on: {}", place.display())));
    assert_eq!(names_in(&user_dir(&sandbox)), [""; 0]);

    let error = plugin(&sandbox, &["remove", "nop"]).error();
    assert_eq!(error, "there is no plugin `nop`; did you mean `noop`? `host-demo plugin list` shows all");

    // A file so damaged that it has no name goes by its file's.
    fs::write(user_dir(&sandbox).join("libmy_tool.so"), "damaged").unwrap();
    plugin(&sandbox, &["remove", "my-tool"]).ok();
    assert_eq!(names_in(&user_dir(&sandbox)), [""; 0]);

    // One that is refused goes by its file's name, which is what the list shows of it.
    let copy = user_dir(&sandbox).join("libcopy.so");
    fs::copy(noop(), &copy).unwrap();
    fs::set_permissions(&copy, PermissionsExt::from_mode(0o664)).unwrap();
    plugin(&sandbox, &["remove", "libcopy.so"]).ok();
    assert_eq!(names_in(&user_dir(&sandbox)), [""; 0]);
}

#[test]
fn a_disabled_plugin_is_not_loaded_until_it_is_enabled() {
    let sandbox = Sandbox::new();
    sandbox.install(&misbehaving());
    let info = |told: &str| Ran::of(sandbox.host_demo(&["info"]).env("FIXTURE", told));
    assert_eq!(info("abort").code, None);
    assert_eq!(plugin_told(&sandbox, "abort", &["disable", "misbehaving"]).ok(), "Disabled misbehaving\n");
    assert_eq!(plugin(&sandbox, &["disable", "misbehaving"]).ok(), "Already disabled: misbehaving\n");
    info("abort").ok();
    assert_eq!(states(&sandbox), ["misbehaving disabled"]);
    assert_eq!(plugin(&sandbox, &["enable", "misbehaving"]).ok(), "Enabled misbehaving\n");
    assert_eq!(plugin(&sandbox, &["enable", "misbehaving"]).ok(), "Already enabled: misbehaving\n");
    let pending = "plugin `misbehaving` implements hook `before_tea`, which this program does not have";
    assert_eq!(info("").warning(), pending);
    assert_eq!(info("abort").code, None);
}

#[test]
fn an_unknown_name_is_disabled_with_a_warning_and_cannot_be_enabled() {
    let sandbox = Sandbox::new();
    sandbox.install(&noop());
    let warning = plugin(&sandbox, &["disable", "nop"]).warning();
    assert_eq!(warning, "there is no plugin `nop` now; should one come it will not be loaded; did you mean `noop`?");
    assert_eq!(plugin(&sandbox, &["enable", "nop"]).ok(), "Enabled nop\n");
    let error = plugin(&sandbox, &["enable", "nop"]).error();
    assert_eq!(error, "there is no plugin `nop`; did you mean `noop`? `host-demo plugin list` shows all");
    let error = plugin(&sandbox, &["disable", "../nop"]).error();
    assert!(error.starts_with("`../nop` cannot be the name of a plugin"), "{error}");

    // Blocking a name for one command is no error; one that looks misspelt is worth a line.
    Ran::of(&mut sandbox.host_demo(&["--no-plugin", "somebody-else", "info"])).ok();
    let warning = Ran::of(&mut sandbox.host_demo(&["--no-plugin", "nop", "info"])).warning();
    assert_eq!(warning, "--no-plugin nop: there is no such plugin; did you mean `noop`?");
}

#[test]
fn what_is_disabled_is_remembered_apart_from_the_users_own_configuration() {
    let sandbox = Sandbox::new();
    sandbox.install(&noop());
    sandbox.set_endpoint("http://127.0.0.1:1/");
    let config = sandbox.path("config/host-demo");
    let own = fs::read(config.join("config.toml")).unwrap();
    let elsewhere = sandbox.path("home/dotfiles.toml");
    fs::write(&elsewhere, "note = \"kept\"\n").unwrap();
    symlink(&elsewhere, config.join("plugins.toml")).unwrap();
    plugin(&sandbox, &["disable", "noop"]).ok();
    assert_eq!(fs::read(config.join("config.toml")).unwrap(), own);
    assert!(config.join("plugins.toml").is_symlink());
    let kept = fs::read_to_string(&elsewhere).unwrap();
    assert!(kept.contains("note = \"kept\"\n") && kept.contains("disabled = [\"noop\"]\n"), "{kept}");
    assert_eq!(names_in(&config), ["config.toml", "plugins.toml"]);
}

#[test]
fn no_plugin_is_loaded_when_it_is_not_known_which_are_disabled() {
    let sandbox = Sandbox::new();
    sandbox.install(&misbehaving());
    plugin(&sandbox, &["disable", "misbehaving"]).ok();
    let file = sandbox.path("config/host-demo/plugins.toml");
    for damaged in ["disabled = [", "disabled = \"misbehaving\"", "disabled = [1]"] {
        fs::write(&file, damaged).unwrap();
        let ran = Ran::of(sandbox.host_demo(&["info"]).env("FIXTURE", "abort"));
        let warning = ran.warning();
        assert!(warning.starts_with("no plugins are loaded: cannot read which plugins are disabled"), "{warning}");
        assert_eq!(states(&sandbox), ["misbehaving disabled"]);
        let error = plugin(&sandbox, &["enable", "misbehaving"]).error();
        assert!(error.ends_with("correct or remove that file"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
    }
}

#[test]
fn many_processes_that_disable_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    let names: Vec<String> = (0..12).map(|number| format!("plugin-{number:02}")).collect();
    let start =
        |name| sandbox.host_demo(&["plugin", "disable", name]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let children: Vec<_> = names.iter().map(|name| start(name).unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let file = fs::read_to_string(sandbox.path("config/host-demo/plugins.toml")).unwrap();
    assert!(names.iter().all(|name| file.contains(&format!("\"{name}\""))), "{file}");
}

#[test]
fn the_commands_work_whatever_an_installed_plugin_does() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, &["install", text(&misbehaving())]).ok();
    for told in ["abort", "hang", "exit"] {
        let plugin = |args: &[&str]| plugin_told(&sandbox, told, args);
        plugin(&["list"]).ok();
        plugin(&["disable", "misbehaving"]).ok();
        plugin(&["enable", "misbehaving"]).ok();
        let api = workspace().join("plugin-api");
        plugin(&["new", told, "--path", text(&sandbox.path(told)), "--api-path", text(&api)]).ok();
        plugin(&["remove", "misbehaving"]).ok();
        fs::copy(misbehaving(), user_dir(&sandbox).join("libmisbehaving.so")).unwrap();
    }
}

#[test]
fn a_new_plugin_builds_passes_its_test_and_runs() {
    let sandbox = Sandbox::new();
    let made = sandbox.path("home/tea-time");
    let api = workspace().join("plugin-api");
    let args = ["new", "tea-time", "--path", text(&made), "--api-path", text(&api)];
    let said = plugin(&sandbox, &args).ok();
    assert!(said.starts_with(&format!("Made the plugin `tea-time` in {}\n", made.display())), "{said}");
    // The versions that are there already, for nothing is fetched.
    fs::copy(workspace().join("Cargo.lock"), made.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-new");
    for step in ["test", "build"] {
        let mut cargo = tests::cargo();
        cargo.args([step, "--quiet", "--offline"]).current_dir(&made).env("CARGO_TARGET_DIR", &target);
        let output = run(&mut cargo);
        assert!(output.status.success(), "cargo {step}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut format = tests::cargo();
    assert!(run(format.args(["fmt", "--check"]).current_dir(&made)).status.success());

    let ci = fs::read_to_string(made.join(".github/workflows/ci.yml")).unwrap();
    let ci: serde_yaml::Value = serde_yaml::from_str(&ci).unwrap();
    assert!(ci["jobs"]["test"]["steps"].as_sequence().is_some_and(|steps| steps.len() > 4), "{ci:?}");

    let library = target.join("debug/libtea_time.so");
    plugin(&sandbox, &["verify", text(&library)]).ok();
    plugin(&sandbox, &["install", text(&library)]).ok();
    assert_eq!(Ran::of(&mut sandbox.host_demo(&["tea-time"])).ok(), "Hello from tea-time\n");
    let verbose = Ran::of(&mut sandbox.host_demo(&["info", "-v"]));
    assert_eq!(verbose.err, "tea-time: about to run `info -v`\n");
    let misspelt = Ran::of(&mut sandbox.host_demo(&["tea-tim"]));
    assert!(misspelt.err.contains("'tea-time'"), "{}", misspelt.err);
    let script = Ran::of(&mut sandbox.host_demo(&["completions", "bash"])).ok();
    assert!(script.contains("tea-time"));
}

#[test]
fn a_new_plugin_needs_a_name_a_free_folder_and_its_api() {
    let sandbox = Sandbox::new();
    let files = sandbox.files();
    for (name, problem) in [
        ("", "use letters, digits"),
        ("tea time", "use letters, digits"),
        ("../tea", "use letters, digits"),
        ("tée", "use letters, digits"),
        (&"t".repeat(65), "at most 64"),
        ("3d", "a letter at its start"),
        ("match", "choose another"),
        ("hookspec", "choose another"),
        ("catalog", "it is a command of this program"),
    ] {
        let error = plugin(&sandbox, &["new", name]).error();
        assert!(error.starts_with(&format!("`{name}` cannot be the name of a plugin: ")), "{error}");
        assert!(error.contains(problem), "{error}");
    }
    let error = plugin(&sandbox, &["new", "tea", "--path", text(&sandbox.project())]).error();
    assert!(error.ends_with("exists already; choose another name or --path"), "{error}");
    let error = plugin(&sandbox, &["new", "tea", "--api-path", text(&sandbox.project())]).error();
    assert!(error.starts_with("there is no crate `hookspec` in "), "{error}");
    let (nowhere, api) = (sandbox.path("no/such/folder"), workspace().join("plugin-api"));
    let error = plugin(&sandbox, &["new", "tea", "--path", text(&nowhere), "--api-path", text(&api)]).error();
    assert!(error.contains("check that the directory exists"), "{error}");
    assert!(sandbox.files() == files, "something was left behind");

    // A registry may have another crate of this name.
    let error = plugin(&sandbox, &["new", "tea"]).error();
    assert!(error.starts_with("hookspec is not published; pass its folder"), "{error}");
    assert!(sandbox.files() == files, "something was left behind");

    let mut from_environment = sandbox.host_demo(&["plugin", "new", "coffee"]);
    Ran::of(from_environment.env("HOST_DEMO_PLUGIN_API_PATH", workspace().join("plugin-api"))).ok();
    let manifest = fs::read_to_string(sandbox.project().join("coffee/Cargo.toml")).unwrap();
    assert!(manifest.contains("plugin-api\" }\n"), "{manifest}");
}

#[test]
fn completions_are_scripts_that_their_shells_accept() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = Ran::of(&mut sandbox.host_demo(&["completions", shell])).ok();
        for word in ["verify", "install", "no-plugins", "registry"] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
        let file = sandbox.path(&format!("completions.{shell}"));
        fs::write(&file, script).unwrap();
        match Command::new(shell).arg("-n").arg(&file).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => eprintln!("{shell} is not installed: its script was generated but not checked"),
        }
    }
    let bash = sandbox.path("completions.bash");
    let complete = r#"source "$0"
        function=$(complete -p host-demo | sed 's/.* -F \([^ ]*\) .*/\1/')
        COMP_WORDS=(host-demo plugin ver) COMP_CWORD=2
        "$function" host-demo ver plugin
        echo "${COMPREPLY[@]}""#;
    let mut shell = sandbox.command(Path::new("bash"));
    assert_eq!(Ran::of(shell.arg("-c").arg(complete).arg(&bash)).ok(), "verify\n");
}

#[test]
fn no_plugin_hears_of_completions() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("panicking_hook"));
    assert!(Ran::of(&mut sandbox.host_demo(&["info"])).err.contains("the fixture fell over"));
    Ran::of(&mut sandbox.host_demo(&["completions", "fish"])).ok();
}
