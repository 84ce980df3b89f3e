//! Kedro's own command line.

use std::{collections::HashSet, fs, sync::LazyLock};

use kedro_telemetry_internals::internals::KnownCommand;
use serde_json::Value;

use crate::artifacts::workspace;

/// Kedro's own command line.
pub static VOCABULARY: LazyLock<KnownCommand> = LazyLock::new(|| {
    let file = workspace().join("tests/data/kedro-1.7.0-vocabulary.json");
    let json: Value = serde_json::from_slice(&fs::read(file).expect("the vocabulary")).expect("JSON");
    node(&json)
});

fn node(json: &Value) -> KnownCommand {
    let list = |key: &str| json[key].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    KnownCommand {
        name: text(&json["name"]),
        options: list("options").iter().map(text).collect(),
        commands: list("commands").iter().map(node).collect(),
    }
}

/// Every word of Kedro's command line.
pub fn words() -> impl Iterator<Item = &'static str> {
    fn add(node: &'static KnownCommand, words: &mut HashSet<&'static str>) {
        words.insert(&node.name);
        words.extend(node.options.iter().map(String::as_str));
        node.commands.iter().for_each(|command| add(command, words));
    }
    let mut words = HashSet::new();
    add(&VOCABULARY, &mut words);
    words.into_iter()
}
