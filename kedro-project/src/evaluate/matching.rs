//! `match`.

use std::rc::Rc;

use crate::{
    evaluate::{
        evaluator::{Evaluator, Outcome},
        flow::Flow,
        reason::Reason,
        value::{Scope, Value},
    },
    python::{Case, Comparison, Expr, ExprKind, Pattern, Stmt},
};

impl Evaluator {
    /// Runs `match value: case …: …`.
    pub(super) fn run_match(
        &mut self,
        frame: &Rc<Scope>,
        statement: &Stmt,
        value: &Expr,
        cases: &[Case],
    ) -> Outcome<Flow> {
        let value = self.evaluate(frame, value)?;
        for case in cases {
            let mut does_match = self.matches(frame, &case.pattern, &value)?;
            if let (Ok(true), Some(guard)) = (&does_match, &case.guard) {
                let guard = self.evaluate(frame, guard)?;
                does_match = self.truth(&guard);
            }
            match does_match {
                Ok(true) => return self.run_block(frame, &case.body),
                Ok(false) => {}
                Err(reason) => return self.doubt_statement(frame, statement, &reason),
            }
        }
        Ok(Flow::Next)
    }

    /// Whether a pattern matches; a reason inside when that is not known.
    fn matches(&mut self, frame: &Rc<Scope>, pattern: &Pattern, value: &Value) -> Outcome<Result<bool, Reason>> {
        self.take(1)?;
        match pattern {
            Pattern::Anything => Ok(Ok(true)),
            Pattern::Name(name) => {
                frame.bind(name, value.clone());
                Ok(Ok(true))
            }
            Pattern::Value(expected) => {
                let is_same = matches!(expected.kind, ExprKind::None | ExprKind::Bool(_));
                let comparison = if is_same { Comparison::Is } else { Comparison::Equal };
                let expected = self.evaluate(frame, expected)?;
                Ok(self.compare(value, comparison, &expected))
            }
            Pattern::Either(patterns) => {
                for pattern in patterns {
                    match self.matches(frame, pattern, value)? {
                        Ok(false) => {}
                        other => return Ok(other),
                    }
                }
                Ok(Ok(false))
            }
            Pattern::As(pattern, name) => {
                let does_match = self.matches(frame, pattern, value)?;
                frame.bind(name, value.clone());
                Ok(does_match)
            }
            Pattern::Sequence(patterns, star) => {
                let items = match value {
                    Value::List(_) | Value::Tuple(_) => self.ordered_items(value),
                    other if other.type_name().is_some() => return Ok(Ok(false)),
                    other => Err(self.reason_of(other, "a value is not known")),
                };
                let Ok(mut items) = items else { return Ok(items.map(|_| false)) };
                let is_long_enough = items.len() >= patterns.len();
                if !is_long_enough || star.is_none() && items.len() > patterns.len() {
                    return Ok(Ok(false));
                }
                if let Some((at, name)) = star {
                    let rest: Vec<Value> = items.splice(*at..*at + items.len() - patterns.len(), []).collect();
                    if let Some(name) = name {
                        frame.bind(name, Value::list(rest));
                    }
                }
                for (pattern, item) in patterns.iter().zip(items) {
                    match self.matches(frame, pattern, &item)? {
                        Ok(true) => {}
                        other => return Ok(other),
                    }
                }
                Ok(Ok(true))
            }
            Pattern::Other(_) => Ok(Err(self.reason("this pattern is not followed"))),
        }
    }
}
