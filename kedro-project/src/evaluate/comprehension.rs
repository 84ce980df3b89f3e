//! Comprehensions and generators.

use std::{collections::HashMap, rc::Rc};

use indexmap::IndexMap;

use crate::{
    evaluate::{
        evaluator::{Evaluator, Outcome},
        reason::Reason,
        value::{Dict, Key, List, Scope, Shared, Value},
    },
    python::{Clause, Comprehension, Made},
};

/// What a comprehension has made so far.
#[derive(Default)]
struct Making {
    items: Vec<Value>,
    entries: IndexMap<Key, Value>,
    /// Whether their order is not certain.
    is_unordered: bool,
    /// Why it is not certain what it makes.
    unknown: Option<Reason>,
}

impl Evaluator {
    pub(super) fn comprehension(&mut self, around: &Rc<Scope>, comprehension: &Comprehension) -> Outcome {
        let frame = Scope::of_function(around, HashMap::new(), None);
        let mut making = Making::default();
        self.clauses(&frame, comprehension, &comprehension.clauses, &mut making)?;
        if let Some(reason) = making.unknown {
            self.doubt_expression(&frame, &comprehension.element);
            if let Some(value) = &comprehension.value {
                self.doubt_expression(&frame, value);
            }
            return Ok(Value::Unknown(reason));
        }
        Ok(match comprehension.made {
            Made::List => Value::List(Shared::new(List { items: making.items, is_unordered: making.is_unordered })),
            Made::Generator => Value::iterator(making.items, making.is_unordered),
            Made::Set => self.set_of(making.items),
            Made::Dict => Value::Dict(Shared::new(Dict { entries: making.entries, is_unordered: making.is_unordered })),
        })
    }

    fn clauses(
        &mut self,
        frame: &Rc<Scope>,
        comprehension: &Comprehension,
        clauses: &[Clause],
        making: &mut Making,
    ) -> Outcome<()> {
        if making.unknown.is_some() {
            return Ok(());
        }
        match clauses {
            [] => self.make(frame, comprehension, making),
            [Clause::If(test), rest @ ..] => {
                let test = self.evaluate(frame, test)?;
                match self.truth(&test) {
                    Ok(true) => self.clauses(frame, comprehension, rest, making),
                    Ok(false) => Ok(()),
                    Err(reason) => {
                        making.unknown = Some(reason);
                        Ok(())
                    }
                }
            }
            [Clause::For(target, values), rest @ ..] => {
                let values = self.evaluate(frame, values)?;
                making.is_unordered |= values.is_unordered();
                self.check_iterable(&values)?;
                let items = match self.items(&values) {
                    Ok(items) => items,
                    Err(reason) => {
                        making.unknown = Some(reason);
                        return Ok(());
                    }
                };
                for item in items {
                    self.take(1)?;
                    self.assign(frame, target, item)?;
                    self.deeper(|evaluator| evaluator.clauses(frame, comprehension, rest, making))?;
                }
                Ok(())
            }
        }
    }

    fn make(&mut self, frame: &Rc<Scope>, comprehension: &Comprehension, making: &mut Making) -> Outcome<()> {
        let element = self.evaluate(frame, &comprehension.element)?;
        let Some(value) = &comprehension.value else {
            making.items.push(element);
            return Ok(());
        };
        let value = self.evaluate(frame, value)?;
        if let Some(key) = Key::of(&element) {
            making.entries.insert(key, value);
        } else {
            self.check_hashable(&element)?;
            making.unknown = Some(self.reason_of(&element, "a key is not known"));
        }
        Ok(())
    }
}
