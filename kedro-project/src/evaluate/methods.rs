//! Methods of lists, sets and dicts.

use std::{collections::HashSet, rc::Rc};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        arguments::Arguments,
        builtin::Builtin,
        evaluator::{Evaluator, Outcome},
        reason::{Reason, short},
        value::{Dict, Key, List, Shared, Value, View},
    },
    python::Operator,
};

impl Evaluator {
    /// The value of `object.name(…)`.
    pub(super) fn call_method(&mut self, object: &Value, name: &str, arguments: Arguments) -> Outcome {
        self.take(1)?;
        let outcome = match object {
            Value::List(list) => self.list_method(list, name, &arguments)?,
            Value::Set(set) => self.set_method(set, name, &arguments)?,
            Value::Dict(dict) => self.dict_method(dict, name, &arguments)?,
            Value::Text(text) => return self.text_method(text, name, &arguments),
            Value::Path(path) => return self.path_method(path, name, &arguments),
            Value::Pipeline(nodes) => return self.pipeline_method(nodes, name, &arguments),
            Value::Node(node) => return self.node_method(node, name, &arguments),
            Value::Builtin(Builtin::Environment) => return self.environment_method(name, &arguments),
            Value::Builtin(Builtin::Dict) if name == "fromkeys" => Some(self.dict_of_keys(&arguments)),
            _ => None,
        };
        if let Some(value) = outcome {
            return Ok(value);
        }
        self.doubts += 1;
        let reason = self.reason(format!("`{}` is not followed", short(name)));
        self.taint(object, &reason);
        self.taint_arguments(&arguments, &reason);
        Ok(Value::Unknown(reason))
    }

    fn dict_of_keys(&mut self, arguments: &Arguments) -> Value {
        let Some(keys) = arguments.positional.first() else { return self.unknown("keys are not known") };
        let value = arguments.positional.get(1).cloned().unwrap_or(Value::None);
        match self.items(keys) {
            Ok(items) => match items.iter().map(|key| Some((Key::of(key)?, value.clone()))).collect() {
                Some(entries) => Value::dict(entries),
                None => self.unknown("a key is not known"),
            },
            Err(reason) => Value::Unknown(reason),
        }
    }

