//! What becomes unknown where code is not followed.
//!
//! Names that the code may bind are unknown from then on, and so are the lists, dicts and objects
//! that it, or a function that it may call, can reach.

use std::{collections::HashSet, rc::Rc};

use crate::{
    evaluate::{
        evaluator::{Evaluator, Outcome},
        flow::Flow,
        reason::Reason,
        stop::Stop,
        value::{Scope, Value},
    },
    python::{self, Expr, Mentions, Name, Stmt},
};

impl Evaluator {
    /// What is left of a statement that is not followed.
    pub(super) fn doubt_statement(&mut self, frame: &Rc<Scope>, statement: &Stmt, reason: &Reason) -> Outcome<Flow> {
        if self.doubt_block(frame, std::slice::from_ref(statement), reason) {
            return Err(Stop::Unclear(reason.clone()));
        }
        Ok(Flow::Next)
    }

    /// Forgets what these statements may bind or change; true when they may lead out of what is
    /// around them.
    pub(super) fn doubt_block(&mut self, frame: &Rc<Scope>, statements: &[Stmt], reason: &Reason) -> bool {
        self.doubts += 1;
        let mentions = Mentions::of_block(statements);
        self.doubt_mentions(frame, &mentions, reason);
        mentions.may_leave
    }

    /// Forgets what an expression may change.
    pub(super) fn doubt_expression(&mut self, frame: &Rc<Scope>, expression: &Expr) {
        let reason = self.reason("code that is not followed may change this");
        let mentions = Mentions::of_expression(expression);
        self.doubt_mentions(frame, &mentions, &reason);
    }

    /// Forgets names and what they stand for.
    pub(super) fn doubt_names(&mut self, frame: &Rc<Scope>, names: &[Name], reason: &Reason) {
        for name in names {
            if let Some(value) = frame.lookup(name) {
                self.taint(&value, reason);
            }
            frame.bind(name, Value::Unknown(reason.clone()));
        }
    }

    fn doubt_mentions(&mut self, frame: &Rc<Scope>, mentions: &Mentions, reason: &Reason) {
        self.bounds.take(mentions.bound.len() + mentions.mentioned.len());
        let mut reached: Vec<Value> = Vec::new();
        self.reach(frame, mentions, &mut reached);
        self.taint_all(reached, reason);
        for name in &mentions.bound {
            frame.bind(name, Value::Unknown(reason.clone()));
        }
        if mentions.binds_anything {
            frame.module.more.borrow_mut().get_or_insert_with(|| reason.clone());
        }
    }

    /// The values that code mentions.
    fn reach(&self, frame: &Rc<Scope>, mentions: &Mentions, reached: &mut Vec<Value>) {
        reached.extend(mentions.mentioned.iter().filter_map(|name| frame.lookup(name)));
        for (object, name) in &mentions.attributes {
            if let Some(Value::Module(module)) = frame.lookup(object)
                && let Some(module) = self.frame_of(&module)
            {
                reached.extend(module.own(name));
            }
        }
    }

    /// Forgets what a value is, if it can be changed, and whatever can be reached from it.
    pub(super) fn taint(&mut self, value: &Value, reason: &Reason) {
        if matches!(
            value,
            Value::List(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::View(..)
                | Value::Iterator(_)
                | Value::Tuple(_)
                | Value::Instance(_)
                | Value::Function(_)
                | Value::Class(_)
                | Value::Partial(_)
                | Value::Method(_)
        ) {
            self.taint_all(vec![value.clone()], reason);
        }
    }

    fn taint_all(&mut self, mut waiting: Vec<Value>, reason: &Reason) {
        let mut seen: HashSet<*const ()> = HashSet::new();
        while let Some(value) = waiting.pop() {
            if !self.bounds.take(1) {
                // Nothing can be done any more that would show what was not forgotten.
                return;
            }
            match &value {
                Value::List(list) | Value::Set(list) | Value::Iterator(list) => {
                    if let Some(mut list) = list.forget(reason) {
                        waiting.append(&mut list.items);
                    }
                }
                Value::Dict(dict) | Value::View(dict, _) => {
                    if let Some(mut dict) = dict.forget(reason) {
                        waiting.extend(std::mem::take(&mut dict.entries).into_values());
                    }
                }
                Value::Tuple(items) if seen.insert(Rc::as_ptr(items).cast()) => waiting.extend(items.0.iter().cloned()),
                Value::Instance(instance) => {
                    if let Some(mut names) = instance.names.forget(reason) {
                        waiting.extend(std::mem::take(&mut names.0).into_values());
                    }
                    waiting.push(Value::Class(Rc::clone(&instance.class)));
                }
                Value::Class(class) if seen.insert(Rc::as_ptr(class).cast()) => {
                    waiting.extend(class.names.borrow().0.values().cloned());
                    waiting.extend(class.bases.iter().cloned());
                }
                Value::Partial(partial) if seen.insert(Rc::as_ptr(partial).cast()) => {
                    waiting.push(partial.function.clone());
                    waiting.extend(partial.positional.iter().cloned());
                    waiting.extend(partial.named.iter().map(|(_, value)| value.clone()));
                }
                Value::Method(method) => waiting.push(method.object.clone()),
                Value::Function(closure) if seen.insert(Rc::as_ptr(closure).cast()) => {
                    if !self.bounds.take_look(closure.function.range.len()) {
                        return;
                    }
                    let mentions = Mentions::of_block(&python::body(&closure.function).statements);
                    self.reach(&closure.frame, &mentions, &mut waiting);
                    for name in &mentions.globals {
                        if let Some(module) = self.frame_of(&closure.frame.module.name) {
                            module.bind(name, Value::Unknown(reason.clone()));
                        }
                    }
                    waiting.extend(closure.defaults.values().cloned());
                }
                _ => {}
            }
        }
    }
}
