//! Assignments.

use std::rc::Rc;

use crate::{
    evaluate::{
        attributes::{clamped, place},
        builtin::Builtin,
        evaluator::{Evaluator, Outcome},
        reason::Reason,
        value::{Key, Scope, Value},
    },
    python::{Expr, Operator, Target},
};

impl Evaluator {
    /// Assigns a value.
    pub(super) fn assign(&mut self, frame: &Rc<Scope>, target: &Target, value: Value) -> Outcome<()> {
        match target {
            Target::Name(name) => {
                if frame.is_global(name) {
                    self.note_change(&frame.module.name);
                }
                frame.bind(name, value);
            }
            Target::Attribute(object, name) => {
                let object = self.evaluate(frame, object)?;
                self.assign_attribute(&object, name, value);
            }
            Target::Subscript(object, index) => {
                let object = self.evaluate(frame, object)?;
                let index = self.evaluate(frame, index)?;
                self.assign_item(&object, &index, value)?;
            }
            Target::Starred(targets, star) => self.assign_starred(frame, (targets, *star), &value)?,
            Target::Slice(object, bounds) => {
                let object = self.evaluate(frame, object)?;
                let bounds = self.slice_bounds(frame, bounds)?;
                self.check_iterable(&value)?;
                let items = self.ordered_items(&value);
                self.replace_slice(&object, bounds, items);
            }
            Target::Several(targets) => match self.check_iterable(&value).map(|()| self.ordered_items(&value))? {
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
                self.note_change(module);
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

    /// A module that others see, too, is changed. Nobody knows in which order pipelines are found.
    fn note_change(&mut self, module: &str) {
        let Some(party) = &self.party else { return };
        let is_own = module.strip_prefix(party.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if !is_own && self.order_matters.is_none() {
            let reason = self.reason("a pipeline changes what others see, and nobody knows which of them is first");
            self.order_matters = Some(reason);
        }
    }

    /// `a, *b, c = value`
    fn assign_starred(&mut self, frame: &Rc<Scope>, (targets, star): (&[Target], usize), value: &Value) -> Outcome<()> {
        self.check_iterable(value)?;
        let mut items = match self.ordered_items(value) {
            Ok(items) => items,
            Err(reason) => {
                for target in targets {
                    self.assign(frame, target, Value::Unknown(reason.clone()))?;
                }
                return Ok(());
            }
        };
        let Some(more) = (items.len() + 1).checked_sub(targets.len()) else {
            return Err(self.raised("ValueError", "there are more names than values"));
        };
        let rest: Vec<Value> = items.splice(star..star + more, [Value::None]).collect();
        for (at, (target, item)) in targets.iter().zip(items).enumerate() {
            let item = if at == star { Value::list(rest.clone()) } else { item };
            self.assign(frame, target, item)?;
        }
        Ok(())
    }

    fn slice_bounds(&mut self, frame: &Rc<Scope>, bounds: &[Option<Expr>; 2]) -> Outcome<[Value; 2]> {
        let mut values = [Value::None, Value::None];
        for (value, bound) in values.iter_mut().zip(bounds) {
            if let Some(bound) = bound {
                *value = self.evaluate(frame, bound)?;
            }
        }
        Ok(values)
    }

    /// `object[from:to] = items`
    fn replace_slice(&mut self, object: &Value, bounds: [Value; 2], items: Result<Vec<Value>, Reason>) {
        let number = |value: &Value| match value {
            Value::None => Some(None),
            Value::Int(number) => Some(Some(*number)),
            _ => None,
        };
        let replaced = match (object, number(&bounds[0]).zip(number(&bounds[1])), &items) {
            (Value::List(list), Some((from, to)), Ok(items)) => list.change(|list| {
                let count = list.items.len();
                let (from, to) = (from.map_or(0, |at| clamped(count, at)), to.map_or(count, |at| clamped(count, at)));
                let is_known = !list.is_unordered;
                if is_known {
                    list.items.splice(from..to.max(from), items.iter().cloned());
                }
                is_known
            }),
            _ => Ok(false),
        };
        if replaced.is_ok_and(|replaced| !replaced) {
            let reason = self.reason("which items are assigned is not known");
            self.taint(object, &reason);
            items.iter().flatten().for_each(|item| self.taint(item, &reason));
        }
    }

    fn assign_item(&mut self, object: &Value, index: &Value, value: Value) -> Outcome<()> {
        self.take(1)?;
        if let Value::Dict(_) | Value::Set(_) = object {
            self.check_hashable(index)?;
        }
        let is_unordered = self.unordered_loops > 0;
        match (object, Key::of(index)) {
            (Value::Dict(dict), Some(key)) => drop(dict.change(|dict| {
                dict.is_unordered |= is_unordered;
                dict.entries.insert(key, value)
            })),
            (Value::Builtin(Builtin::Environment), Some(Key::Text(name))) => {
                drop(self.variables.insert(name, value));
            }
            (Value::Builtin(Builtin::Environment), _) => {
                self.may_set_variables = Some(self.reason("which environment variable is set is not known"));
            }
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
                let old = if frame.is_global(name) { frame.lookup(name) } else { None };
                let old = old.map_or_else(|| self.lookup(frame, name), Ok)?;
                (None, None, old)
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
            _ => return self.assign(frame, target, Value::None),
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
                self.check_iterable(&value)?;
                let is_unordered = self.unordered_loops > 0 || value.is_unordered();
                match self.items(&value) {
                    Ok(items) => drop(list.change(|list| {
                        list.is_unordered |= is_unordered;
                        list.items.extend(items);
                    })),
                    Err(reason) => self.taint(&old, &reason),
                }
                Ok(old)
            }
            (Operator::Or, Value::Dict(dict)) => {
                let is_unordered = self.unordered_loops > 0 || value.is_unordered();
                match self.entries(&value) {
                    Ok(entries) => drop(dict.change(|dict| {
                        dict.is_unordered |= is_unordered;
                        dict.entries.extend(entries);
                    })),
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
                if let (Value::List(list), Value::Int(at)) = (&object, &index) {
                    let removed = list.change(|list| {
                        let found = place(list.items.len(), *at).filter(|_| !list.is_unordered);
                        found.map(|at| list.items.remove(at)).is_some()
                    });
                    if removed.is_ok_and(|removed| removed) {
                        return Ok(());
                    }
                }
                let reason = self.reason_of(&index, "what is deleted is not known");
                self.taint(&object, &reason);
            }
            Target::Several(targets) | Target::Starred(targets, _) => {
                for target in targets {
                    self.delete(frame, target)?;
                }
            }
            Target::Slice(object, bounds) => {
                let object = self.evaluate(frame, object)?;
                let bounds = self.slice_bounds(frame, bounds)?;
                self.replace_slice(&object, bounds, Ok(Vec::new()));
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
