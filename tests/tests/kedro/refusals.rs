//! Under a refusal `kedro run` does nothing on the package's account.

use std::{collections::BTreeMap, fs, process::Command};

use tests::{Trace, run};

use crate::shop::Shop;

/// How a user refuses: a variable, a file of the project, or for all of the machine.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    Variable(&'static str, &'static str),
    Project,
    Machine,
}

impl Refusal {
    fn state(self, shop: &Shop) {
        match self {
            Self::Variable(..) => {}
            Self::Project => fs::write(shop.sandbox.project().join(".telemetry"), "consent: false\n").unwrap(),
            Self::Machine => assert!(run(&mut shop.kedro(&["telemetry", "off"])).status.success()),
        }
    }

    fn on(self, mut command: Command) -> Command {
        if let Self::Variable(name, value) = self {
            command.env(name, value);
        }
        command
    }
}

/// What a program has done that does more than look: which system call on what, and how often.
type Effects = BTreeMap<String, usize>;

/// Without numbers and addresses, which are different each time. Python itself looks for users over a
/// local socket, and Kedro writes what the pipeline saves.
fn effects(trace: &Trace) -> Effects {
    let mut effects = Effects::new();
    for line in trace.effects() {
        let call = line.split_once(char::is_whitespace).map_or("", |(_, call)| call.trim());
        let digitless: String = call.chars().filter(|character| !character.is_ascii_hexdigit()).collect();
        *effects.entry(digitless).or_default() += 1;
    }
    effects
}

fn assert_nothing_is_done_under(refusal: Refusal) {
    let Some(shop) = Shop::open() else { return };
    refusal.state(&shop);
    // What both write is there from now on.
    assert!(run(&mut shop.bare(&["run"])).status.success());
    let Some(without) = Trace::of(&shop.sandbox, &refusal.on(shop.bare(&["run"]))) else { return };
    let before = shop.sandbox.files();
    let Some(with) = Trace::of(&shop.sandbox, &refusal.on(shop.kedro(&["run"]))) else { return };
    assert!(with.output.status.success(), "{refusal:?}: {with:?}");
    assert_eq!(effects(&with), effects(&without), "{refusal:?}");
    assert!(shop.sandbox.files() == before, "{refusal:?}");
    assert!(shop.collector.bodies().is_empty(), "{refusal:?}");
}

#[test]
fn do_not_track() {
    assert_nothing_is_done_under(Refusal::Variable("DO_NOT_TRACK", "1"));
}

#[test]
fn kedros_own_variable() {
    assert_nothing_is_done_under(Refusal::Variable("KEDRO_DISABLE_TELEMETRY", "1"));
}

#[test]
fn a_file_of_the_project() {
    assert_nothing_is_done_under(Refusal::Project);
}

#[test]
fn switched_off_on_this_machine() {
    assert_nothing_is_done_under(Refusal::Machine);
}

#[test]
fn kedros_own_automatic_runs() {
    assert_nothing_is_done_under(Refusal::Variable("GITHUB_REPOSITORY_OWNER", "kedro-org"));
}

/// Plugins cannot be told of a project whose path is not text, and so would not find what it says.
#[test]
fn a_project_whose_path_is_not_text() {
    let Some(shop) = Shop::open() else { return };
    let script = shop.sandbox.path("not_text.py");
    fs::write(&script, NOT_TEXT).unwrap();
    let output = shop.sandbox.run_to_the_end(&shop.python(&[script.to_str().unwrap()]));
    assert!(output.status.success(), "{output:?}");
    assert!(shop.collector.bodies().is_empty());
}

const NOT_TEXT: &str = r#"
import os
from pathlib import Path
from types import SimpleNamespace

from kedro.io import DataCatalog
from kedro_telemetry.plugin import _check_for_telemetry_consent, telemetry_hook

project = Path(os.fsdecode(b"not\xfftext")).absolute()
project.mkdir()
(project / ".telemetry").write_text("consent: false\n")
assert _check_for_telemetry_consent(project) is False
telemetry_hook.after_context_created(SimpleNamespace(project_path=project, env="local"))
telemetry_hook.after_catalog_created(DataCatalog())
"#;