    /// `None` for a method that is not followed.
    fn list_method(&mut self, list: &Shared<List>, name: &str, arguments: &Arguments) -> Outcome<Option<Value>> {
        let is_unordered = match list.look(|list| list.is_unordered) {
            Ok(is_unordered) => is_unordered,
            Err(reason) => return Ok(Some(self.changed_by(arguments, reason))),
        };
        let done = |change: Result<(), Reason>| Some(change.map_or_else(Value::Unknown, |()| Value::None));
        Ok(match (name, arguments.only()) {
            ("append", Some(item)) => {
                self.take(1)?;
                let is_unordered = self.unordered_loops > 0;
                done(list.change(|list| {
                    list.is_unordered |= is_unordered;
                    list.items.push(item.clone());
                }))
            }
            ("extend", Some(more)) => {
                self.check_iterable(more)?;
                let is_unordered = self.unordered_loops > 0 || more.is_unordered();
                match self.items(more) {
                    Ok(items) => done(list.change(|list| {
                        list.is_unordered |= is_unordered;
                        list.items.extend(items);
                    })),
                    Err(reason) => Some(self.forgotten(&Value::List(list.clone()), reason)),
                }
            }
            ("index" | "count" | "remove", Some(wanted)) if !is_unordered || name != "index" => {
                return self.find_in_list(list, name, wanted).map(Some);
            }
            ("copy", None) if arguments.is_empty() => match list.get() {
                Ok(copy) => {
                    self.take(copy.items.len())?;
                    Some(Value::List(Shared::new(copy)))
                }
                Err(reason) => Some(Value::Unknown(reason)),
            },
            ("clear", None) if arguments.is_empty() => done(list.change(|list| list.items.clear())),
            ("reverse", None) if arguments.is_empty() => done(list.change(|list| list.items.reverse())),
            ("sort", _) => {
                let items = self.items(&Value::List(list.clone()));
                let sorted = self.call_builtin(Builtin::Sorted, sort_arguments(items, arguments))?;
                match sorted {
                    Value::List(sorted) => match sorted.get() {
                        Ok(sorted) => done(list.change(|list| *list = sorted)),
                        Err(reason) => Some(Value::Unknown(reason)),
                    },
                    _ => None,
                }
            }
            ("pop", item) if !is_unordered && arguments.positional.len() < 2 => {
                let index = match item {
                    None => -1,
                    Some(Value::Int(index)) => *index,
                    Some(_) => return Ok(None),
                };
                let popped = list.change(|list| {
                    let at =
                        if index < 0 { index.saturating_add(i64::try_from(list.items.len()).ok()?) } else { index };
                    let at = usize::try_from(at).ok().filter(|at| *at < list.items.len())?;
                    Some(list.items.remove(at))
                });
                let count = list.look(|list| list.items.len()).unwrap_or_default();
                self.take(count / 16)?;
                match popped {
                    Ok(Some(item)) => Some(item),
                    Ok(None) => return Err(self.raised("IndexError", "there is no such item")),
                    Err(reason) => Some(Value::Unknown(reason)),
                }
            }
            ("insert", None) if arguments.positional.len() == 2 => {
                let [index, item] = arguments.positional.as_slice() else { return Ok(None) };
                let Value::Int(index @ 0..) = index else { return Ok(None) };
                let at = usize::try_from(*index).unwrap_or(usize::MAX);
                let count = list.look(|list| list.items.len()).unwrap_or_default();
                self.take(1 + count / 16)?;
                done(list.change(|list| list.items.insert(at.min(list.items.len()), item.clone())))
            }
            _ => None,
        })
    }

    /// `list.index(…)`, `list.count(…)` and `list.remove(…)`
    fn find_in_list(&mut self, list: &Shared<List>, name: &str, wanted: &Value) -> Outcome {
        let items = match self.items(&Value::List(list.clone())) {
            Ok(items) => items,
            Err(reason) => return Ok(Value::Unknown(reason)),
        };
        let mut count = 0;
        for (at, item) in items.iter().enumerate() {
            match self.equal(item, wanted) {
                Ok(false) => {}
                Ok(true) if name == "index" => return Ok(Value::Int(i64::try_from(at).unwrap_or(i64::MAX))),
                Ok(true) if name == "remove" => {
                    return Ok(list
                        .change(|list| drop(list.items.remove(at)))
                        .map_or_else(Value::Unknown, |()| Value::None));
                }
                Ok(true) => count += 1,
                Err(reason) => return Ok(self.forgotten(&Value::List(list.clone()), reason)),
            }
        }
        if name == "count" { Ok(Value::Int(count)) } else { Err(self.raised("ValueError", "there is no such item")) }
    }

    fn set_method(&mut self, set: &Shared<List>, name: &str, arguments: &Arguments) -> Outcome<Option<Value>> {
        let old = self.items(&Value::Set(set.clone()));
        let (old, more) = match (old, name, arguments.only()) {
            (Ok(old), "add", Some(item)) => (old, vec![item.clone()]),
            (Ok(old), "update" | "union", Some(more)) => match self.items(more) {
                Ok(items) => (old, items),
                Err(reason) => return Ok(Some(self.forgotten(&Value::Set(set.clone()), reason))),
            },
            (Ok(old), "copy", None) => (old, Vec::new()),
            (
                Ok(old),
                "difference"
                | "intersection"
                | "symmetric_difference"
                | "issubset"
                | "issuperset"
                | "isdisjoint"
                | "discard"
                | "remove"
                | "difference_update"
                | "intersection_update",
                Some(more),
            ) => return self.compare_sets(set, old, name, more),
            (Err(reason), ..) => return Ok(Some(self.changed_by(arguments, reason))),
            _ => return Ok(None),
        };
        let new = self.set_of(old.into_iter().chain(more).collect());
        Ok(match (name, new) {
            ("union" | "copy", new) => Some(new),
            (_, Value::Set(new)) => match new.get() {
                Ok(new) => Some(set.change(|set| *set = new).map_or_else(Value::Unknown, |()| Value::None)),
                Err(reason) => Some(Value::Unknown(reason)),
            },
            (_, Value::Unknown(reason)) => Some(self.forgotten(&Value::Set(set.clone()), reason)),
            _ => None,
        })
    }

