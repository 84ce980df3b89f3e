//! A program that is embedded in another one, with the plugins of its user.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    env::consts::DLL_EXTENSION,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use tests::{Sandbox, artifacts, run};

/// A user who has installed a program as an extension module.
struct Embedded {
    sandbox: Sandbox,
    module: PathBuf,
}

impl Embedded {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let module = sandbox.path("wheel/module.so");
        for dir in ["wheel/plugins", "data/host-demo/plugins", "config/host-demo"] {
            fs::create_dir_all(sandbox.path(dir)).unwrap();
        }
        fs::write(&module, "code").unwrap();
        Self { sandbox, module }
    }

    fn own(&self) -> PathBuf {
        self.sandbox.path("wheel/plugins")
    }

    fn users(&self) -> PathBuf {
        self.sandbox.path("data/host-demo/plugins")
    }

    fn command(&self) -> Command {
        let mut command = self.sandbox.command(&artifacts().binary("embedding"));
        command.arg(&self.module).current_dir(self.sandbox.project());
        command
    }

    /// What the program makes of the plugins, line by line.
    fn lines(&self) -> Vec<String> {
        lines(&mut self.command())
    }
}

fn lines(command: &mut Command) -> Vec<String> {
    let output = run(command);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "it is for the program around it to speak");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn install(fixture: &str, dir: &Path) -> PathBuf {
    let library = artifacts().fixture(fixture);
    let path = dir.join(library.file_name().unwrap());
    fs::copy(library, &path).unwrap();
    path
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn plugin(name: &str, path: &Path) -> String {
    format!("plugin {name} {}", path.display())
}

#[test]
fn a_broken_plugin_costs_one_warning_and_the_others_are_loaded() {
    let program = Embedded::new();
    let noop = install("noop", &program.own());
    let broken = noop.with_file_name("liba").with_extension(DLL_EXTENSION);
    fs::write(&broken, "text").unwrap();
    let lines = program.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].starts_with("warning ") && lines[0].contains(broken.to_str().unwrap()), "{lines:#?}");
    assert_eq!(lines[1], plugin("noop", &noop));
}

#[test]
fn the_plugins_shipped_with_it_come_first_then_the_environments_then_the_users() {
    let program = Embedded::new();
    let named = program.sandbox.path("plugins");
    let [own, named_path, users] = [program.own(), named.clone(), program.users()].map(|dir| install("noop", &dir));
    let lines_now = || lines(program.command().env("HOST_DEMO_PLUGIN_PATH", &named));
    let lines = lines_now();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for (line, left_out) in lines.iter().zip([&named_path, &users]) {
        let first = format!("{} is left out: {}", left_out.display(), own.display());
        assert!(line.contains(&first), "{line}");
    }
    assert_eq!(lines[2], plugin("noop", &own));

    fs::remove_file(own).unwrap();
    assert_eq!(lines_now()[1], plugin("noop", &named_path));
    fs::remove_file(named_path).unwrap();
    assert_eq!(lines_now(), [plugin("noop", &users)]);
}

#[test]
fn plugins_beside_the_program_around_it_are_not_its_own() {
    let program = Embedded::new();
    let around = program.sandbox.path("around/embedding");
    fs::create_dir_all(program.sandbox.path("around/plugins")).unwrap();
    fs::copy(artifacts().binary("embedding"), &around).unwrap();
    install("noop", &program.sandbox.path("around/plugins"));
    assert_eq!(lines(program.sandbox.command(&around).arg(&program.module)), [""; 0]);
}

#[test]
fn a_module_named_from_where_one_stands_has_no_plugins_of_its_own() {
    let program = Embedded::new();
    install("noop", &program.own());
    let mut command = program.sandbox.command(&artifacts().binary("embedding"));
    assert_eq!(lines(command.arg("module.so").current_dir(program.sandbox.path("wheel"))), [""; 0]);
}

#[test]
fn a_plugin_that_is_switched_off_stays_off() {
    let program = Embedded::new();
    install("noop", &program.own());
    fs::write(program.sandbox.path("config/host-demo/plugins.toml"), "disabled = [\"noop\"]\n").unwrap();
    assert_eq!(program.lines(), [""; 0]);
}

#[test]
fn where_it_cannot_be_read_which_are_switched_off_none_is_loaded() {
    let program = Embedded::new();
    install("noop", &program.own());
    fs::write(program.sandbox.path("config/host-demo/plugins.toml"), "disabled = 1\n").unwrap();
    let lines = program.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("warning no plugins are loaded: "), "{lines:#?}");
}

#[test]
fn settings_are_read_and_what_is_wrong_with_them_is_told() {
    let program = Embedded::new();
    program.sandbox.configure_endpoint("http://127.0.0.1:1/");
    assert_eq!(program.lines(), ["endpoint http://127.0.0.1:1/"]);
    let config = program.sandbox.path("config/host-demo/config.toml");
    fs::write(&config, "\nplugins =\n").unwrap();
    let lines = program.lines();
    assert!(lines.len() == 1 && lines[0].starts_with(&format!("error {}:2: ", config.display())), "{lines:#?}");
}

#[test]
fn plugins_are_trusted_as_the_module_is_that_they_are_shipped_with() {
    let program = Embedded::new();
    let noop = install("noop", &program.own());
    let loaded = [plugin("noop", &noop)];
    // The group can replace the module anyway, but nobody else can.
    for (module, dir, library, is_loaded) in [
        (0o644, 0o755, 0o644, true),
        (0o664, 0o775, 0o664, true),
        (0o644, 0o775, 0o644, false),
        (0o644, 0o755, 0o664, false),
        (0o664, 0o777, 0o644, false),
        (0o666, 0o777, 0o666, true),
    ] {
        set_mode(&program.module, module);
        set_mode(&program.own(), dir);
        set_mode(&noop, library);
        let lines = program.lines();
        if is_loaded {
            assert_eq!(lines, loaded, "{module:o} {dir:o} {library:o}");
            continue;
        }
        assert_eq!(lines.len(), 1, "{module:o} {dir:o} {library:o}: {lines:#?}");
        assert!(lines[0].starts_with("warning ") && lines[0].contains("others can write to"), "{lines:#?}");
    }
    // The user's own are judged as ever.
    fs::remove_file(&noop).unwrap();
    install("noop", &program.users());
    set_mode(&program.users(), 0o775);
    assert_eq!(program.lines().len(), 1);
    assert!(program.lines()[0].contains("others can write to"));
}

#[test]
fn a_plugin_is_served_by_the_program_that_is_shipped_beside_the_module() {
    let program = Embedded::new();
    install("eager_start", &program.users());
    let trace = program.sandbox.path("trace");
    let mut command = program.command();
    command.arg(artifacts().binary("host-demo")).args(["eager-start", "no-such-command"]).env("FIXTURE_TRACE", &trace);
    let output = program.sandbox.run_to_the_end(&command);
    assert!(output.status.success() && output.stderr.is_empty() && output.stdout.is_empty(), "{output:?}");
    assert_eq!(fs::read_to_string(trace).unwrap(), "loaded");
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let program = Embedded::new();
    let mut command = program.command();
    let output = run(command.arg(program.sandbox.path("absent")).arg("noop"));
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("NotFound"), "{output:?}");
}
