//! Operators between values, comparisons and truth.

use std::{cmp::Ordering, collections::HashSet, path::PathBuf, rc::Rc};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        evaluator::{Evaluator, Outcome, TOO_LARGE},
        kedro::{self, Nodes},
        reason::Reason,
        stop::Stop,
        value::{Dict, Key, List, Scope, Shared, Value, View},
    },
    python::{Comparison, Expr, Operator},
};

/// Bytes of text that are made at most.
const LONGEST_TEXT: usize = 1 << 16;

impl Evaluator {
    /// `first + second - …`
    pub(super) fn chain(&mut self, frame: &Rc<Scope>, first: &Expr, rest: &[(Operator, Expr)]) -> Outcome {
        let mut left = self.evaluate(frame, first)?;
        for (operator, right) in rest {
            let right = self.evaluate(frame, right)?;
            left = self.operate(*operator, left, right)?;
        }
        Ok(left)
    }

    /// The value of `left operator right`.
    pub(super) fn operate(&mut self, operator: Operator, left: Value, right: Value) -> Outcome {
        self.take(1)?;
        match (operator, left, right) {
            (_, Value::Unknown(reason), other) | (_, other, Value::Unknown(reason)) => {
                self.taint(&other, &reason);
                Ok(Value::Unknown(reason))
            }
            (Operator::Add | Operator::Or, Value::Pipeline(left), Value::Pipeline(right)) => {
                self.add_pipelines(&[left, right])
            }
            // `sum` starts with zero.
            (Operator::Add, Value::Int(0), pipeline @ Value::Pipeline(_)) => Ok(pipeline),
            (Operator::Subtract, Value::Pipeline(left), Value::Pipeline(right)) => {
                let nodes = kedro::difference(&mut self.bounds, &left, &right);
                self.pipeline_of(nodes)
            }
            (Operator::And, Value::Pipeline(left), Value::Pipeline(right)) => {
                let nodes = kedro::intersection(&mut self.bounds, &left, &right);
                self.pipeline_of(nodes)
            }
            (Operator::Add, Value::Int(left), Value::Int(right)) => Ok(self.number(left.checked_add(right))),
            (Operator::Subtract, Value::Int(left), Value::Int(right)) => Ok(self.number(left.checked_sub(right))),
            (Operator::Multiply, Value::Int(left), Value::Int(right)) => Ok(self.number(left.checked_mul(right))),
            (
                Operator::Divide | Operator::FloorDivide | Operator::Remainder,
                Value::Int(_) | Value::Bool(_),
                Value::Int(0) | Value::Bool(false),
            ) => Err(self.raised("ZeroDivisionError", "a number is divided by zero")),
            (operator, Value::Bool(left), right @ (Value::Int(_) | Value::Bool(_))) if !is_of_sets(operator) => {
                self.operate(operator, Value::Int(left.into()), right)
            }
            (operator, left @ Value::Int(_), Value::Bool(right)) => {
                self.operate(operator, left, Value::Int(right.into()))
            }
            (Operator::Power, Value::Int(left), Value::Int(right @ 0..)) => {
                Ok(self.number(u32::try_from(right).ok().and_then(|right| left.checked_pow(right))))
            }
            (Operator::And, Value::Int(left), Value::Int(right)) => Ok(Value::Int(left & right)),
            (Operator::Or, Value::Int(left), Value::Int(right)) => Ok(Value::Int(left | right)),
            (Operator::Xor, Value::Int(left), Value::Int(right)) => Ok(Value::Int(left ^ right)),
            (Operator::FloorDivide, Value::Int(left), Value::Int(right)) => {
                Ok(self.number(left.checked_div_euclid(right).filter(|_| right > 0)))
            }
            (Operator::Remainder, Value::Int(left), Value::Int(right)) => {
                Ok(self.number(left.checked_rem_euclid(right).filter(|_| right > 0)))
            }
            (Operator::Add, Value::Text(left), Value::Text(right)) => self.longer(&left, &right),
            (Operator::Multiply, Value::Text(text), Value::Int(times)) => {
                let times = usize::try_from(times).unwrap_or_default();
                if text.len().saturating_mul(times) > LONGEST_TEXT {
                    return Ok(self.unknown(TOO_LARGE));
                }
                Ok(Value::text(text.repeat(times)))
            }
            (Operator::Remainder, Value::Text(text), arguments) => self.percent(&text, &arguments),
            (Operator::Divide, Value::Path(left), right) => self.join_path(&left, &right),
            (Operator::Divide, Value::Text(left), right @ Value::Path(_)) => {
                self.join_path(&PathBuf::from(&*left), &right)
            }
            (operator, left, right) => self.operate_on_many(operator, &left, &right),
        }
    }

