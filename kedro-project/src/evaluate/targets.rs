//! Assignments.

use std::rc::Rc;

use crate::{
    evaluate::{
        evaluator::{Evaluator, Outcome},
        value::{Key, Scope, Value},
    },
    python::{Expr, Operator, Target},
};

impl Evaluator {
    /// Assigns a value.
    pub(super) fn assign(&mut self, frame: &Rc<Scope>, target: &Target, value: Value) -> Outcome<()> {
        match target {
            Target::Name(name) => frame.bind(name, value),
            Target::Attribute(object, name) => {
                let object = self.evaluate(frame, object)?;
                self.assign_attribute(&object, name, value);
            }
            Target::Subscript(object, index) => {
                let object = self.evaluate(frame, object)?;
                let index = self.evaluate(frame, index)?;
                self.assign_item(&object, &index, value)?;
            }
            Target::Several(targets) => match self.items(&value) {
                Ok(items) if items.len() == targets.len() => {
                    for (target, item) in targets.iter().zip(items) {
                        self.assign(frame, target, item)?;
                    }
                }
                Ok(_) => return Err(self.raised("ValueError", "there are more names than values, or fewer")),
                Err(reason) => {
                    for target in targets {
                        self.assign(frame, target, Value::Unknown(reason.clone()))?;
                    }
                }
            },
            Target::Other(names) => {
                let reason = self.reason("this assignment is not followed");
                self.taint(&value, &reason);
                self.doubt_names(frame, names, &reason);
            }
        }
        Ok(())
    }

    fn assign_attribute(&mut self, object: &Value, name: &Rc<str>, value: Value) {
        match object {
            Value::Instance(instance) => drop(instance.names.change(|names| names.0.insert(Rc::clone(name), value))),
            Value::Class(class) => drop(class.names.borrow_mut().0.insert(Rc::clone(name), value)),
            Value::Module(module) => {
                if let Some(frame) = self.frame_of(module) {
                    frame.bind(name, value);
                }
            }
            _ => {
                let reason = self.reason("an attribute of something unknown is assigned");
                self.taint(&value, &reason);
            }
        }
    }

    fn assign_item(&mut self, object: &Value, index: &Value, value: Value) -> Outcome<()> {
        self.take(1)?;
        match (object, Key::of(index)) {
            (Value::Dict(dict), Some(key)) => drop(dict.change(|dict| dict.entries.insert(key, value))),
            (Value::List(list), Some(Key::Int(index))) => {
                let replaced = list.change(|list| {
                    let at = usize::try_from(index).ok().filter(|at| *at < list.items.len() && !list.is_unordered);
                    at.map(|at| list.items[at] = value)
                });
                if replaced.is_ok_and(|replaced| replaced.is_none()) {
                    let reason = self.reason("which item is assigned is not known");
                    self.taint(object, &reason);
                }
            }
            _ => {
                let reason = self.reason_of(index, "which item is assigned is not known");
                self.taint(object, &reason);
                self.taint(&value, &reason);
            }
        }
        Ok(())
    }

    /// `target operator= value`
    pub(super) fn assign_augmented(
        &mut self,
        frame: &Rc<Scope>,
        target: &Target,
        operator: Operator,
        value: &Expr,
    ) -> Outcome<()> {
        let (object, index, old) = match target {
            Target::Name(name) => {
                let old = frame.lookup(name);
                (None, None, old.unwrap_or_else(|| self.unknown("a name is not known")))
            }
            Target::Subscript(object, index) => {
                let object = self.evaluate(frame, object)?;
                let index = self.evaluate(frame, index)?;
                let old = self.subscript(&object, &index)?;
                (Some(object), Some(index), old)
            }
            Target::Attribute(object, name) => {
                let object = self.evaluate(frame, object)?;
                let old = self.attribute(&object, name)?;
                (Some(object), None, old)
            }
            Target::Several(_) | Target::Other(_) => return self.assign(frame, target, Value::None),
        };
        let value = self.evaluate(frame, value)?;
        let new = self.operate_in_place(operator, old, value)?;
        match (target, object, index) {
            (Target::Name(name), ..) => frame.bind(name, new),
            (Target::Attribute(_, name), Some(object), _) => self.assign_attribute(&object, name, new),
            (_, Some(object), Some(index)) => self.assign_item(&object, &index, new)?,
            _ => {}
        }
        Ok(())
    }

    /// Lists, sets and dicts are changed for all who have them.
    fn operate_in_place(&mut self, operator: Operator, old: Value, value: Value) -> Outcome {
        match (operator, &old) {
            (Operator::Add, Value::List(list)) => {
                match self.items(&value) {
                    Ok(items) => drop(list.change(|list| list.items.extend(items))),
                    Err(reason) => self.taint(&old, &reason),
                }
                Ok(old)
            }
            (Operator::Or, Value::Dict(dict)) => {
                match self.entries(&value) {
                    Ok(entries) => drop(dict.change(|dict| dict.entries.extend(entries))),
                    Err(reason) => self.taint(&old, &reason),
                }
                Ok(old)
            }
            (_, Value::Set(_) | Value::List(_) | Value::Dict(_)) => {
                let reason = self.reason("this change is not followed");
                self.taint(&old, &reason);
                Ok(Value::Unknown(reason))
            }
            _ => self.operate(operator, old, value),
        }
    }

    /// `del target`
    pub(super) fn delete(&mut self, frame: &Rc<Scope>, target: &Target) -> Outcome<()> {
        match target {
            Target::Name(name) => {
                if !frame.unbind(name) && frame.module.more.borrow().is_none() {
                    return Err(self.unclear("a name is deleted that is not known here"));
                }
            }
            Target::Subscript(object, index) => {
                let object = self.evaluate(frame, object)?;
                let index = self.evaluate(frame, index)?;
                if let (Value::Dict(dict), Some(key)) = (&object, Key::of(&index)) {
                    let removed = dict.change(|dict| dict.entries.shift_remove(&key).is_some());
                    if removed.is_ok_and(|removed| !removed) {
                        return Err(self.raised("KeyError", "there is no such key"));
                    }
                    return Ok(());
                }
                let reason = self.reason_of(&index, "what is deleted is not known");
                self.taint(&object, &reason);
            }
            Target::Several(targets) => {
                for target in targets {
                    self.delete(frame, target)?;
                }
            }
            Target::Attribute(object, _) => {
                let object = self.evaluate(frame, object)?;
                let reason = self.reason("what is deleted is not known");
                self.taint(&object, &reason);
            }
            Target::Other(names) => {
                let reason = self.reason("what is deleted is not known");
                self.doubt_names(frame, names, &reason);
            }
        }
        Ok(())
    }
}
