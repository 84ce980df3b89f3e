//! The arguments of a call.

use std::{collections::HashMap, rc::Rc};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        reason::Reason,
        value::{Closure, Key, Value},
    },
    python::{Name, ParameterKind},
};

/// The arguments of a call.
#[derive(Debug, Default, Clone)]
pub(crate) struct Arguments {
    /// Those given by position.
    pub(crate) positional: Vec<Value>,
    /// Those given by name.
    pub(crate) named: Vec<(Name, Value)>,
    /// Why there may be more.
    pub(crate) unknown: Option<Reason>,
}

impl Arguments {
    /// These, by position.
    pub(crate) fn of(positional: Vec<Value>) -> Self {
        Self { positional, ..Self::default() }
    }

    /// Adds what `**` spreads.
    pub(crate) fn add_entries(&mut self, entries: IndexMap<Key, Value>) {
        for (key, value) in entries {
            if let Key::Text(name) = key {
                self.named.push((name, value));
            }
        }
    }

    /// The argument of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// The argument at `position` or of this name.
    pub(crate) fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.named(name))
    }

    /// The only argument.
    pub(crate) fn only(&self) -> Option<&Value> {
        match (self.positional.as_slice(), self.named.is_empty(), &self.unknown) {
            ([only], true, None) => Some(only),
            _ => None,
        }
    }

    /// All values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.named.is_empty() && self.unknown.is_none()
    }

    /// The parameters of a function by name. The error says what Python refuses.
    pub(crate) fn bound_to(self, closure: &Closure) -> Result<HashMap<Name, Value>, String> {
        let mut bound: HashMap<Name, Value> = HashMap::new();
        let mut positional = self.positional.into_iter();
        let mut named: IndexMap<Name, Value> = IndexMap::new();
        for (name, value) in self.named {
            if named.insert(Rc::clone(&name), value).is_some() {
                return Err(format!("the argument `{name}` is given twice"));
            }
        }
        let mut rest_named = None;
        for parameter in &closure.function.parameters {
            let by_position = match parameter.kind {
                ParameterKind::Positional | ParameterKind::Any => positional.next(),
                ParameterKind::Named => None,
                ParameterKind::Rest => {
                    let rest = Value::tuple(positional.by_ref().collect());
                    bound.insert(Rc::clone(&parameter.name), rest);
                    continue;
                }
                ParameterKind::RestNamed => {
                    rest_named = Some(Rc::clone(&parameter.name));
                    continue;
                }
            };
            let by_name = match parameter.kind {
                ParameterKind::Positional => None,
                _ => named.shift_remove(&parameter.name),
            };
            let value = match (by_position, by_name) {
                (Some(_), Some(_)) => return Err(format!("the argument `{}` is given twice", parameter.name)),
                (Some(value), None) | (None, Some(value)) => value,
                (None, None) => match (closure.defaults.get(&parameter.name), &self.unknown) {
                    (_, Some(reason)) => Value::Unknown(reason.clone()),
                    (Some(default), None) => default.clone(),
                    (None, None) => return Err(format!("the argument `{}` is missing", parameter.name)),
                },
            };
            bound.insert(Rc::clone(&parameter.name), value);
        }
        if positional.next().is_some() {
            return Err("there are more arguments than parameters".to_owned());
        }
        match rest_named {
            Some(name) => {
                let rest = named.into_iter().map(|(name, value)| (Key::Text(name), value)).collect();
                let rest = self.unknown.map_or_else(|| Value::dict(rest), Value::Unknown);
                bound.insert(name, rest);
            }
            None => {
                if let Some((name, _)) = named.first() {
                    return Err(format!("there is no parameter `{name}`"));
                }
            }
        }
        Ok(bound)
    }
}
