//! Plugins that offer what no host can take: commands without an end, names that cannot be typed,
//! texts that a terminal would act upon, events that answer themselves. The host's commands are as
//! they were, with one line of warning.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, process::Output};

use tests::{Sandbox, artifacts, run, run_in_time};

fn wild() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("wild"));
    sandbox
}

/// `host-demo ARGS` with the fixture `wild`, which is told what to do.
fn host_demo(sandbox: &Sandbox, told: &str, args: &[&str]) -> Output {
    run_in_time(sandbox.host_demo(args).env("FIXTURE", told), "")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Nothing in it but text, in lines.
#[track_caller]
fn assert_fit(shown: &[u8]) {
    let shown = text(shown);
    let acted_upon = |letter: char| {
        letter.is_control() && letter != '\n'
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!shown.contains(acted_upon), "{shown:?}");
}

#[test]
fn what_breaks_the_rule_costs_one_warning_and_the_rest_works() {
    let sandbox = wild();
    let without = text(&run_in_time(&mut sandbox.host_demo(&["--no-plugins", "catalog", "list"]), "").stdout);
    for (told, warning) in [
        ("help", "its command `help` is left out: every command has that already"),
        ("own", "its command `catalog` is left out: the name is taken"),
        ("twice", "its command `double` is left out: it is there twice"),
        (
            "names",
            "its command `` is left out: a name has letters, digits, `-` and `_`, at most 64, and no `-` before \
            them (and 6 more)",
        ),
        ("subcommands", "its command `above help` is left out: every command has that already (and 2 more)"),
        ("options", "its option `--help` of `optional` is left out: every command has that already (and 5 more)"),
        ("itself", "its command `itself` is left out: its subcommands are more than 8 deep"),
        ("many", "its command `c256` is left out: there are more than 256"),
        ("broad", "its command `broad` is left out: there are more than 256"),
        ("crowded", "its option `--o256` of `crowded` is left out: there are more than 256"),
    ] {
        let ran = host_demo(&sandbox, told, &["catalog", "list"]);
        assert_eq!(text(&ran.stderr), format!("warning: plugin `wild`: {warning}\n"), "{told}");
        assert_eq!((ran.status.code(), text(&ran.stdout)), (Some(0), without.clone()), "{told}");
        if told != "many" {
            assert_eq!(text(&host_demo(&sandbox, told, &["tame", "a"]).stdout), "tame a\n", "{told}");
        }
        assert!(host_demo(&sandbox, told, &["--help"]).status.success(), "{told}");
        for shell in ["bash", "zsh", "fish"] {
            // More than a pipe holds.
            let completions = run(sandbox.host_demo(&["completions", shell]).env("FIXTURE", told));
            assert!(completions.status.success(), "{told}, {shell}: {}", text(&completions.stderr));
        }
    }
}

#[test]
fn what_is_left_of_a_command_works() {
    let sandbox = wild();
    assert_eq!(text(&host_demo(&sandbox, "twice", &["double", "x"]).stdout), "double x\n");
    assert_eq!(text(&host_demo(&sandbox, "subcommands", &["above", "twin"]).stdout), "above twin\n");
    let help = text(&host_demo(&sandbox, "subcommands", &["above", "help"]).stdout);
    assert_eq!(help.matches("\n  help ").count(), 1, "{help}");
}

#[test]
fn an_event_that_answers_itself_costs_one_warning() {
    let sandbox = wild();
    let without = run_in_time(&mut sandbox.host_demo(&["--no-plugins", "info"]), "");
    for (told, why) in [
        ("echo", "plugins call one another 16 times already"),
        ("echoes", "plugins call one another 16 times already"),
        ("threads", "256 calls of plugins are under way already"),
    ] {
        let ran = host_demo(&sandbox, told, &["info"]);
        let warning = "warning: plugin `wild` failed in hook `usage_event`: hook `usage_event` is not called: ";
        assert_eq!(text(&ran.stderr), format!("{warning}{why}\n"), "{told}");
        assert_eq!((ran.status, ran.stdout), (without.status, without.stdout.clone()), "{told}");
    }
}

#[test]
fn a_failure_that_comes_again_is_told_once_and_its_number_in_the_end() {
    let ran = host_demo(&wild(), "unwilling", &["info"]);
    let expected = "warning: plugin `wild` failed in hook `usage_event`: never\n\
                    warning: plugin `wild` failed in hook `usage_event` 3 times, of which the first was told\n";
    assert_eq!(text(&ran.stderr), expected);
}

#[test]
fn nothing_of_a_plugin_controls_the_terminal() {
    let sandbox = wild();
    for told in ["names", "options", "texts", "failure"] {
        for args in [
            &["--help"][..],
            &["info"],
            &["-v", "info"],
            &["help", "tame"],
            &["texts", "--help"],
            &["completions", "zsh"],
            &["plugin", "list"],
            &["plugin", "list", "--format", "json"],
            &["plugin", "verify", "wild"],
            &["plugin", "verify", "wild", "--format", "json"],
        ] {
            let ran = host_demo(&sandbox, told, args);
            assert_fit(&ran.stdout);
            assert_fit(&ran.stderr);
            assert!(!text(&ran.stderr).contains("\nerror: forged"), "{told} {args:?}");
            assert!(ran.stdout.len() + ran.stderr.len() < 1 << 18, "{told} {args:?}");
        }
    }
}

/// Windows has no such names of files.
#[cfg(unix)]
#[test]
fn nothing_in_words_paths_and_files_controls_the_terminal() {
    const HOSTILE: &str = "a\u{1b}[2J\u{9b}1m\u{202e}b\nerror: forged";
    let sandbox = Sandbox::new();
    let (folder, file) = (sandbox.path(HOSTILE), sandbox.path(&format!("{HOSTILE}/lib{HOSTILE}.so")));
    fs::create_dir(&folder).unwrap();
    fs::write(&file, "no library").unwrap();
    let config = sandbox.path(&format!("{HOSTILE}/config.toml"));
    fs::write(&config, "[plugins.\"x\u{202e}\"]\n\"a\\u001b\" = [\n").unwrap();
    let [folder, file, config] = [&folder, &file, &config].map(|path| path.to_str().unwrap());
    for args in [
        &[HOSTILE][..],
        &["catalog", HOSTILE],
        &["--format", HOSTILE],
        &["catalog", "list", "--format", HOSTILE],
        &["info", "--\u{1b}[2J"],
        &["plugin", "verify", file],
        &["plugin", "install", file],
        &["plugin", "remove", HOSTILE],
        &["plugin", "disable", HOSTILE],
        &["plugin", "enable", HOSTILE],
        &["plugin", "new", HOSTILE],
        &["plugin", "list", "--plugin-dir", folder],
        &["plugin", "list", "--plugin-dir", folder, "--format", "json"],
        &["info", "--plugin-dir", folder],
        &["info", "--plugin-dir", &format!("{folder}/none")],
        &["info", "--no-plugin", HOSTILE],
        &["info", "--config", config],
        &["info", "--config", &format!("{config}/none")],
        &["info", "--project", folder],
        &["catalog", "list", "--env", HOSTILE],
        &["new", HOSTILE],
    ] {
        let ran = host_demo(&sandbox, "", args);
        assert_fit(&ran.stdout);
        assert_fit(&ran.stderr);
        assert!(!text(&ran.stderr).contains("\nerror: forged"), "{args:?}");
    }
}

#[test]
fn nothing_in_events_settings_and_the_log_controls_the_terminal() {
    const HOSTILE: &str = "a\u{1b}[2J\u{9b}1m\u{202e}b\u{7f}\nerror: forged";
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox.install(&artifacts().fixture("raising"));
    sandbox.set_told();
    let show = |args: &[&str]| {
        let ran = host_demo(&sandbox, "", args);
        assert_fit(&ran.stdout);
        assert_fit(&ran.stderr);
        text(&ran.stdout)
    };
    show(&["info"]);
    show(&["raise", HOSTILE, HOSTILE, HOSTILE]);
    for entry in sandbox.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "ndjson")) {
        let line = serde_json::json!({"at": HOSTILE, "outcome": "kept", "count": 1, "reason": HOSTILE});
        fs::write(entry.0, format!("{line}\n")).unwrap();
    }
    let log = show(&["telemetry", "log"]);
    assert!(log.contains(r"a\u{1b}[2J\u{9b}1m\u{202e}b\u{7f}\nerror: forged"), "{log}");
    let log = show(&["telemetry", "log", "--format", "json"]);
    let events = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    assert!(
        events.into_iter().any(|line| line["event"]["event"].as_str().is_some_and(|name| name.contains("[2J\u{9b}"))),
        "{log}"
    );
    show(&["telemetry", "preview", "--", "info"]);
    let config = sandbox.path("config/host-demo/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    for key in ["endpoint", "delivery", "timeout", "app_id", "format", "headers"] {
        fs::write(
            &config,
            format!("[plugins.kedro-telemetry]\n{key} = {}\n", serde_json::Value::from(HOSTILE.replace('\u{7f}', ""))),
        )
        .unwrap();
        for args in [&["telemetry", "status"][..], &["telemetry", "flush"], &["info"], &["telemetry", HOSTILE]] {
            show(args);
        }
    }
}

