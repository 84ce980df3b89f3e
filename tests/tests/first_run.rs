//! What somebody meets who does not know the programs yet: help with examples, and mistakes that
//! are answered by what was meant.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::process::Command;

use tests::{Sandbox, artifacts, run_in_time, workspace};

/// Exit code, output and errors.
fn ran(command: &mut Command) -> (Option<i32>, String, String) {
    let output = run_in_time(command, "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn host_demo(sandbox: &Sandbox, args: &[&str]) -> (Option<i32>, String, String) {
    ran(&mut sandbox.host_demo(args))
}

/// The commands that `help` lists, each with what it says of it.
fn listed(help: &str) -> Vec<(String, String)> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        // A description may go on in the next line, further in.
        match commands.last_mut().filter(|_| line.starts_with("   ")) {
            Some((_, description)) => description.extend(words.map(|word| format!(" {word}"))),
            None => commands.push((words.next().unwrap().to_owned(), words.collect::<Vec<_>>().join(" "))),
        }
    }
    commands.retain(|(name, _)| name != "help");
    commands
}

#[test]
fn a_command_says_of_itself_what_the_list_of_commands_says_of_it() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(words) = open.pop() {
        let help = |words: &[String]| {
            let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
            host_demo(&sandbox, &args).1
        };
        for (name, description) in listed(&help(&words)) {
            let command: Vec<String> = words.iter().cloned().chain([name]).collect();
            let said = help(&command).split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.starts_with(&description), "{command:?}: \"{description}\" is not how this begins: {said}");
            open.push(command);
        }
    }
}

#[test]
fn every_command_shows_an_example_that_is_a_command_line_of_it() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(words) = open.pop() {
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let (code, help, _) = host_demo(&sandbox, &args);
        assert_eq!(code, Some(0), "{words:?}");
        let examples = help.split_once("Example").expect(&help).1;
        let command = ["host-demo", &words.join(" ")].join(" ");
        let begins = |line: &str| line.contains(command.trim_end()) || (words.is_empty() && line.contains("host-demo"));
        assert!(examples.lines().any(begins), "no example begins with `{command}`:\n{help}");
        open.extend(listed(&help).into_iter().map(|(name, _)| words.iter().cloned().chain([name]).collect()));
        seen += 1;
    }
    assert!(seen > 24, "only {seen} commands were found");
}

#[test]
fn what_was_meant_is_suggested() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    for (args, meant) in [
        (&["catlog", "list"][..], "'catalog'"),
        (&["catalog", "lst"], "'list'"),
        (&["telemetri"], "'telemetry'"),
        (&["telemetry", "statu"], "'status'"),
        (&["plugin", "instal", "x"], "'install'"),
        (&["--projct", "x", "info"], "'--project'"),
        (&["catalog", "list", "--formt", "json"], "'--format'"),
        (&["catalog", "list", "--format", "jsn"], "'json'"),
        (&["completions", "fsh"], "'fish'"),
    ] {
        let (code, out, err) = host_demo(&sandbox, args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        let tip = err.lines().find(|line| line.trim_start().starts_with("tip: ")).unwrap_or_default();
        assert!(tip.contains(meant), "{args:?}: {err}");
    }
    for command in ["verify", "remove", "enable"] {
        let (code, _, err) = host_demo(&sandbox, &["plugin", command, "kedro-telemetri"]);
        assert_eq!(code, Some(1));
        assert!(err.contains("did you mean `kedro-telemetry`? `host-demo plugin list` shows all\n"), "{err}");
    }
}

/// Under Wine there is no cargo.
#[cfg(unix)]
#[test]
fn a_misspelt_task_is_answered_by_the_one_that_was_meant() {
    let sandbox = Sandbox::new();
    let mut build = tests::cargo();
    assert!(build.args(["build", "--quiet", "-p", "xtask"]).current_dir(workspace()).status().unwrap().success());
    let xtask = |args: &[&str]| ran(sandbox.command(&artifacts().binary("xtask")).args(args));
    for (typed, meant) in [("dem", "demo"), ("fuz", "fuzz"), ("compatt", "compat"), ("picure", "picture")] {
        let (code, _, err) = xtask(&[typed]);
        assert_eq!(code, Some(2));
        let line =
            format!("error: there is no task `{typed}`; did you mean `{meant}`? `cargo xtask --help` shows all\n");
        assert_eq!(err, line);
    }
    let (code, out, _) = xtask(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("\nExample: cargo xtask demo\n"), "{out}");
}