    /// Lists, tuples, sets and dicts.
    fn operate_on_many(&mut self, operator: Operator, left: &Value, right: &Value) -> Outcome {
        match (operator, left, right) {
            (Operator::Add, Value::List(a), Value::List(b)) => {
                let both = a.get().and_then(|a| Ok((a, b.get()?)));
                match both {
                    Ok((mut a, mut b)) => {
                        self.take(a.items.len() + b.items.len())?;
                        a.items.append(&mut b.items);
                        a.is_unordered |= b.is_unordered;
                        Ok(Value::List(Shared::new(a)))
                    }
                    Err(reason) => Ok(Value::Unknown(reason)),
                }
            }
            (Operator::Add, Value::Tuple(a), Value::Tuple(b)) => {
                self.take(a.0.len() + b.0.len())?;
                Ok(Value::tuple(a.0.iter().chain(&b.0).cloned().collect()))
            }
            (Operator::Multiply, Value::List(list), Value::Int(times)) => match list.get() {
                Ok(list) => {
                    let times = usize::try_from(*times).unwrap_or_default();
                    self.take(list.items.len().saturating_mul(times))?;
                    let items = std::iter::repeat_n(&list.items, times).flatten().cloned().collect();
                    Ok(Value::List(Shared::new(List { items, is_unordered: list.is_unordered })))
                }
                Err(reason) => Ok(Value::Unknown(reason)),
            },
            (Operator::Or, Value::Dict(_), Value::Dict(_)) => {
                let both = self.entries(left).and_then(|left| Ok((left, self.entries(right)?)));
                match both {
                    Ok((mut entries, more)) => {
                        self.take(entries.len() + more.len())?;
                        entries.extend(more);
                        let is_unordered = left.is_unordered() || right.is_unordered();
                        Ok(Value::Dict(Shared::new(Dict { entries, is_unordered })))
                    }
                    Err(reason) => Ok(Value::Unknown(reason)),
                }
            }
            (Operator::Or | Operator::Subtract | Operator::And | Operator::Xor, left, right)
                if is_made_a_set(left, right) =>
            {
                match (self.items(left), self.items(right)) {
                    (Ok(left), Ok(right)) => Ok(self.operate_on_sets(operator, left, &right)),
                    (Err(reason), _) | (_, Err(reason)) => Ok(Value::Unknown(reason)),
                }
            }
            _ => {
                if let (Some(left), Some(right)) = (left.type_name(), right.type_name())
                    && !may_be_joined(operator, left, right)
                {
                    let problem = format!("there is no such operator between {left} and {right}");
                    return Err(self.raised("TypeError", problem));
                }
                let reason = self.reason("an operator between these values is not followed");
                self.taint(left, &reason);
                self.taint(right, &reason);
                Ok(Value::Unknown(reason))
            }
        }
    }

    pub(super) fn operate_on_sets(&mut self, operator: Operator, left: Vec<Value>, right: &[Value]) -> Value {
        let keys = |values: &[Value]| values.iter().map(Key::of).collect::<Option<HashSet<Key>>>();
        let (Some(_), Some(others)) = (keys(&left), keys(right)) else {
            return self.unknown("an element of a set is not known");
        };
        let is_other = |value: &Value| Key::of(value).is_some_and(|key| others.contains(&key));
        match operator {
            Operator::Or => self.set_of(left.into_iter().chain(right.iter().cloned()).collect()),
            Operator::Subtract => self.set_of(left.into_iter().filter(|value| !is_other(value)).collect()),
            Operator::Xor => {
                let own: HashSet<Key> = left.iter().filter_map(Key::of).collect();
                let new = right.iter().filter(|value| Key::of(value).is_some_and(|key| !own.contains(&key))).cloned();
                self.set_of(left.into_iter().filter(|value| !is_other(value)).chain(new).collect())
            }
            _ => self.set_of(left.into_iter().filter(is_other).collect()),
        }
    }

