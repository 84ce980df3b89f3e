//! What loops go through: lists and dicts as they are at the time, iterators once.

use std::rc::Rc;

use crate::{
    evaluate::{
        builtin::Builtin,
        evaluator::{Evaluator, Outcome},
        flow::{Flow, Loop},
        reason::Reason,
        stop::Stop,
        value::{List, Scope, Shared, Value},
    },
    python::{Expr, Target},
};

impl Evaluator {
    /// Runs `for target in values: …`.
    pub(super) fn run_for(
        &mut self,
        frame: &Rc<Scope>,
        target: &Target,
        values: &Value,
        parts: &Loop<'_>,
    ) -> Outcome<Flow> {
        self.check_iterable(values)?;
        let is_unordered = values.is_unordered();
        self.unordered_loops += usize::from(is_unordered);
        let flow = self.rounds(frame, target, values, parts);
        self.unordered_loops -= usize::from(is_unordered);
        if !is_unordered {
            return flow;
        }
        let reason = self.reason("which of these items comes last is not known");
        match flow? {
            // Which item leads out of the loop depends on the order.
            Flow::Return(_) | Flow::Break => Err(Stop::Unclear(reason)),
            flow => {
                if matches!(target, Target::Name(_) | Target::Several(_)) {
                    self.assign(frame, target, Value::Unknown(reason))?;
                }
                Ok(flow)
            }
        }
    }

    fn rounds(&mut self, frame: &Rc<Scope>, target: &Target, values: &Value, parts: &Loop<'_>) -> Outcome<Flow> {
        let snapshot = match values {
            Value::List(_) | Value::Iterator(_) => Vec::new(),
            other => match self.items(other) {
                Ok(items) => items,
                Err(reason) => return self.doubt_statement(frame, parts.statement, &reason),
            },
        };
        let count_before = count(values);
        let mut at = 0;
        loop {
            self.take(1)?;
            let item = match values {
                Value::List(list) => list.look(|list| list.items.get(at).cloned()),
                Value::Iterator(list) => taken(list),
                _ => Ok(snapshot.get(at).cloned()),
            };
            let item = match item {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(reason) => return self.doubt_statement(frame, parts.statement, &reason),
            };
            at += 1;
            self.assign(frame, target, item)?;
            match self.run_block(frame, parts.body)? {
                Flow::Next | Flow::Continue => {}
                // Seen by whoever knows whether the order is certain.
                Flow::Break if self.unordered_loops > 0 && values.is_unordered() => return Ok(Flow::Break),
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
            match (values, count(values)) {
                (Value::Dict(_) | Value::View(..) | Value::Set(_), now) if now != count_before => {
                    return Err(self.raised("RuntimeError", "what is gone through changes its size"));
                }
                _ => {}
            }
        }
        self.run_block(frame, parts.otherwise)
    }

    /// Runs `while test: …`.
    pub(super) fn run_while(&mut self, frame: &Rc<Scope>, test: &Expr, parts: &Loop<'_>) -> Outcome<Flow> {
        loop {
            self.take(1)?;
            let value = self.evaluate(frame, test)?;
            match self.truth(&value) {
                Ok(true) => {}
                Ok(false) => return self.run_block(frame, parts.otherwise),
                Err(reason) => return self.doubt_statement(frame, parts.statement, &reason),
            }
            match self.run_block(frame, parts.body)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
            }
        }
    }

    /// The items of what has a certain order.
    pub(super) fn ordered_items(&mut self, value: &Value) -> Result<Vec<Value>, Reason> {
        if value.is_unordered() {
            return Err(self.reason("the order of these items is not known"));
        }
        self.items(value)
    }

    /// `yield value, …`
    pub(super) fn yield_all(&mut self, values: Vec<Value>) -> Outcome {
        self.take(values.len())?;
        if let Some(yielded) = self.yielded.last_mut() {
            yielded.extend(values);
        }
        Ok(Value::None)
    }

    /// `next(iterator, default)`
    pub(super) fn next(&mut self, iterator: &Value, default: Option<&Value>) -> Outcome {
        match iterator {
            Value::Iterator(_) if iterator.is_unordered() => {
                let reason = self.reason("which item comes next is not known");
                self.taint(iterator, &reason);
                Ok(Value::Unknown(reason))
            }
            Value::Iterator(list) => match (taken(list), default) {
                (Ok(Some(item)), _) => Ok(item),
                (Ok(None), Some(default)) => Ok(default.clone()),
                (Ok(None), None) => Err(self.raised("StopIteration", "there is no next item")),
                (Err(reason), _) => Ok(Value::Unknown(reason)),
            },
            other if other.type_name().is_some() => Err(self.raised("TypeError", "`next` wants an iterator")),
            other => {
                let reason = self.reason_of(other, "which item comes next is not known");
                self.taint(other, &reason);
                Ok(Value::Unknown(reason))
            }
        }
    }

    /// Python raises an error where something without items is gone through.
    pub(super) fn check_iterable(&self, value: &Value) -> Outcome<()> {
        match value.type_name() {
            Some(name @ ("NoneType" | "bool" | "int" | "Node" | "Path" | "function" | "module")) => {
                Err(self.raised("TypeError", format!("a value of type {name} is gone through")))
            }
            _ => Ok(()),
        }
    }

    /// Python raises an error where a key can be changed.
    pub(super) fn check_hashable(&self, value: &Value) -> Outcome<()> {
        match value {
            Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::View(..) => {
                Err(self.raised("TypeError", "a key or an element of a set can be changed"))
            }
            _ => Ok(()),
        }
    }

    /// An iterator of what has items.
    pub(super) fn iterator_of(&mut self, value: &Value) -> Outcome {
        self.check_iterable(value)?;
        if let Value::Iterator(_) = value {
            return Ok(value.clone());
        }
        let is_unordered = value.is_unordered();
        Ok(self.items(value).map_or_else(Value::Unknown, |items| Value::iterator(items, is_unordered)))
    }
}

/// Whether a builtin gives an iterator.
pub(super) fn gives_iterator(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Map
            | Builtin::Filter
            | Builtin::Zip
            | Builtin::Enumerate
            | Builtin::Reversed
            | Builtin::Chain
            | Builtin::ChainFromIterable
            | Builtin::Product
    )
}

/// The next item of an iterator.
fn taken(list: &Shared<List>) -> Result<Option<Value>, Reason> {
    list.change(|list| list.items.pop())
}

/// How many items a dict, its view or a set has.
fn count(values: &Value) -> Option<usize> {
    match values {
        Value::Dict(dict) | Value::View(dict, _) => dict.look(|dict| dict.entries.len()).ok(),
        Value::Set(list) => list.look(|list| list.items.len()).ok(),
        _ => None,
    }
}
