//! Attributes, indices and slices of values.

use std::rc::Rc;

use crate::evaluate::{
    builtin::Builtin,
    evaluator::{Evaluator, Outcome},
    kedro::{self, Nodes},
    members::lacks,
    paths::path_attribute,
    reason::short,
    value::{ClassValue, Closure, Instance, Key, List, Method, Partial, Receiver, Shared, Value},
};

/// Classes that are looked through for an attribute.
const MOST_BASES: usize = 20;

impl Evaluator {
    /// `object.name`
    pub(super) fn attribute(&mut self, object: &Value, name: &Rc<str>) -> Outcome {
        self.take(1)?;
        match object {
            Value::Unknown(reason) => Ok(Value::Unknown(reason.clone())),
            Value::External(path) => Ok(Value::External(way(path, name))),
            Value::Module(module) => match self.member(module, name)? {
                Some(value) => Ok(value),
                None => Err(self.raised("AttributeError", format!("{} has no `{}`", short(module), short(name)))),
            },
            Value::Class(class) => self.class_attribute(class, name),
            Value::Instance(instance) => self.instance_attribute(instance, name),
            Value::Pipeline(nodes) if &**name == "nodes" => Ok(self.nodes(nodes)),
            Value::Pipeline(_) if matches!(&**name, "grouped_nodes" | "node_dependencies") => {
                Ok(self.unknown(format!("the pipeline's `{name}` is not followed")))
            }
            Value::Node(node) => Ok(match (&**name, &node.name, &node.namespace, &node.tags) {
                ("name", Some(Some(_)), Some(_), _) => node.full_name().map_or(Value::None, Value::text),
                ("short_name", Some(Some(name)), ..) => Value::Text(Rc::clone(name)),
                ("namespace", _, Some(namespace), _) => namespace.clone().map_or(Value::None, Value::Text),
                ("tags", .., Some(tags)) => {
                    let items = tags.iter().map(|tag| Value::Text(Rc::clone(tag))).collect();
                    Value::Set(Shared::new(List { items, is_unordered: true }))
                }
                ("outputs", ..) if node.outputs.is_some() => {
                    Value::list(node.output_names().into_iter().flatten().map(Value::text).collect())
                }
                ("tag" | "inputs" | "func" | "run" | "preview", ..) => method(object, name),
                _ => self.unknown(format!("the node's `{}` is not followed", short(name))),
            }),
            Value::Path(path) => match path_attribute(path, name) {
                Some(value) => Ok(value),
                None => Ok(method(object, name)),
            },
            Value::Builtin(Builtin::Chain) if &**name == "from_iterable" => {
                Ok(Value::Builtin(Builtin::ChainFromIterable))
            }
            Value::Function(closure) if matches!(&**name, "__name__" | "__qualname__") => {
                Ok(Value::Text(Rc::clone(&closure.function.name)))
            }
            _ if lacks(object, name) => {
                let kind = object.type_name().unwrap_or("value");
                Err(self.raised("AttributeError", format!("a {kind} has no `{}`", short(name))))
            }
            _ => Ok(method(object, name)),
        }
    }

    fn nodes(&mut self, nodes: &Nodes) -> Value {
        let ordered = kedro::ordered(&mut self.bounds, nodes);
        let is_unordered = ordered.is_none() && nodes.len() > 1;
        let nodes = ordered.unwrap_or_else(|| nodes.to_vec());
        Value::List(Shared::new(List { items: nodes.into_iter().map(Value::Node).collect(), is_unordered }))
    }

    fn class_attribute(&mut self, class: &Rc<ClassValue>, name: &Rc<str>) -> Outcome {
        match self.of_class(class, name, MOST_BASES) {
            Some(Value::Function(closure)) if closure.receiver == Receiver::Class => {
                Ok(bound(&closure, Value::Class(Rc::clone(class))))
            }
            Some(value) => Ok(value),
            None if &**name == "__name__" => Ok(Value::Text(Rc::clone(&class.name))),
            None => Ok(self.unknown(format!("the class's `{}` is not known", short(name)))),
        }
    }