    /// A set of these values; unknown when it is not certain which are equal.
    pub(super) fn set_of(&mut self, values: Vec<Value>) -> Value {
        if let Some(Value::Unknown(reason)) = values.iter().find(|value| matches!(value, Value::Unknown(_))) {
            return Value::Unknown(reason.clone());
        }
        if !values.is_empty() && values.iter().all(|value| matches!(value, Value::Node(_))) {
            let nodes = values.iter().filter_map(|value| match value {
                Value::Node(node) => Some(Rc::clone(node)),
                _ => None,
            });
            let all: Nodes = Rc::new(nodes.collect());
            return match kedro::union(&mut self.bounds, &[all]) {
                Some(nodes) => {
                    let items = nodes.iter().map(|node| Value::Node(Rc::clone(node))).collect();
                    Value::Set(Shared::new(List { items, is_unordered: true }))
                }
                None => self.unknown("the same node may be in a set twice"),
            };
        }
        let mut distinct = IndexMap::new();
        for value in values {
            match Key::of(&value) {
                Some(key) => drop(distinct.entry(key).or_insert(value)),
                None => return self.unknown("an element of a set is not known"),
            }
        }
        Value::Set(Shared::new(List { items: distinct.into_values().collect(), is_unordered: true }))
    }

    fn number(&self, number: Option<i64>) -> Value {
        number.map_or_else(|| self.unknown("a number is not known"), Value::Int)
    }

    fn longer(&mut self, left: &str, right: &str) -> Outcome {
        self.take((left.len() + right.len()) / 64)?;
        if left.len() + right.len() > LONGEST_TEXT {
            return Ok(self.unknown(TOO_LARGE));
        }
        Ok(Value::text([left, right].concat()))
    }

    /// The pipeline of all nodes of these.
    pub(super) fn add_pipelines(&mut self, pipelines: &[Nodes]) -> Outcome {
        let nodes = kedro::union(&mut self.bounds, pipelines);
        self.pipeline_of(nodes)
    }

    /// A pipeline of these nodes, unless Kedro refuses it.
    pub(super) fn pipeline_of(&mut self, nodes: Option<Nodes>) -> Outcome {
        let Some(nodes) = nodes else {
            return Ok(self.unknown("the same node may be in both pipelines"));
        };
        match kedro::check_pipeline(&mut self.bounds, &nodes) {
            Some((kind, problem)) => Err(self.refused(kind, problem)),
            None => Ok(Value::Pipeline(nodes)),
        }
    }

    /// Kedro refuses a pipeline, or perhaps does.
    pub(super) fn refused(&self, kind: Option<&str>, problem: String) -> Stop {
        match kind {
            Some(kind) => self.raised(kind, problem),
            None => self.unclear(problem),
        }
    }

    /// Whether Python takes a value for true.
    pub(super) fn truth(&self, value: &Value) -> Result<bool, Reason> {
        match value {
            Value::None => Ok(false),
            Value::Bool(value) => Ok(*value),
            Value::Int(value) => Ok(*value != 0),
            Value::Text(text) => Ok(!text.is_empty()),
            Value::Tuple(items) => Ok(!items.0.is_empty()),
            Value::List(list) | Value::Set(list) => list.look(|list| !list.items.is_empty()),
            Value::Dict(dict) | Value::View(dict, _) => dict.look(|dict| !dict.entries.is_empty()),
            Value::Unknown(reason) => Err(reason.clone()),
            Value::External(path) => Err(self.reason(format!("what {path} gives is not known"))),
            Value::Instance(_) => Err(self.reason("whether an object is true is not followed")),
            _ => Ok(true),
        }
    }