    /// Methods of sets that look which elements another has.
    fn compare_sets(
        &mut self,
        set: &Shared<List>,
        old: Vec<Value>,
        name: &str,
        other: &Value,
    ) -> Outcome<Option<Value>> {
        let others = if matches!(name, "discard" | "remove") { Ok(vec![other.clone()]) } else { self.items(other) };
        let keys = |values: &[Value]| values.iter().map(Key::of).collect::<Option<Vec<Key>>>();
        let known = others.map(|others| keys(&old).zip(keys(&others)).map(|(own, keys)| (own, keys, others)));
        let (own, keys, others) = match known {
            Ok(Some(known)) => known,
            Ok(None) => return Ok(None),
            Err(reason) => return Ok(Some(self.forgotten(&Value::Set(set.clone()), reason))),
        };
        self.take(own.len() + keys.len())?;
        let (own, keys): (HashSet<Key>, HashSet<Key>) = (own.into_iter().collect(), keys.into_iter().collect());
        let truth = match name {
            "issubset" => Some(own.is_subset(&keys)),
            "issuperset" => Some(own.is_superset(&keys)),
            "isdisjoint" => Some(own.is_disjoint(&keys)),
            "remove" if own.is_disjoint(&keys) => return Err(self.raised("KeyError", "there is no such element")),
            _ => None,
        };
        if let Some(truth) = truth {
            return Ok(Some(Value::Bool(truth)));
        }
        let operator = match name {
            "intersection" | "intersection_update" => Operator::And,
            "symmetric_difference" => Operator::Xor,
            _ => Operator::Subtract,
        };
        let new = self.operate_on_sets(operator, old, &others);
        let gives = matches!(name, "difference" | "intersection" | "symmetric_difference");
        let Value::Set(changed) = &new else { return Ok(Some(new)) };
        if gives {
            return Ok(Some(new));
        }
        let changed = changed.get();
        Ok(Some(match changed.and_then(|changed| set.change(|set| *set = changed)) {
            Ok(()) => Value::None,
            Err(reason) => Value::Unknown(reason),
        }))
    }

    /// `None` for a method that is not followed.
    fn dict_method(&mut self, dict: &Shared<Dict>, name: &str, arguments: &Arguments) -> Outcome<Option<Value>> {
        let (count, is_unordered) = match dict.look(|dict| (dict.entries.len(), dict.is_unordered)) {
            Ok(looked) => looked,
            Err(reason) => return Ok(Some(self.changed_by(arguments, reason))),
        };
        if let Some(reason) = &arguments.unknown {
            return Ok(Some(self.forgotten(&Value::Dict(dict.clone()), reason.clone())));
        }
        let key = arguments.positional.first();
        match name {
            "items" | "keys" | "values" | "copy" if arguments.is_empty() => {
                self.take(count)?;
                Ok(match name {
                    "items" => Some(Value::View(dict.clone(), View::Items)),
                    "keys" => Some(Value::View(dict.clone(), View::Keys)),
                    "values" => Some(Value::View(dict.clone(), View::Values)),
                    _ => Some(dict.get().map_or_else(Value::Unknown, |copy| Value::Dict(Shared::new(copy)))),
                })
            }
            "clear" if arguments.is_empty() => {
                Ok(Some(dict.change(|dict| dict.entries.clear()).map_or_else(Value::Unknown, |()| Value::None)))
            }
            "update" => self.update(dict, arguments).map(Some),
            "get" | "pop" | "setdefault" => {
                let Some(key) = key.and_then(Key::of) else {
                    let reason = self.reason("a key is not known");
                    if name == "get" {
                        return Ok(Some(Value::Unknown(reason)));
                    }
                    return Ok(Some(self.forgotten(&Value::Dict(dict.clone()), reason)));
                };
                let default = arguments.get(1, "default").cloned();
                self.look_up(dict, name, key, default, count).map(Some)
            }
            "popitem" if arguments.is_empty() && !is_unordered => match dict.change(|dict| dict.entries.pop()) {
                Ok(Some((key, value))) => Ok(Some(Value::tuple(vec![key.value(), value]))),
                Ok(None) => Err(self.raised("KeyError", "the dict is empty")),
                Err(reason) => Ok(Some(Value::Unknown(reason))),
            },
            _ => Ok(None),
        }
    }

