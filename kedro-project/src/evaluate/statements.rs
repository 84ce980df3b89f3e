//! Running statements.

use std::rc::Rc;

use crate::{
    evaluate::{
        classes::class_of,
        evaluator::{Evaluator, Outcome},
        flow::{Flow, Loop},
        stop::{Exception, Stop},
        value::{Receiver, Scope, Value},
    },
    python::{Class, Expr, ExprKind, Handler, Stmt, StmtKind, Try},
};

impl Evaluator {
    /// Runs a module.
    pub(super) fn run_top(&mut self, frame: &Rc<Scope>, statements: &[Stmt]) -> Outcome<()> {
        match self.run_block(frame, statements) {
            Ok(_) => Ok(()),
            Err(Stop::Unclear(reason)) => {
                self.doubt_block(frame, statements, &reason);
                Err(Stop::Unclear(reason))
            }
            Err(raised) => Err(raised),
        }
    }

    /// Runs statements.
    pub(super) fn run_block(&mut self, frame: &Rc<Scope>, statements: &[Stmt]) -> Outcome<Flow> {
        for statement in statements {
            self.place_at(statement.row);
            self.take(1)?;
            match self.run(frame, statement)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn run(&mut self, frame: &Rc<Scope>, statement: &Stmt) -> Outcome<Flow> {
        match &statement.kind {
            StmtKind::Expr(value) => self.evaluate(frame, value).map(|_| Flow::Next),
            StmtKind::Assign(targets, value) => {
                let value = self.evaluate(frame, value)?;
                for target in targets {
                    self.assign(frame, target, value.clone())?;
                }
                Ok(Flow::Next)
            }
            StmtKind::AssignAugmented(target, operator, value) => {
                self.assign_augmented(frame, target, *operator, value).map(|()| Flow::Next)
            }
            StmtKind::Return(value) => match value {
                Some(value) => self.evaluate(frame, value).map(Flow::Return),
                None => Ok(Flow::Return(Value::None)),
            },
            StmtKind::Raise(value) => Err(self.raise(frame, value.as_ref())),
            StmtKind::Assert(test) => {
                let test = self.evaluate(frame, test)?;
                match self.truth(&test) {
                    Ok(false) => Err(self.raised("AssertionError", "an assertion does not hold")),
                    // Who runs a project takes for granted that its assertions hold.
                    Ok(true) | Err(_) => Ok(Flow::Next),
                }
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    self.delete(frame, target)?;
                }
                Ok(Flow::Next)
            }
            StmtKind::Pass => Ok(Flow::Next),
            StmtKind::Break => Ok(Flow::Break),
            StmtKind::Continue => Ok(Flow::Continue),
            StmtKind::Global(names) => {
                for name in names {
                    frame.declare_global(name);
                }
                Ok(Flow::Next)
            }
            StmtKind::Nonlocal(names) => {
                for name in names {
                    frame.declare_nonlocal(name);
                }
                Ok(Flow::Next)
            }
            StmtKind::Import(modules) => self.import_modules(frame, modules).map(|()| Flow::Next),
            StmtKind::ImportFrom(import) => self.import_from(frame, import).map(|()| Flow::Next),
            StmtKind::Function(function) => {
                let value = self.closure(frame, function, Receiver::Object)?;
                let value = self.decorated(frame, &function.decorators, value)?;
                frame.bind(&function.name, value);
                Ok(Flow::Next)
            }
            StmtKind::Class(class) => self.define_class(frame, class).map(|()| Flow::Next),
            _ => self.deeper(|evaluator| evaluator.run_compound(frame, statement)),
        }
    }

    fn run_compound(&mut self, frame: &Rc<Scope>, statement: &Stmt) -> Outcome<Flow> {
        match &statement.kind {
            StmtKind::If(branches, otherwise) => {
                for (test, block) in branches {
                    let value = self.evaluate(frame, test)?;
                    match self.truth(&value) {
                        Ok(true) => return self.run_block(frame, block),
                        Ok(false) => {}
                        Err(reason) => return self.doubt_statement(frame, statement, &reason),
                    }
                }
                self.run_block(frame, otherwise)
            }
            StmtKind::For(head, body, otherwise) => {
                let (target, values) = &**head;
                let values = self.evaluate(frame, values)?;
                self.run_for(frame, target, &values, &Loop { statement, body, otherwise })
            }
            StmtKind::While(test, body, otherwise) => self.run_while(frame, test, &Loop { statement, body, otherwise }),
            StmtKind::Match(value, cases) => self.run_match(frame, statement, value, cases),
            StmtKind::Try(attempt) => self.run_try(frame, statement, attempt),
            StmtKind::With(items, body) => {
                for (value, target) in items {
                    let value = self.evaluate(frame, value)?;
                    if let Some(target) = target {
                        let value =
                            if value.is_foreign() { value } else { self.unknown("what `with` gives is not known") };
                        self.assign(frame, target, value)?;
                    }
                }
                // What is raised within may be caught by what is around it.
                match self.run_block(frame, body) {
                    Err(Stop::Raised(exception)) => self.doubt_statement(frame, statement, &exception.reason),
                    other => other,
                }
            }
            StmtKind::Other { what, .. } => {
                let reason = self.reason(format!("{} is not followed", what.replace('_', " ")));
                self.doubt_statement(frame, statement, &reason)
            }
            _ => Ok(Flow::Next),
        }
    }

    fn raise(&mut self, frame: &Rc<Scope>, value: Option<&Expr>) -> Stop {
        let kind = match value.map(|value| &value.kind) {
            Some(ExprKind::Call(callee, _)) => &callee.kind,
            Some(kind) => kind,
            None => return self.unclear("an error is raised again"),
        };
        let name = match kind {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => Rc::clone(name),
            _ => return self.unclear("an error is raised that is not known"),
        };
        if frame.lookup(&name).is_some_and(|value| !matches!(value, Value::Class(_) | Value::External(_))) {
            return self.unclear("an error is raised that is not known");
        }
        self.raised(&name, "the project raises it itself")
    }

    fn run_try(&mut self, frame: &Rc<Scope>, statement: &Stmt, attempt: &Try) -> Outcome<Flow> {
        let doubts = self.doubts;
        let outcome = match self.run_block(frame, &attempt.body) {
            Err(Stop::Raised(exception)) => self.handle(frame, statement, attempt, exception),
            Err(Stop::Unclear(reason)) => self.doubt_statement(frame, statement, &reason),
            // Where the body may fail as well, what the handlers do is done or not.
            Ok(flow) => {
                if self.doubts != doubts && !attempt.handlers.is_empty() {
                    self.may_be_handled(frame, &attempt.handlers)?;
                }
                match flow {
                    Flow::Next => self.run_block(frame, &attempt.otherwise),
                    other => Ok(other),
                }
            }
        };
        match self.run_block(frame, &attempt.last)? {
            Flow::Next => outcome,
            other => Ok(other),
        }
    }

    fn may_be_handled(&mut self, frame: &Rc<Scope>, handlers: &[Handler]) -> Outcome<()> {
        let reason = self.reason("whether this fails is not known");
        for handler in handlers {
            // A handler that only raises leaves the project without pipelines.
            if handler.body.last().is_some_and(|last| matches!(last.kind, StmtKind::Raise(_))) {
                continue;
            }
            if self.doubt_block(frame, &handler.body, &reason) {
                return Err(Stop::Unclear(reason));
            }
        }
        Ok(())
    }

    fn handle(&mut self, frame: &Rc<Scope>, statement: &Stmt, attempt: &Try, exception: Exception) -> Outcome<Flow> {
        for handler in &attempt.handlers {
            let mut is_caught = handler.types.is_none();
            for caught in handler.types.iter().flatten() {
                match exception.is_caught_by(caught) {
                    Some(catches) => is_caught |= catches,
                    None => return self.doubt_statement(frame, statement, &exception.reason),
                }
            }
            if !is_caught {
                continue;
            }
            if let Some(name) = &handler.bound {
                frame.bind(name, Value::External("an error".into()));
            }
            let is_raised_again = |statement: &Stmt| matches!(statement.kind, StmtKind::Raise(None));
            if let Some((last, before)) = handler.body.split_last()
                && is_raised_again(last)
            {
                return match self.run_block(frame, before)? {
                    Flow::Next => Err(Stop::Raised(exception)),
                    other => Ok(other),
                };
            }
            return self.run_block(frame, &handler.body);
        }
        Err(Stop::Raised(exception))
    }

    fn define_class(&mut self, frame: &Rc<Scope>, class: &Class) -> Outcome<()> {
        let bases = self.arguments(frame, &class.arguments)?;
        let own = Scope::of_class(frame);
        self.remember(&own);
        self.deeper(|evaluator| evaluator.run_block(&own, &class.body))?;
        let named = bases.named.clone();
        let value = class_of(class, bases, &own);
        self.tell_bases(&value, named)?;
        let value = self.decorated(frame, &class.decorators, value)?;
        frame.bind(&class.name, value);
        Ok(())
    }
}
