//! Calls of Python's own functions and classes.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::{
    evaluate::{
        arguments::Arguments,
        builtin::Builtin,
        evaluator::{Evaluator, Outcome, TOO_LARGE},
        iteration::gives_iterator,
        reason::{Reason, short},
        value::{Closure, Dict, Key, List, Partial, Shared, Value},
    },
    python::{Comparison, Operator},
};

/// Numbers of a range that are gone through.
const LONGEST_RANGE: u64 = 100_000;
/// Lists and dicts within one another that are copied.
const DEEPEST_COPY: usize = 16;

impl Evaluator {
    /// The value of a call of something known here.
    pub(super) fn call_builtin(&mut self, builtin: Builtin, arguments: Arguments) -> Outcome {
        if let Some(reason) = arguments.unknown.clone()
            && !matches!(builtin, Builtin::Print)
        {
            self.taint_arguments(&arguments, &reason);
            return Ok(Value::Unknown(reason));
        }
        match builtin {
            Builtin::Pipeline => self.make_pipeline(&arguments),
            Builtin::Node => self.make_node(&arguments),
            Builtin::ContextNode => self.make_context_node(&arguments),
            Builtin::FindPipelines => self.find_pipelines(&arguments),
            Builtin::Print | Builtin::Exception(_) => Ok(Value::None),
            Builtin::SameFunction | Builtin::StaticMethod | Builtin::ClassMethod => Ok(match arguments.only() {
                Some(function @ (Value::Function(_) | Value::Partial(_))) => function.clone(),
                _ => Value::Builtin(Builtin::SameFunction),
            }),
            Builtin::Wraps => Ok(Value::Builtin(Builtin::Disguise)),
            Builtin::Disguise => Ok(match arguments.only() {
                Some(Value::Function(closure)) => disguised(closure),
                _ => self.unknown("a function is made to look like another"),
            }),
            Builtin::Path | Builtin::JoinPaths | Builtin::DirectoryName | Builtin::AbsolutePath | Builtin::BaseName => {
                self.path_function(builtin, &arguments)
            }
            Builtin::GetEnvironment => self.variable(&arguments),
            Builtin::ImportModule => match arguments.get(0, "name") {
                Some(Value::Text(module)) if arguments.positional.len() == 1 => {
                    self.import_by_name(module, &arguments.named.iter().cloned().collect())
                }
                _ => Ok(self.unknown("which module is imported is not known")),
            },
            Builtin::Object => Ok(Value::External("object()".into())),
            Builtin::DefaultDict | Builtin::Environment => Ok(self.unknown("such a dict is not followed")),
            Builtin::Cast => Ok(arguments.get(1, "val").cloned().unwrap_or(Value::None)),
            Builtin::Partial => self.partial(arguments),
            Builtin::Iter if arguments.positional.len() == 1 => self.iterator_of(&arguments.positional[0]),
            Builtin::Next => {
                let iterator = arguments.positional.first().cloned().unwrap_or(Value::None);
                self.next(&iterator, arguments.positional.get(1))
            }
            Builtin::OperatorAdd | Builtin::OperatorOr => match <[Value; 2]>::try_from(arguments.positional) {
                Ok([left, right]) => {
                    let operator = if builtin == Builtin::OperatorAdd { Operator::Add } else { Operator::Or };
                    self.operate(operator, left, right)
                }
                Err(_) => Err(self.raised("TypeError", "it takes two arguments")),
            },
            Builtin::Len
            | Builtin::Str
            | Builtin::Int
            | Builtin::Bool
            | Builtin::IsInstance
            | Builtin::HasAttribute
            | Builtin::GetAttribute
            | Builtin::Callable => self.about_one(builtin, &arguments),
            _ => self.of_many(builtin, &arguments),
        }
    }

    fn partial(&mut self, arguments: Arguments) -> Outcome {
        let mut positional = arguments.positional;
        if positional.is_empty() {
            return Err(self.raised("TypeError", "`partial` needs a function"));
        }
        let function = positional.remove(0);
        Ok(Value::Partial(Rc::new(Partial { function, positional, named: arguments.named })))
    }