    /// Whether a comparison holds.
    pub(super) fn compare(&mut self, left: &Value, comparison: Comparison, right: &Value) -> Result<bool, Reason> {
        match comparison {
            Comparison::Equal => self.equal(left, right),
            Comparison::NotEqual => self.equal(left, right).map(|equal| !equal),
            Comparison::Is | Comparison::IsNot => {
                let is_same = match (left, right) {
                    (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Err(reason.clone()),
                    (Value::External(_), _) | (_, Value::External(_)) => Err(self.reason("a value is not known")),
                    (Value::None, Value::None) => Ok(true),
                    (Value::None, _) | (_, Value::None) => Ok(false),
                    (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
                    _ => Err(self.reason("`is` is not followed here")),
                }?;
                Ok(is_same == (comparison == Comparison::Is))
            }
            Comparison::In => self.contains(right, left),
            Comparison::NotIn => self.contains(right, left).map(|contains| !contains),
            Comparison::Less => self.less(left, right, Ordering::is_lt),
            Comparison::LessOrEqual => self.less(left, right, Ordering::is_le),
            Comparison::Greater => self.less(left, right, Ordering::is_gt),
            Comparison::GreaterOrEqual => self.less(left, right, Ordering::is_ge),
        }
    }

    /// Python raises an error where nobody can say which value is less, or where there is nothing
    /// to look into.
    pub(super) fn check_comparable(&self, left: &Value, comparison: Comparison, right: &Value) -> Outcome<()> {
        let (Some(left), Some(right)) = (left.type_name(), right.type_name()) else { return Ok(()) };
        match comparison {
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual
                if !may_be_compared(left, right) =>
            {
                Err(self.raised("TypeError", format!("nobody can say whether {left} or {right} is less")))
            }
            Comparison::In | Comparison::NotIn
                if matches!(right, "NoneType" | "int" | "bool" | "function" | "Node") =>
            {
                Err(self.raised("TypeError", format!("there is nothing in a value of type {right}")))
            }
            _ => Ok(()),
        }
    }

    fn less(&mut self, left: &Value, right: &Value, is: fn(Ordering) -> bool) -> Result<bool, Reason> {
        match (left, right) {
            (Value::External(path), Value::Tuple(version)) if &**path == "sys.version_info" => {
                let version: Option<Vec<i64>> = version.0.iter().map(number).collect();
                match version {
                    Some(version) if version.as_slice() < [3, i64::from(self.oldest_python)].as_slice() => {
                        Ok(is(Ordering::Greater))
                    }
                    _ => Err(self.reason("which Python runs this is not known")),
                }
            }
            (Value::Int(left), Value::Int(right)) => Ok(is(left.cmp(right))),
            (Value::Text(left), Value::Text(right)) => Ok(is(left.cmp(right))),
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Err(reason.clone()),
            _ => Err(self.reason("this comparison is not followed")),
        }
    }

    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Reason> {
        if let (Some(left), Some(right)) = (Key::of(left), Key::of(right)) {
            return Ok(left == right);
        }
        match (left, right) {
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Err(reason.clone()),
            (Value::Path(left), Value::Path(right)) => Ok(left == right),
            _ => match (left.type_name(), right.type_name()) {
                (Some(left), Some(right)) if left != right => Ok(false),
                _ => Err(self.reason("this comparison is not followed")),
            },
        }
    }

    /// Whether `container` has `value`.
    pub(super) fn contains(&mut self, container: &Value, value: &Value) -> Result<bool, Reason> {
        if let (Value::Text(text), Value::Text(part)) = (container, value) {
            return Ok(text.contains(&**part));
        }
        if let (Value::Dict(dict) | Value::View(dict, View::Keys), Some(key)) = (container, Key::of(value)) {
            return dict.look(|dict| dict.entries.contains_key(&key));
        }
        let mut unknown = None;
        for item in self.items(container)? {
            match self.equal(&item, value) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or(Ok(false), Err)
    }

    /// What `for` goes through.
    pub(super) fn items(&mut self, value: &Value) -> Result<Vec<Value>, Reason> {
        let count = match value {
            Value::List(list) | Value::Set(list) | Value::Iterator(list) => list.look(|list| list.items.len())?,
            Value::Tuple(items) => items.0.len(),
            Value::Dict(dict) | Value::View(dict, _) => dict.look(|dict| dict.entries.len())?,
            Value::Text(text) => text.len(),
            _ => 0,
        };
        if !self.bounds.take(count) {
            return Err(self.reason(TOO_LARGE));
        }
        match value {
            Value::List(list) | Value::Set(list) => list.look(|list| list.items.clone()),
            Value::Iterator(list) => list.change(|list| {
                let mut items = std::mem::take(&mut list.items);
                items.reverse();
                items
            }),
            Value::View(dict, view) => dict.look(|dict| dict.seen(*view)),
            Value::Tuple(items) => Ok(items.0.clone()),
            Value::Dict(dict) => dict.look(|dict| dict.entries.keys().map(Key::value).collect()),
            Value::Text(text) => Ok(text.chars().map(|one| Value::text(one.to_string())).collect()),
            Value::Unknown(reason) => Err(reason.clone()),
            Value::External(path) => Err(self.reason(format!("what {path} gives is not known"))),
            _ => Err(self.reason("what is gone through here is not known")),
        }
    }

    /// The entries of a dict.
    pub(super) fn entries(&mut self, value: &Value) -> Result<IndexMap<Key, Value>, Reason> {
        match value {
            Value::Dict(dict) => {
                let count = dict.look(|dict| dict.entries.len())?;
                if !self.bounds.take(count) {
                    return Err(self.reason(TOO_LARGE));
                }
                dict.look(|dict| dict.entries.clone())
            }
            Value::Unknown(reason) => Err(reason.clone()),
            _ => Err(self.reason("a dict is not known")),
        }
    }

    /// Why a value is not known, or this.
    pub(super) fn reason_of(&self, value: &Value, otherwise: &'static str) -> Reason {
        match value {
            Value::Unknown(reason) => reason.clone(),
            _ => self.reason(otherwise),
        }
    }
}

/// Whether an operator of sets makes a set of these two. The keys and the items of a dict do with
/// whatever can be gone through, on either side of them.
fn is_made_a_set(left: &Value, right: &Value) -> bool {
    let is_view = |value: &Value| matches!(value, Value::View(_, View::Keys | View::Items));
    match (left, right) {
        (Value::Set(_), Value::Set(_)) => true,
        _ => is_view(left) || is_view(right),
    }
}

fn is_of_sets(operator: Operator) -> bool {
    matches!(operator, Operator::And | Operator::Or | Operator::Xor)
}

/// Whether Python may have an operator between values of these types.
fn may_be_joined(operator: Operator, left: &str, right: &str) -> bool {
    let is_number = |name: &str| matches!(name, "int" | "bool");
    let is_sequence = |name: &str| matches!(name, "list" | "tuple" | "str");
    let is_view = |name: &str| matches!(name, "dict_keys" | "dict_items");
    let is_set = |name: &str| name == "set" || is_view(name);
    match operator {
        Operator::Other => true,
        _ if is_number(left) && is_number(right) => true,
        Operator::Add => left == right && is_sequence(left),
        Operator::Multiply => is_sequence(left) && is_number(right) || is_number(left) && is_sequence(right),
        Operator::Remainder => left == "str",
        Operator::Divide => left == "Path" || right == "Path",
        Operator::Or if left == "dict" => right == "dict",
        // `str | None` between types is a type.
        Operator::Or | Operator::And | Operator::Subtract | Operator::Xor => {
            is_set(left) && is_set(right) || is_view(left) || is_view(right)
        }
        _ => false,
    }
}

/// Whether Python may tell which of two values of these types is less.
fn may_be_compared(left: &str, right: &str) -> bool {
    let number = |name: &str| matches!(name, "int" | "bool");
    let is_set = |name: &str| matches!(name, "set" | "dict_keys" | "dict_items");
    let has_order = |name: &str| matches!(name, "str" | "list" | "tuple" | "Path" | "Node");
    number(left) && number(right) || is_set(left) && is_set(right) || left == right && has_order(left)
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}