#[test]
fn what_is_misspelt_in_the_configuration_is_told_in_one_line() {
    let sandbox = wild();
    let config = sandbox.path("config/host-demo/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let told = |text_of_file: &str, args: &[&str]| {
        fs::write(&config, text_of_file).unwrap();
        let ran = host_demo(&sandbox, "", args);
        assert!(ran.status.success());
        text(&ran.stderr).replace(config.to_str().unwrap(), "FILE")
    };
    let warning = |text_of_file: &str| told(text_of_file, &["info"]);
    assert_eq!(warning("[plugins.wild]\ncolour = 1\ntaste = \"sweet\"\n"), "");
    assert_eq!(
        warning("[plugins.wild]\ncolor = 1\n"),
        "warning: FILE: plugin `wild` has no setting `color`; did you mean `colour`?\n"
    );
    assert_eq!(warning("[plugins.wild]\nsize = 1\n"), "warning: FILE: plugin `wild` has no setting `size`\n");
    assert_eq!(
        warning("[plugins.Wild]\n[plugins.noop]\n"),
        "warning: FILE: there is no plugin `Wild`; did you mean `[plugins.wild]`?\n"
    );
    assert_eq!(
        warning("[plugin.wild]\n[plugins.wild]\ncolor = 1"),
        "warning: FILE: `[plugin]` is not read; did you mean `[plugins]`? (and 1 more)\n"
    );
    // Settings of plugins that are not there, and of those that do not say which they know.
    assert_eq!(warning("[plugins.somebody-else]\na = 1\n[own]\nb = 1\n"), "");
    sandbox.install(&artifacts().fixture("raising"));
    assert_eq!(warning("[plugins.raising]\nanything = 1\n"), "");
    assert_eq!(told("[plugins.wild]\ncolor = 1\n", &["--no-plugins", "info"]), "");

    sandbox.install(&artifacts().telemetry());
    let misspelt = "[plugins.kedro-telemetry]\nendpont = \"x\"\n[plugins.kedro_telemetry]\n";
    assert_eq!(
        told(misspelt, &["telemetry", "status"]),
        "warning: FILE: there is no plugin `kedro_telemetry`; did you mean `[plugins.kedro-telemetry]`? (and 1 more)\n"
    );
}