    fn look_up(&mut self, dict: &Shared<Dict>, name: &str, key: Key, default: Option<Value>, count: usize) -> Outcome {
        let found = match name {
            "pop" => {
                self.take(count / 16)?;
                dict.change(|dict| dict.entries.shift_remove(&key))
            }
            _ => dict.look(|dict| dict.entries.get(&key).cloned()),
        };
        match (found, name) {
            (Ok(Some(value)), _) => Ok(value),
            (Ok(None), "pop") => default.ok_or_else(|| self.raised("KeyError", "there is no such key")),
            (Ok(None), "setdefault") => {
                let value = default.unwrap_or(Value::None);
                let is_unordered = self.unordered_loops > 0;
                drop(dict.change(|dict| {
                    dict.is_unordered |= is_unordered;
                    dict.entries.insert(key, value.clone())
                }));
                Ok(value)
            }
            (Ok(None), _) => Ok(default.unwrap_or(Value::None)),
            (Err(reason), _) => Ok(Value::Unknown(reason)),
        }
    }

    fn update(&mut self, dict: &Shared<Dict>, arguments: &Arguments) -> Outcome {
        let mut more = match arguments.positional.as_slice() {
            [] => Ok(IndexMap::new()),
            [other @ Value::Dict(_)] => self.entries(other),
            [pairs] => self.pairs(pairs),
            _ => return Err(self.raised("TypeError", "`update` takes one argument")),
        };
        if let Ok(more) = &mut more {
            more.extend(arguments.named.iter().map(|(name, value)| (Key::Text(Rc::clone(name)), value.clone())));
        }
        match more {
            Ok(more) => {
                self.take(more.len())?;
                let is_unordered = self.unordered_loops > 0 || arguments.positional.iter().any(Value::is_unordered);
                let extend = |dict: &mut Dict| {
                    dict.is_unordered |= is_unordered;
                    dict.entries.extend(more);
                };
                Ok(dict.change(extend).map_or_else(Value::Unknown, |()| Value::None))
            }
            Err(reason) => Ok(self.forgotten(&Value::Dict(dict.clone()), reason)),
        }
    }

    /// Forgets a value that is changed in a way that is not known.
    fn forgotten(&mut self, value: &Value, reason: Reason) -> Value {
        self.taint(value, &reason);
        Value::Unknown(reason)
    }

    /// What a method of an unknown value gives.
    fn changed_by(&mut self, arguments: &Arguments, reason: Reason) -> Value {
        self.taint_arguments(arguments, &reason);
        Value::Unknown(reason)
    }
}

fn sort_arguments(items: Result<Vec<Value>, Reason>, arguments: &Arguments) -> Arguments {
    let mut all = match items {
        Ok(items) => Arguments::of(vec![Value::list(items)]),
        Err(reason) => Arguments { unknown: Some(reason), ..Arguments::default() },
    };
    all.named.clone_from(&arguments.named);
    all
}