    pub(super) fn instance_attribute(&mut self, instance: &Rc<Instance>, name: &Rc<str>) -> Outcome {
        match instance.names.look(|names| names.0.get(name).cloned()) {
            Ok(Some(value)) => return Ok(value),
            Err(reason) => return Ok(Value::Unknown(reason)),
            Ok(None) => {}
        }
        match self.of_class(&instance.class, name, MOST_BASES) {
            Some(Value::Function(closure)) => Ok(match closure.receiver {
                Receiver::Object => bound(&closure, Value::Instance(Rc::clone(instance))),
                Receiver::Class => bound(&closure, Value::Class(Rc::clone(&instance.class))),
                Receiver::None => Value::Function(closure),
            }),
            Some(value) => Ok(value),
            None => Ok(self.unknown(format!("the object's `{}` is not known", short(name)))),
        }
    }

    /// What a class or its bases bind.
    pub(super) fn of_class(&mut self, class: &Rc<ClassValue>, name: &str, left: usize) -> Option<Value> {
        if let Some(value) = class.names.borrow().0.get(name) {
            return Some(value.clone());
        }
        if class.is_open {
            return Some(self.unknown(format!("the class's `{}` is not known", short(name))));
        }
        for base in &class.bases {
            match base {
                Value::Class(base) if left > 0 && self.bounds.take(1) => {
                    if let Some(value) = self.of_class(base, name, left - 1) {
                        return Some(value);
                    }
                }
                Value::Builtin(Builtin::Object) => {}
                _ => return Some(self.unknown(format!("the class's `{}` is not known", short(name)))),
            }
        }
        None
    }

    /// `object[index]`
    pub(super) fn subscript(&mut self, object: &Value, index: &Value) -> Outcome {
        self.take(1)?;
        if let Value::Unknown(reason) = index {
            return Ok(Value::Unknown(reason.clone()));
        }
        match object {
            Value::Unknown(reason) => Ok(Value::Unknown(reason.clone())),
            Value::External(path) => Ok(Value::External(way(path, "[…]"))),
            Value::Dict(dict) => {
                let Some(key) = Key::of(index) else { return Ok(self.unknown("a key is not known")) };
                match dict.look(|dict| dict.entries.get(&key).cloned()) {
                    Ok(Some(value)) => Ok(value),
                    Ok(None) => Err(self.raised("KeyError", format!("there is no key {}", described(index)))),
                    Err(reason) => Ok(Value::Unknown(reason)),
                }
            }
            Value::List(list) => match (list.look(|list| list.is_unordered), index) {
                (Ok(false), Value::Int(index)) => {
                    let item = list.look(|list| place(list.items.len(), *index).map(|at| list.items[at].clone()));
                    self.item(item.ok().flatten())
                }
                (Err(reason), _) => Ok(Value::Unknown(reason)),
                _ => Ok(self.unknown("which item this is cannot be known")),
            },
            Value::Tuple(items) => match index {
                Value::Int(index) => self.item(place(items.0.len(), *index).map(|at| items.0[at].clone())),
                _ => Ok(self.unknown("which item this is cannot be known")),
            },
            Value::Text(text) => match index {
                Value::Int(index) => {
                    let count = text.chars().count();
                    self.item(
                        place(count, *index)
                            .and_then(|at| text.chars().nth(at))
                            .map(|one| Value::text(one.to_string())),
                    )
                }
                _ => Ok(self.unknown("which item this is cannot be known")),
            },
            Value::Builtin(Builtin::Environment) => match index {
                Value::Text(name) => match self.variable_named(name) {
                    Some(value) => Ok(value),
                    None => Err(self.raised("KeyError", format!("there is no variable {}", short(name)))),
                },
                _ => Ok(self.unknown("the name of an environment variable is not known")),
            },
            // `dict[str, Pipeline]` and the like are types.
            Value::Builtin(_) | Value::Class(_) => Ok(Value::External("a type".into())),
            Value::None
            | Value::Int(_)
            | Value::Bool(_)
            | Value::Function(_)
            | Value::Set(_)
            | Value::View(..)
            | Value::Iterator(_)
            | Value::Node(_) => {
                let kind = object.type_name().unwrap_or("value");
                Err(self.raised("TypeError", format!("a {kind} has no items by index")))
            }
            _ => Ok(self.unknown("which item this is cannot be known")),
        }
    }