    /// Functions that look at one value.
    fn about_one(&mut self, builtin: Builtin, arguments: &Arguments) -> Outcome {
        let Some(value) = arguments.positional.first() else {
            return Ok(match builtin {
                Builtin::Str => Value::text(""),
                Builtin::Int => Value::Int(0),
                Builtin::Bool => Value::Bool(false),
                _ => self.unknown("a call without arguments is not followed"),
            });
        };
        if let Value::Unknown(reason) = value {
            return Ok(Value::Unknown(reason.clone()));
        }
        match (builtin, value) {
            (Builtin::Len, Value::Text(text)) => {
                Ok(Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
            }
            (Builtin::Len, value) if is_sized(value).is_some_and(|is_sized| !is_sized) => {
                Err(self.raised("TypeError", "a value of this type has no length"))
            }
            (Builtin::Len, value) => {
                let items = self.items(value);
                Ok(items
                    .map_or_else(Value::Unknown, |items| Value::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))))
            }
            (Builtin::Str, value) => Ok(self.written(value).map_or_else(Value::Unknown, Value::text)),
            (Builtin::Bool, value) => Ok(self.truth(value).map_or_else(Value::Unknown, Value::Bool)),
            (Builtin::Int, Value::Int(number)) => Ok(Value::Int(*number)),
            (Builtin::Int, Value::Bool(value)) => Ok(Value::Int((*value).into())),
            (Builtin::Int, Value::Text(text)) => {
                let is_surely_none = !text.chars().any(|one| one.is_ascii_digit());
                if is_surely_none {
                    return Err(self.raised("ValueError", "a text is no number"));
                }
                Ok(text.trim().parse().map_or_else(|_| self.unknown("a number is not known"), Value::Int))
            }
            (Builtin::IsInstance, value) => Ok(self.is_instance(value, arguments.positional.get(1))),
            (Builtin::Callable, Value::Function(_) | Value::Class(_) | Value::Partial(_) | Value::Builtin(_)) => {
                Ok(Value::Bool(true))
            }
            (Builtin::HasAttribute | Builtin::GetAttribute, Value::Module(module)) => {
                let Some(Value::Text(name)) = arguments.positional.get(1) else {
                    return Ok(self.unknown("the name of an attribute is not known"));
                };
                let found = self.member(module, name)?;
                match (builtin, found, arguments.positional.get(2)) {
                    (Builtin::HasAttribute, Some(Value::Unknown(reason)), _) => Ok(Value::Unknown(reason)),
                    (Builtin::HasAttribute, Some(Value::External(_)), _) => {
                        Ok(self.unknown("an attribute is not known"))
                    }
                    (Builtin::HasAttribute, found, _) => Ok(Value::Bool(found.is_some())),
                    (_, Some(value), _) => Ok(value),
                    (_, None, Some(default)) => Ok(default.clone()),
                    (_, None, None) => Err(self.raised("AttributeError", format!("{module} has no `{}`", short(name)))),
                }
            }
            (Builtin::GetAttribute, value) => match arguments.positional.as_slice() {
                [_, Value::Text(name)] => self.attribute(value, name),
                _ => Ok(self.unknown("an attribute is not known")),
            },
            _ => Ok(self.unknown("what is asked about this value is not known")),
        }
    }

    fn is_instance(&self, value: &Value, class: Option<&Value>) -> Value {
        let Some(Value::Builtin(class)) = class else { return self.unknown("the type of a value is not known") };
        let Some(name) = value.type_name() else { return self.unknown("the type of a value is not known") };
        let wanted = match class {
            Builtin::Pipeline => "Pipeline",
            Builtin::Node => "Node",
            Builtin::Dict => "dict",
            Builtin::List => "list",
            Builtin::Tuple => "tuple",
            Builtin::Set => "set",
            Builtin::Str => "str",
            Builtin::Int if name != "bool" => "int",
            Builtin::Bool => "bool",
            Builtin::Path => "Path",
            _ => return self.unknown("the type of a value is not known"),
        };
        Value::Bool(name == wanted)
    }

    /// Functions that go through values.
    fn of_many(&mut self, builtin: Builtin, arguments: &Arguments) -> Outcome {
        let mut all = Vec::new();
        let positional = &arguments.positional;
        let iterables = match builtin {
            Builtin::Range | Builtin::Dict | Builtin::Copy | Builtin::DeepCopy => &[][..],
            Builtin::Map | Builtin::Filter | Builtin::Reduce => positional.get(1..).unwrap_or_default(),
            Builtin::Zip | Builtin::Chain | Builtin::Product => positional,
            Builtin::Min | Builtin::Max if positional.len() > 1 => &[],
            _ => positional.get(..1).unwrap_or_default(),
        };
        let iterables = if builtin == Builtin::Reduce { iterables.get(..1).unwrap_or_default() } else { iterables };
        let is_unordered = iterables.iter().any(Value::is_unordered);
        for value in iterables {
            self.check_iterable(value)?;
            match self.items(value) {
                Ok(items) => all.push(items),
                Err(reason) => {
                    self.taint_arguments(arguments, &reason);
                    return Ok(Value::Unknown(reason));
                }
            }
        }
        let made = self.made_of(builtin, arguments, &all, is_unordered)?;
        match made {
            Value::List(list) if gives_iterator(builtin) => Ok(match list.get() {
                Ok(mut list) => Value::iterator(std::mem::take(&mut list.items), list.is_unordered || is_unordered),
                Err(reason) => Value::Unknown(reason),
            }),
            made => Ok(made),
        }
    }

    fn made_of(&mut self, builtin: Builtin, arguments: &Arguments, all: &[Vec<Value>], is_unordered: bool) -> Outcome {
        let positional = &arguments.positional;
        let first = || all.first().cloned().unwrap_or_default();
        match builtin {
            Builtin::Sum => self.sum(first(), arguments.get(1, "start").cloned()),
            Builtin::Range => self.range(arguments),
            Builtin::Enumerate if !is_unordered => {
                let start = match arguments.get(1, "start") {
                    None => 0,
                    Some(Value::Int(start)) => *start,
                    Some(_) => return Ok(self.unknown("where the numbers start is not known")),
                };
                let pairs = (start..).zip(first()).map(|(index, item)| Value::tuple(vec![Value::Int(index), item]));
                Ok(Value::list(pairs.collect()))
            }
            Builtin::Zip if !is_unordered => {
                let shortest = all.iter().map(Vec::len).min().unwrap_or_default();
                self.take(shortest * all.len())?;
                let row = |at: usize| Value::tuple(all.iter().map(|items| items[at].clone()).collect());
                Ok(Value::list((0..shortest).map(row).collect()))
            }
            Builtin::Product => self.product(all),
            Builtin::Map => self.map(positional.first().cloned().unwrap_or(Value::None), all),
            Builtin::Filter => self.filter(positional.first().cloned().unwrap_or(Value::None), first()),
            Builtin::Reduce if !is_unordered || first().iter().all(|item| matches!(item, Value::Pipeline(_))) => {
                self.reduce(arguments, first())
            }
            Builtin::Sorted => self.sorted(first(), arguments),
            Builtin::Reversed if !is_unordered => Ok(Value::list(first().into_iter().rev().collect())),
            Builtin::List => Ok(Value::List(Shared::new(List { items: first(), is_unordered }))),
            Builtin::Tuple if !is_unordered => Ok(Value::tuple(first())),
            Builtin::Set => Ok(self.set_of(first())),
            Builtin::Dict => self.make_dict(arguments),
            Builtin::Any | Builtin::All => Ok(self.any(builtin == Builtin::All, &first())),
            Builtin::Min | Builtin::Max => self.most(builtin == Builtin::Max, arguments, first()),
            Builtin::Copy => self.copy(positional.first().cloned().unwrap_or(Value::None), 1),
            Builtin::DeepCopy => self.copy(positional.first().cloned().unwrap_or(Value::None), DEEPEST_COPY),
            Builtin::Chain => Ok(Value::List(Shared::new(List { items: all.concat(), is_unordered }))),
            Builtin::ChainFromIterable => {
                let mut items = Vec::new();
                for value in first() {
                    match self.items(&value) {
                        Ok(more) => items.extend(more),
                        Err(reason) => return Ok(Value::Unknown(reason)),
                    }
                }
                Ok(Value::List(Shared::new(List { items, is_unordered: true })))
            }
            _ => Ok(self.unknown("which items these are cannot be known")),
        }
    }

    fn sum(&mut self, items: Vec<Value>, start: Option<Value>) -> Outcome {
        let items: Vec<Value> = start.into_iter().chain(items).collect();
        let pipelines: Option<Vec<_>> = items
            .iter()
            .map(|item| match item {
                Value::Pipeline(nodes) => Some(Rc::clone(nodes)),
                _ => None,
            })
            .collect();
        match pipelines {
            Some(pipelines) if pipelines.len() == 1 => Ok(Value::Pipeline(Rc::clone(&pipelines[0]))),
            Some(pipelines) if !pipelines.is_empty() => self.add_pipelines(&pipelines),
            _ => {
                let mut sum = Value::Int(0);
                for item in items {
                    sum = self.operate(Operator::Add, sum, item)?;
                }
                Ok(sum)
            }
        }
    }

    fn range(&mut self, arguments: &Arguments) -> Outcome {
        let number = |value: &Value| match value {
            Value::Int(number) => Some(*number),
            _ => None,
        };
        let numbers: Option<Vec<i64>> = arguments.positional.iter().map(number).collect();
        let (start, end, step) = match numbers.as_deref() {
            Some([end]) => (0, *end, 1),
            Some([start, end]) => (*start, *end, 1),
            Some([start, end, step]) if *step != 0 => (*start, *end, *step),
            _ => return Ok(self.unknown("a range is not known")),
        };
        // Nobody goes through so many.
        if end.abs_diff(start) / step.unsigned_abs() > LONGEST_RANGE {
            return Ok(self.unknown(TOO_LARGE));
        }
        let mut items = Vec::new();
        let mut at = start;
        while if step > 0 { at < end } else { at > end } {
            self.take(1)?;
            items.push(Value::Int(at));
            at = at.saturating_add(step);
        }
        Ok(Value::list(items))
    }

    fn product(&mut self, all: &[Vec<Value>]) -> Outcome {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for items in all {
            self.take(rows.len().saturating_mul(items.len()))?;
            let longer = |row: &Vec<Value>, item: &Value| row.iter().chain([item]).cloned().collect();
            rows = rows.iter().flat_map(|row| items.iter().map(move |item| longer(row, item))).collect();
        }
        Ok(Value::list(rows.into_iter().map(Value::tuple).collect()))
    }

    fn map(&mut self, function: Value, all: &[Vec<Value>]) -> Outcome {
        let shortest = all.iter().map(Vec::len).min().unwrap_or_default();
        let mut made = Vec::with_capacity(shortest.min(1024));
        for at in 0..shortest {
            let arguments = all.iter().map(|items| items[at].clone()).collect();
            made.push(self.call(function.clone(), Arguments::of(arguments))?);
        }
        Ok(Value::list(made))
    }

    fn filter(&mut self, function: Value, items: Vec<Value>) -> Outcome {
        let mut kept = Vec::new();
        for item in items {
            let verdict = match &function {
                Value::None => item.clone(),
                function => self.call(function.clone(), Arguments::of(vec![item.clone()]))?,
            };
            match self.truth(&verdict) {
                Ok(true) => kept.push(item),
                Ok(false) => {}
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
        }
        Ok(Value::list(kept))
    }

    fn reduce(&mut self, arguments: &Arguments, items: Vec<Value>) -> Outcome {
        let mut items = arguments.positional.get(2).cloned().into_iter().chain(items);
        let Some(mut value) = items.next() else { return Err(self.raised("TypeError", "there is nothing to reduce")) };
        for item in items {
            value = self.call(arguments.positional[0].clone(), Arguments::of(vec![value, item]))?;
        }
        Ok(value)
    }

    fn sorted(&mut self, mut items: Vec<Value>, arguments: &Arguments) -> Outcome {
        let is_reversed = match arguments.named("reverse") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Ok(self.unknown("an order is not known")),
        };
        let key = |value: &Value| match value {
            Value::Int(number) => Some((*number, Rc::from(""))),
            Value::Text(text) => Some((0, Rc::clone(text))),
            _ => None,
        };
        let is_one_type = items.windows(2).all(|pair| pair[0].type_name() == pair[1].type_name());
        if arguments.named("key").is_some() || !is_one_type || items.iter().any(|item| key(item).is_none()) {
            return Ok(Value::List(Shared::new(List { items, is_unordered: true })));
        }
        items.sort_by_key(key);
        if is_reversed {
            items.reverse();
        }
        Ok(Value::list(items))
    }

    /// `dict(…)`
    fn make_dict(&mut self, arguments: &Arguments) -> Outcome {
        let mut entries = match arguments.positional.as_slice() {
            [] => IndexMap::new(),
            [dict @ Value::Dict(_)] => match self.entries(dict) {
                Ok(entries) => entries,
                Err(reason) => return Ok(Value::Unknown(reason)),
            },
            [pairs] => match self.pairs(pairs) {
                Ok(entries) => entries,
                Err(reason) => return Ok(Value::Unknown(reason)),
            },
            _ => return Err(self.raised("TypeError", "`dict` takes one argument")),
        };
        entries.extend(arguments.named.iter().map(|(name, value)| (Key::Text(Rc::clone(name)), value.clone())));
        let is_unordered = arguments.positional.iter().any(Value::is_unordered);
        Ok(Value::Dict(Shared::new(Dict { entries, is_unordered })))
    }

    /// Pairs as the entries of a dict.
    pub(super) fn pairs(&mut self, pairs: &Value) -> Result<IndexMap<Key, Value>, Reason> {
        let mut entries = IndexMap::new();
        for pair in self.items(pairs)? {
            let pair = self.items(&pair)?;
            let [key, value] = pair.as_slice() else { return Err(self.reason("an entry of a dict is not known")) };
            let Some(key) = Key::of(key) else { return Err(self.reason_of(key, "a key is not known")) };
            entries.insert(key, value.clone());
        }
        Ok(entries)
    }

    fn any(&self, is_all: bool, items: &[Value]) -> Value {
        let mut unknown = None;
        for item in items {
            match self.truth(item) {
                Ok(is_true) if is_true != is_all => return Value::Bool(!is_all),
                Ok(_) => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or(Value::Bool(is_all), Value::Unknown)
    }

    fn most(&mut self, is_most: bool, arguments: &Arguments, items: Vec<Value>) -> Outcome {
        let items = if arguments.positional.len() > 1 { arguments.positional.clone() } else { items };
        let comparison = if is_most { Comparison::Greater } else { Comparison::Less };
        if !arguments.named.is_empty() {
            return Ok(self.unknown("which item this is cannot be known"));
        }
        let mut items = items.into_iter();
        let Some(mut found) = items.next() else { return Err(self.raised("ValueError", "there is no item")) };
        for item in items {
            match self.compare(&item, comparison, &found) {
                Ok(true) => found = item,
                Ok(false) => {}
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
        }
        Ok(found)
    }

    /// A copy of a value, to so many levels.
    pub(super) fn copy(&mut self, value: Value, levels: usize) -> Outcome {
        let Some(below) = levels.checked_sub(1) else { return Ok(value) };
        self.take(1)?;
        let deep = |evaluator: &mut Self, items: Vec<Value>| -> Outcome<Vec<Value>> {
            evaluator.take(items.len())?;
            items.into_iter().map(|item| if below == 0 { Ok(item) } else { evaluator.copy(item, below) }).collect()
        };
        match value {
            Value::List(list) => match list.get() {
                Ok(mut list) => {
                    let items = deep(self, std::mem::take(&mut list.items))?;
                    Ok(Value::List(Shared::new(List { items, is_unordered: list.is_unordered })))
                }
                Err(reason) => Ok(Value::Unknown(reason)),
            },
            Value::Dict(dict) => match dict.get() {
                Ok(mut dict) => {
                    let (keys, values): (Vec<Key>, Vec<Value>) = std::mem::take(&mut dict.entries).into_iter().unzip();
                    dict.entries = keys.into_iter().zip(deep(self, values)?).collect();
                    Ok(Value::Dict(Shared::new(dict)))
                }
                Err(reason) => Ok(Value::Unknown(reason)),
            },
            Value::Set(set) => Ok(set.get().map_or_else(Value::Unknown, |set| Value::Set(Shared::new(set)))),
            Value::Instance(_) => Ok(self.unknown("a copy of an object is not followed")),
            other => Ok(other),
        }
    }
}

/// The same function under a name that is not known.
fn disguised(closure: &Closure) -> Value {
    Value::Function(Rc::new(Closure {
        function: Rc::clone(&closure.function),
        frame: Rc::clone(&closure.frame),
        defaults: closure.defaults.clone(),
        receiver: closure.receiver,
        is_disguised: true,
    }))
}

/// Whether `len` takes a value; `None` when that is not known.
fn is_sized(value: &Value) -> Option<bool> {
    let name = value.type_name()?;
    Some(matches!(name, "str" | "list" | "tuple" | "set" | "dict" | "dict_keys" | "dict_values" | "dict_items"))
}
