//! The values of expressions.

use std::{collections::HashMap, rc::Rc};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        arguments::Arguments,
        builtin::{OTHERS_ALWAYS_THERE, always_there},
        evaluator::{Evaluator, Outcome},
        reason::{Reason, short},
        stop::Stop,
        value::{Closure, Dict, Key, List, Receiver, Scope, Shared, Value},
    },
    python::{Argument, Comparison, Element, Entry, Expr, ExprKind, FormatPart, Function},
};

impl Evaluator {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, frame: &Rc<Scope>, expression: &Expr) -> Outcome {
        if let Some(place) = &mut self.place {
            place.1 = expression.row;
        }
        match &expression.kind {
            ExprKind::None => Ok(Value::None),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Int(value) => Ok(Value::Int(*value)),
            ExprKind::Text(text) => Ok(Value::Text(Rc::clone(text))),
            ExprKind::Name(name) => self.lookup(frame, name),
            _ => self.deeper(|evaluator| evaluator.evaluate_parts(frame, expression)),
        }
    }

    fn evaluate_parts(&mut self, frame: &Rc<Scope>, expression: &Expr) -> Outcome {
        match &expression.kind {
            ExprKind::Format(parts) => self.format(frame, parts),
            ExprKind::List(_) | ExprKind::Tuple(_) | ExprKind::Set(_) => self.display(frame, expression),
            ExprKind::Dict(entries) => self.dict(frame, entries),
            ExprKind::Attribute(object, name) => {
                let object = self.evaluate(frame, object)?;
                self.place_at(expression.row);
                self.attribute(&object, name)
            }
            ExprKind::Subscript(object, index) => {
                let object = self.evaluate(frame, object)?;
                let index = self.evaluate(frame, index)?;
                self.place_at(expression.row);
                self.subscript(&object, &index)
            }
            ExprKind::Slice(object, bounds) => {
                let object = self.evaluate(frame, object)?;
                let mut values = Vec::with_capacity(3);
                for bound in bounds.iter() {
                    values.push(match bound {
                        Some(bound) => self.evaluate(frame, bound)?,
                        None => Value::None,
                    });
                }
                self.slice(&object, &values)
            }
            ExprKind::Chain(first, rest) => self.chain(frame, first, rest),
            ExprKind::Negative(value) => match self.evaluate(frame, value)? {
                Value::Int(value) => {
                    Ok(value.checked_neg().map_or_else(|| self.unknown("the number is too large"), Value::Int))
                }
                Value::Unknown(reason) => Ok(Value::Unknown(reason)),
                _ => Ok(self.unknown("`-` is not followed here")),
            },
            ExprKind::Not(value) => {
                let value = self.evaluate(frame, value)?;
                Ok(self.truth(&value).map_or_else(Value::Unknown, |is_true| Value::Bool(!is_true)))
            }
            ExprKind::Logic { is_and, parts } => self.logic(frame, *is_and, parts),
            ExprKind::Compare(first, rest) => self.comparisons(frame, first, rest),
            ExprKind::Conditional { parts } => {
                let [test, then, otherwise] = &**parts;
                let test = self.evaluate(frame, test)?;
                match self.truth(&test) {
                    Ok(true) => self.evaluate(frame, then),
                    Ok(false) => self.evaluate(frame, otherwise),
                    Err(reason) => {
                        self.doubt_expression(frame, then);
                        self.doubt_expression(frame, otherwise);
                        Ok(Value::Unknown(reason))
                    }
                }
            }
            ExprKind::Call(callee, arguments) => {
                let callee = self.evaluate(frame, callee)?;
                let arguments = self.arguments(frame, arguments)?;
                self.place_at(expression.row);
                self.call(callee, arguments)
            }
            ExprKind::Comprehension(comprehension) => self.comprehension(frame, comprehension),
            ExprKind::Lambda(function) => self.closure(frame, function, Receiver::Object),
            ExprKind::Named(name, value) => {
                let value = self.evaluate(frame, value)?;
                frame.bind(name, value.clone());
                Ok(value)
            }
            ExprKind::Yield(value) => {
                let value = match value {
                    Some(value) => self.evaluate(frame, value)?,
                    None => Value::None,
                };
                self.yield_all(vec![value])
            }
            ExprKind::YieldFrom(values) => {
                let values = self.evaluate(frame, values)?;
                self.check_iterable(&values)?;
                match self.ordered_items(&values) {
                    Ok(items) => self.yield_all(items),
                    Err(reason) => Err(Stop::Unclear(reason)),
                }
            }
            ExprKind::Other { what, .. } => {
                self.doubt_expression(frame, expression);
                Ok(self.unknown(format!("{} is not followed", what.replace('_', " "))))
            }
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Text(_) | ExprKind::Name(_) => {
                self.evaluate(frame, expression)
            }
        }
    }

    /// `[…]`, `(…)` or `{…}`
    fn display(&mut self, frame: &Rc<Scope>, expression: &Expr) -> Outcome {
        match &expression.kind {
            ExprKind::List(elements) => Ok(match self.elements(frame, elements)? {
                Ok(list) => Value::List(Shared::new(list)),
                Err(reason) => Value::Unknown(reason),
            }),
            ExprKind::Tuple(elements) => Ok(match self.elements(frame, elements)? {
                Ok(list) if list.is_unordered => self.unknown("the order of a set is not known"),
                Ok(mut list) => Value::tuple(std::mem::take(&mut list.items)),
                Err(reason) => Value::Unknown(reason),
            }),
            ExprKind::Set(elements) => match self.elements(frame, elements)? {
                Ok(mut list) => {
                    let items = std::mem::take(&mut list.items);
                    items.iter().try_for_each(|item| self.check_hashable(item))?;
                    Ok(self.set_of(items))
                }
                Err(reason) => Ok(Value::Unknown(reason)),
            },
            _ => self.evaluate(frame, expression),
        }
    }

    pub(super) fn place_at(&mut self, row: usize) {
        if let Some(place) = &mut self.place {
            place.1 = row;
        }
    }

    pub(super) fn lookup(&mut self, frame: &Rc<Scope>, name: &str) -> Outcome {
        self.take(1)?;
        if let Some(value) = frame.lookup(name) {
            return Ok(value);
        }
        if let Some(builtin) = always_there(name).filter(|_| !frame.is_local(name)) {
            return Ok(Value::Builtin(builtin));
        }
        if OTHERS_ALWAYS_THERE.contains(&name) {
            if matches!(name, "exec" | "globals" | "setattr" | "delattr") {
                frame.module.is_wild.set(true);
            }
            return Ok(Value::External(name.into()));
        }
        if frame.is_local(name) {
            return Err(self.raised("UnboundLocalError", format!("`{}` has no value yet", short(name))));
        }
        let more = frame.module.more.borrow().clone();
        match more {
            Some(reason) => Ok(Value::Unknown(reason)),
            None => Err(self.raised("NameError", format!("`{}` is not known here", short(name)))),
        }
    }

    /// The values of elements; a reason inside when one of the spreads is not known.
    fn elements(&mut self, frame: &Rc<Scope>, elements: &[Element]) -> Outcome<Result<List, Reason>> {
        let mut values = Vec::with_capacity(elements.len());
        let mut is_unordered = false;
        let mut unknown = None;
        for element in elements {
            match element {
                Element::One(value) => values.push(self.evaluate(frame, value)?),
                Element::Spread(spread) => {
                    let spread = self.evaluate(frame, spread)?;
                    self.check_iterable(&spread)?;
                    is_unordered |= spread.is_unordered();
                    match self.items(&spread) {
                        Ok(items) => {
                            self.take(items.len())?;
                            values.extend(items);
                        }
                        Err(reason) => unknown = unknown.or(Some(reason)),
                    }
                }
            }
        }
        self.take(values.len())?;
        Ok(unknown.map_or(Ok(List { items: values, is_unordered }), Err))
    }

    fn dict(&mut self, frame: &Rc<Scope>, entries: &[Entry]) -> Outcome {
        let mut made = IndexMap::new();
        let mut is_unordered = false;
        let mut unknown = None;
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let key = self.evaluate(frame, key)?;
                    let value = self.evaluate(frame, value)?;
                    if let Some(key) = Key::of(&key) {
                        made.insert(key, value);
                    } else {
                        self.check_hashable(&key)?;
                        unknown = unknown.or_else(|| Some(self.reason_of(&key, "a key is not known")));
                    }
                }
                Entry::Spread(spread) => {
                    let spread = self.evaluate(frame, spread)?;
                    is_unordered |= spread.is_unordered();
                    match self.entries(&spread) {
                        Ok(entries) => {
                            self.take(entries.len())?;
                            made.extend(entries);
                        }
                        Err(reason) => unknown = unknown.or(Some(reason)),
                    }
                }
            }
            self.take(1)?;
        }
        let made = || Value::Dict(Shared::new(Dict { entries: made, is_unordered }));
        Ok(unknown.map_or_else(made, Value::Unknown))
    }

    fn logic(&mut self, frame: &Rc<Scope>, is_and: bool, parts: &[Expr]) -> Outcome {
        let mut value = Value::None;
        for (index, part) in parts.iter().enumerate() {
            value = self.evaluate(frame, part)?;
            if index + 1 == parts.len() {
                break;
            }
            match self.truth(&value) {
                Ok(is_true) if is_true == is_and => {}
                Ok(_) => break,
                Err(reason) => {
                    parts[index + 1..].iter().for_each(|part| self.doubt_expression(frame, part));
                    return Ok(Value::Unknown(reason));
                }
            }
        }
        Ok(value)
    }

    fn comparisons(&mut self, frame: &Rc<Scope>, first: &Expr, rest: &[(Comparison, Expr)]) -> Outcome {
        let mut left = self.evaluate(frame, first)?;
        for (comparison, right) in rest {
            let right = self.evaluate(frame, right)?;
            self.check_comparable(&left, *comparison, &right)?;
            match self.compare(&left, *comparison, &right) {
                Ok(true) => left = right,
                Ok(false) => return Ok(Value::Bool(false)),
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
        }
        Ok(Value::Bool(true))
    }

    fn format(&mut self, frame: &Rc<Scope>, parts: &[FormatPart]) -> Outcome {
        let mut text = String::new();
        let mut unknown = None;
        for part in parts {
            match part {
                FormatPart::Text(plain) => text.push_str(plain),
                FormatPart::Value { value, conversion, specification } => {
                    let value = self.evaluate(frame, value)?;
                    match self.formatted(&value, *conversion, specification.as_deref().unwrap_or_default()) {
                        Ok(more) => text.push_str(&more),
                        Err(reason) => unknown = unknown.or(Some(reason)),
                    }
                }
            }
            self.take(1 + text.len() / 64)?;
        }
        Ok(unknown.map_or_else(|| Value::text(text), Value::Unknown))
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, frame: &Rc<Scope>, arguments: &[Argument]) -> Outcome<Arguments> {
        let mut made = Arguments::default();
        for argument in arguments {
            match argument {
                Argument::Positional(value) => made.positional.push(self.evaluate(frame, value)?),
                Argument::Named(name, value) => made.named.push((Rc::clone(name), self.evaluate(frame, value)?)),
                Argument::Spread(spread) => {
                    let spread = self.evaluate(frame, spread)?;
                    match self.ordered_items(&spread) {
                        Ok(items) => made.positional.extend(items),
                        Err(reason) => made.unknown = Some(reason),
                    }
                }
                Argument::SpreadNamed(spread) => {
                    let spread = self.evaluate(frame, spread)?;
                    match self.entries(&spread) {
                        Ok(entries) => made.add_entries(entries),
                        Err(reason) => made.unknown = Some(reason),
                    }
                }
            }
        }
        self.take(made.positional.len() + made.named.len())?;
        Ok(made)
    }

    /// The value of a function's definition.
    pub(super) fn closure(&mut self, frame: &Rc<Scope>, function: &Rc<Function>, receiver: Receiver) -> Outcome {
        for name in &function.annotations {
            let is_there = frame.lookup(name).is_some()
                || always_there(name).is_some()
                || OTHERS_ALWAYS_THERE.contains(&&**name)
                || frame.module.more.borrow().is_some();
            // Newer Pythons look at annotations when somebody asks for them.
            if !is_there && !frame.module.defers_annotations.get() {
                let what = format!("`{}` is not known here, which some Pythons refuse", short(name));
                return Err(self.unclear(what));
            }
        }
        let mut defaults = HashMap::new();
        for parameter in &function.parameters {
            if let Some(default) = &parameter.default {
                let value = self.evaluate(frame, default)?;
                defaults.insert(Rc::clone(&parameter.name), value);
            }
        }
        self.take(1 + defaults.len())?;
        self.remember(frame);
        let frame = frame.seen_by_functions();
        Ok(Value::Function(Rc::new(Closure {
            function: Rc::clone(function),
            frame,
            defaults,
            receiver,
            is_disguised: false,
        })))
    }
}
