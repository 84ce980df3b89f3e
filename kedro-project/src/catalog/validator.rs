//! The `validator` of a dataset, which checks its data on load and save.
//!
//! Follows `ValidatorSpec.from_dataset_config` in `kedro/validation/core.py` of Kedro 1.7.

use serde_yaml::{Mapping, Value};

const KEYS: [&str; 6] = ["class", "on", "severity", "enabled", "skip_load_after_save", "options"];
const MODES: [&str; 2] = ["load", "save"];
const SEVERITIES: [&str; 2] = ["error", "warn"];

/// Class path of a validator that is declared by its class path alone or by a mapping.
pub(super) fn class_path(declaration: &Value) -> Result<String, String> {
    match declaration {
        Value::String(class_path) => Ok(class_path.clone()),
        Value::Mapping(declaration) => from_mapping(declaration),
        _ => Err("has a `validator` that is neither a class path nor a mapping; correct it".to_owned()),
    }
}

fn from_mapping(declaration: &Mapping) -> Result<String, String> {
    let is_known = |key: &Value| key.as_str().is_some_and(|key| KEYS.contains(&key));
    if let Some(key) = declaration.keys().find(|key| !is_known(key)) {
        let key = serde_yaml::to_string(key).unwrap_or_default();
        return Err(format!("has a `validator` with the unknown key `{}`; remove it", key.trim()));
    }
    let class_path = declaration.get("class").and_then(Value::as_str).filter(|path| !path.is_empty());
    let class_path = class_path.ok_or("has a `validator` without `class`; add the path of a class")?;
    let one_of = |value: &Value, allowed: &[&str]| value.as_str().is_some_and(|text| allowed.contains(&text));
    let checks: [(&str, bool); 5] = [
        (
            "on",
            declaration.get("on").is_none_or(|on| match on {
                Value::Sequence(modes) => !modes.is_empty() && modes.iter().all(|mode| one_of(mode, &MODES)),
                mode => one_of(mode, &MODES),
            }),
        ),
        ("severity", declaration.get("severity").is_none_or(|severity| one_of(severity, &SEVERITIES))),
        ("options", declaration.get("options").is_none_or(Value::is_mapping)),
        ("enabled", declaration.get("enabled").is_none_or(is_boolean)),
        ("skip_load_after_save", declaration.get("skip_load_after_save").is_none_or(is_boolean)),
    ];
    match checks.iter().find(|(_, holds)| !holds) {
        Some((key, _)) => Err(format!("has a `validator` whose `{key}` is not allowed; correct it")),
        None => Ok(class_path.to_owned()),
    }
}

/// YAML as Kedro reads it has more words for booleans than today's YAML.
fn is_boolean(value: &Value) -> bool {
    const WORDS: [&str; 4] = ["yes", "no", "on", "off"];
    value.is_bool() || value.as_str().is_some_and(|text| WORDS.contains(&text.to_ascii_lowercase().as_str()))
}
