//! Nothing of a command line is kept but what is public.

use serde_json::Value;

use super::*;

fn node(name: &str, options: &[&str], commands: Vec<KnownCommand>) -> KnownCommand {
    let options = options.iter().map(ToString::to_string).collect();
    KnownCommand { name: name.into(), options, commands }
}

fn cli() -> KnownCommand {
    let registry = vec![node("list", &["--help"], vec![]), node("describe", &["--env", "-e", "--help"], vec![])];
    node(
        "kedro",
        &["--version", "-V", "--help"],
        vec![
            node("run", &["--pipeline", "-p", "--env", "-e", "--params", "--help"], vec![]),
            node("new", &["--starter", "-s", "--name", "-n", "--telemetry", "-tc", "--help"], vec![]),
            node("registry", &["--help"], registry),
        ],
    )
}

/// What `_mask_kedro_cli` of kedro-telemetry 0.9.0 makes of each.
#[test]
fn command_lines_are_masked_as_the_original_masks_them() {
    for (line, expected) in [
        ("", "kedro"),
        ("run", "kedro run"),
        ("--version", "kedro --version"),
        ("nosuch --flag", "kedro *****"),
        ("--env base run", "kedro *****"),
        ("registry list", "kedro registry list"),
        ("registry nosuch list", "kedro registry ***** *****"),
        ("registry describe secret -e x", "kedro registry describe ***** -e *****"),
        ("registry --help list", "kedro registry --help *****"),
        ("run --pipeline=data --env=base", "kedro run --pipeline ***** --env *****"),
        ("run -p data --env base run", "kedro run -p ***** --env ***** *****"),
        ("run --nosuch=1 --nosuch 2 -pdata -", "kedro run ***** ***** ***** ***** *****"),
        ("run --params=a=1,b=2", "kedro run --params *****"),
        ("run -- --env", "kedro run ***** --env"),
        ("new --starter=spaceflights-pandas", "kedro new --starter spaceflights-pandas"),
        ("new -s databricks-iris --name x", "kedro new -s databricks-iris --name *****"),
        ("new --starter=git+https://h/x", "kedro new --starter *****"),
        ("new --starter=mine astro-airflow-iris", "kedro new --starter ***** astro-airflow-iris"),
        ("new --name spaceflights-pandas", "kedro new --name *****"),
        ("run --starter=spaceflights-pandas", "kedro run spaceflights-pandas"),
        ("run --starter spaceflights-pandas", "kedro run ***** *****"),
    ] {
        let args: Vec<_> = line.split_whitespace().collect();
        assert_eq!(mask(&cli(), &args).line("kedro"), expected, "{line}");
    }
}

#[test]
fn what_the_original_would_give_away_is_masked() {
    for first in ["-h", "--help", "--version", "-v", ""] {
        let args = [first, "secret", "--pipeline", "run"];
        assert_eq!(mask(&cli(), &args).line("kedro"), format!("kedro {first} ***** ***** *****"));
    }
    let masked = mask(&cli(), &["registry", "describe", "name", "x"]);
    assert_eq!(masked.line("kedro"), "kedro registry describe ***** *****");
    let masked = mask(&cli(), &["run", "\u{fffd}", "--env=\u{fffd}", "--\u{fffd}"]);
    assert_eq!(masked.line("kedro"), "kedro run ***** --env ***** *****");
}

#[test]
fn the_main_command_is_the_first_word_kept() {
    assert_eq!(mask::<&str>(&cli(), &[]).main_command("kedro"), "kedro");
    assert_eq!(mask(&cli(), &["registry", "list"]).main_command("kedro"), "registry");
    assert_eq!(mask(&cli(), &["secret"]).main_command("kedro"), "*****");
    assert_eq!(mask(&cli(), &["--version"]).main_command("kedro"), "--version");
}

/// Kedro's vocabulary as `cargo xtask conformance` finds it.
fn kedro() -> KnownCommand {
    fn node(value: &Value) -> KnownCommand {
        let all = |key: &str| value[key].as_array().cloned().unwrap_or_default();
        KnownCommand {
            name: value["name"].as_str().unwrap().to_owned(),
            options: all("options").iter().map(|word| word.as_str().unwrap().to_owned()).collect(),
            commands: all("commands").iter().map(node).collect(),
        }
    }
    node(&serde_json::from_str(include_str!("../../../tests/data/kedro-1.7.0-vocabulary.json")).unwrap())
}

#[test]
fn the_vocabulary_is_that_of_kedro() {
    let kedro = kedro();
    let mut names: Vec<&str> = kedro.commands.iter().map(|command| command.name.as_str()).collect();
    names.sort_unstable();
    let expected = "catalog info ipython jupyter new package pipeline registry run server starter";
    assert_eq!(names.join(" "), expected);
    let new = kedro.commands.iter().find(|command| command.name == "new").unwrap();
    let mut options: Vec<&str> = new.options.iter().map(String::as_str).collect();
    options.sort_unstable();
    let expected = "--checkout --config --directory --example --help --name --starter --telemetry --tools --verbose -c -e -n -s -t -tc -v";
    assert_eq!(options.join(" "), expected);
}

/// What kedro-telemetry 0.9.0 sent for each of these command lines, written by `cargo xtask
/// conformance --update`.
#[test]
fn every_command_line_of_the_original_is_masked_alike() {
    let kedro = kedro();
    let lines = include_str!("../../../tests/data/kedro-telemetry-0.9.0-command-lines.ndjson");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 400);
    for line in &lines {
        let argv: Vec<&str> = line["argv"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let masked = mask(&kedro, &argv);
        assert_eq!(masked.line("kedro"), line["command"], "{argv:?}");
        assert_eq!(masked.main_command("kedro"), line["main_command"], "{argv:?}");
    }
}