#[test]
fn a_mistake_after_a_subcommand_of_telemetry_is_answered_by_how_it_is_used() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    for (args, mistake, usage) in [
        (&["log", "--jso"][..], "invalid option '--jso'", "log [--follow] [--format text|json]"),
        (
            &["schema", "--format", "xml"],
            "cannot parse argument \"xml\": there are text, json and json-schema",
            "schema [--format text|json|json-schema]",
        ),
        (&["off", "--now"], "invalid option '--now'", "off [--user | --project | --all]"),
        (&["local", "--project"], "invalid option '--project'", "local [--user | --all]"),
        (&["flush", "now"], "unexpected argument \"now\"", "flush [--background]"),
        (&["purge", "all"], "unexpected argument \"all\"", "purge"),
        (&["status", "--json"], "invalid option '--json'", "status"),
    ] {
        let (code, out, err) = host_demo(&sandbox, &[&["telemetry"], args].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(err.lines().next_back(), Some(&*format!("error: {mistake}; usage: telemetry {usage}")), "{args:?}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let sandbox = Sandbox::new();
    for (args, advice) in [
        (&["plugin", "install", "nowhere.so"][..], "build the plugin (`cargo build --release`), or check the path"),
        (&["--config", "nowhere.toml", "info"], "check that it exists and that you may read it"),
        (&["--project", "nowhere", "catalog", "list"], "check that it exists and that you may read it"),
        (&["catalog", "list", "--env", "nowhere"], "create it or choose another with --env"),
        (&["plugin", "new", "tea time"], "use letters, digits, `-` and `_`, at most 64"),
    ] {
        let (code, out, err) = host_demo(&sandbox, args);
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(1), "", 1), "{args:?}: {err}");
        assert!(err.starts_with("error: ") && err.trim_end().ends_with(advice), "{args:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn in_a_home_that_cannot_be_written_to_commands_work_and_what_writes_says_why_it_cannot() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let mut sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let noop = sandbox.path("libnoop.so");
    fs::copy(artifacts().fixture("noop"), &noop).unwrap();
    fs::create_dir_all(sandbox.path("data/host-demo/plugins")).unwrap();
    sandbox.drop_privileges();
    assert_eq!(host_demo(&sandbox, &["telemetry", "on"]).0, Some(0));
    let choices = "config/kedro-telemetry/host-demo";
    let homes = ["home", choices, "config", "state", "data/host-demo/plugins", "data", "cache"];
    let homes = homes.map(|dir| sandbox.path(dir));
    for home in &homes {
        fs::set_permissions(home, fs::Permissions::from_mode(0o555)).unwrap();
    }
    let (code, out, _) = host_demo(&sandbox, &["registry", "list"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("PIPELINE"), "{out}");
    let (code, _, err) = host_demo(&sandbox, &["plugin", "install", noop.to_str().unwrap()]);
    assert_eq!((code, err.lines().count()), (Some(1), 1), "{err}");
    assert!(err.ends_with("host-demo/plugins: permission denied; nothing was changed\n"), "{err}");
    let (code, _, err) = host_demo(&sandbox, &["telemetry", "off"]);
    assert_eq!((code, err.lines().count()), (Some(1), 1), "{err}");
    assert!(err.ends_with("config/kedro-telemetry/host-demo: permission denied\n"), "{err}");
    for home in &homes {
        fs::set_permissions(home, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// So that whoever has only a pipe is not shown what is meant for a terminal.
#[test]
fn nothing_is_coloured_in_a_pipe() {
    let sandbox = Sandbox::new();
    for args in [&["--help"][..], &["catlog"], &["catalog", "list"], &["plugin", "list"]] {
        let (_, out, err) = host_demo(&sandbox, args);
        assert!(!format!("{out}{err}").contains('\u{1b}'), "{args:?}");
    }
}