    fn item(&self, item: Option<Value>) -> Outcome {
        item.ok_or_else(|| self.raised("IndexError", "there is no such item"))
    }

    /// `object[from:to:step]`
    pub(super) fn slice(&mut self, object: &Value, bounds: &[Value]) -> Outcome {
        let mut numbers = [None; 3];
        for (number, value) in numbers.iter_mut().zip(bounds) {
            *number = match value {
                Value::None => None,
                Value::Int(value) => Some(*value),
                other => return Ok(Value::Unknown(self.reason_of(other, "a slice is not known"))),
            };
        }
        if let Value::List(list) = object
            && list.look(|list| list.is_unordered).unwrap_or_default()
        {
            return Ok(self.unknown("which items these are cannot be known"));
        }
        let items = match object {
            Value::Dict(_) | Value::Set(_) => Err(self.reason("which items these are cannot be known")),
            other => self.items(other),
        };
        let items = match items {
            Ok(items) => items,
            Err(reason) => return Ok(Value::Unknown(reason)),
        };
        let [start, end, step] = numbers;
        let items = match step.unwrap_or(1) {
            step @ 1.. => {
                let at = |bound: i64| clamped(items.len(), bound);
                let (start, end) = (start.map_or(0, at), end.map_or(items.len(), at));
                let step = usize::try_from(step).unwrap_or(usize::MAX);
                items.into_iter().take(end).skip(start).step_by(step).collect()
            }
            -1 if start.is_none() && end.is_none() => items.into_iter().rev().collect(),
            _ => return Ok(self.unknown("a slice backwards is not followed")),
        };
        Ok(match object {
            Value::Tuple(_) => Value::tuple(items),
            Value::Text(_) => {
                Value::text(items.iter().filter_map(Value::as_text).map(|one| &**one).collect::<String>())
            }
            _ => Value::list(items),
        })
    }
}

/// The way that leads to something of a library, no longer than anybody reads.
fn way(path: &Rc<str>, name: &str) -> Rc<str> {
    const LONGEST: usize = 120;
    if path.len() > LONGEST { Rc::clone(path) } else { format!("{path}.{}", short(name)).into() }
}

fn method(object: &Value, name: &Rc<str>) -> Value {
    Value::Method(Rc::new(Method { object: object.clone(), name: Rc::clone(name) }))
}

fn described(index: &Value) -> String {
    match index {
        Value::Text(text) => format!("`{}`", short(text)),
        _ => "like this".to_owned(),
    }
}

/// A method that has its object.
pub(super) fn bound(closure: &Rc<Closure>, receiver: Value) -> Value {
    let partial =
        Partial { function: Value::Function(Rc::clone(closure)), positional: vec![receiver], named: Vec::new() };
    Value::Partial(Rc::new(partial))
}

/// Where an index leads, which may count from the end.
pub(super) fn place(count: usize, index: i64) -> Option<usize> {
    let at = clamped_sum(count, index);
    usize::try_from(at).ok().filter(|at| *at < count)
}

pub(super) fn clamped(count: usize, bound: i64) -> usize {
    usize::try_from(clamped_sum(count, bound).max(0)).unwrap_or(usize::MAX).min(count)
}

fn clamped_sum(count: usize, index: i64) -> i64 {
    if index < 0 { index.saturating_add(i64::try_from(count).unwrap_or(i64::MAX)) } else { index }
}
