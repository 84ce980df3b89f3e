//! Values as Python writes them.

use serde_yaml::Value;

/// A value as Python's `str` writes it.
pub(super) fn python_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => python_repr(other),
    }
}

fn python_repr(value: &Value) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => format!("{float:?}"),
            None => number.to_string(),
        },
        Value::String(text) => format!("'{text}'"),
        Value::Sequence(items) => format!("[{}]", join(items.iter().map(python_repr).collect())),
        Value::Mapping(entries) => {
            let pairs = entries.iter().map(|(key, value)| format!("{}: {}", python_repr(key), python_repr(value)));
            format!("{{{}}}", join(pairs.collect()))
        }
        Value::Tagged(tagged) => python_repr(&tagged.value),
    }
}
