//! The names that code mentions, without following it.

use std::{collections::HashSet, rc::Rc};

use crate::python::{
    ast::{
        Argument, Clause, Element, Entry, Expr, ExprKind, FormatPart, Function, Name, Pattern, Stmt, StmtKind, Target,
    },
    lower::body,
};

/// The names that code mentions.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// Names that it looks at.
    pub(crate) mentioned: Vec<Name>,
    /// Attributes of names that it looks at.
    pub(crate) attributes: Vec<(Name, Name)>,
    /// Names that it binds, without those in functions.
    pub(crate) bound: Vec<Name>,
    /// Names that it declares to be the module's.
    pub(crate) globals: Vec<Name>,
    /// Names that it declares to be those of a function around it.
    pub(crate) nonlocals: Vec<Name>,
    /// Whether it may bind less than what is said here.
    is_vague: bool,
    /// Whether it binds names that are not written there, by `import *`.
    pub(crate) binds_anything: bool,
    /// Whether it may lead out of what is around it.
    pub(crate) may_leave: bool,
}

/// Functions within one another that are looked into.
const DEEPEST: usize = 20;

impl Mentions {
    /// Those of statements.
    pub(crate) fn of_block(statements: &[Stmt]) -> Self {
        let mut mentions = Self::default();
        mentions.block(statements, 0);
        mentions.simplify();
        mentions
    }

    /// Those of an expression.
    pub(crate) fn of_expression(expression: &Expr) -> Self {
        let mut mentions = Self::default();
        mentions.expression(expression, 0);
        mentions.simplify();
        mentions
    }

    /// The names that are the own ones of a function with this body; `None` where that is not
    /// certain.
    pub(crate) fn locals(self) -> Option<HashSet<Name>> {
        if self.is_vague || self.binds_anything {
            return None;
        }
        let (globals, nonlocals) = (self.globals, self.nonlocals);
        Some(self.bound.into_iter().filter(|name| !globals.contains(name) && !nonlocals.contains(name)).collect())
    }

    fn simplify(&mut self) {
        for names in [&mut self.mentioned, &mut self.bound, &mut self.globals, &mut self.nonlocals] {
            names.sort_unstable();
            names.dedup();
        }
        self.attributes.sort_unstable();
        self.attributes.dedup();
    }

    fn block(&mut self, statements: &[Stmt], depth: usize) {
        for statement in statements {
            self.statement(statement, depth);
        }
    }

    fn statement(&mut self, statement: &Stmt, depth: usize) {
        match &statement.kind {
            StmtKind::Expr(value) | StmtKind::Assert(value) => self.expression(value, depth),
            StmtKind::Assign(targets, value) => {
                self.targets(targets, depth);
                self.expression(value, depth);
            }
            StmtKind::AssignAugmented(target, _, value) => {
                if let Target::Name(name) = target {
                    self.mentioned.push(Name::clone(name));
                }
                self.target(target, depth);
                self.expression(value, depth);
            }
            StmtKind::Return(value) | StmtKind::Raise(value) => {
                self.may_leave = true;
                if let Some(value) = value {
                    self.expression(value, depth);
                }
            }
            StmtKind::Delete(targets) => self.targets(targets, depth),
            StmtKind::Pass => {}
            StmtKind::Break | StmtKind::Continue => self.may_leave = true,
            StmtKind::Global(names) => self.globals.extend(names.iter().cloned()),
            StmtKind::Nonlocal(names) => self.nonlocals.extend(names.iter().cloned()),
            StmtKind::Match(value, cases) => {
                self.expression(value, depth);
                for case in cases {
                    self.pattern(&case.pattern, depth);
                    case.guard.iter().for_each(|guard| self.expression(guard, depth));
                    self.block(&case.body, depth);
                }
            }
            StmtKind::Import(modules) => {
                let first = |module: &str| Name::from(module.split('.').next().unwrap_or_default());
                let bound = modules.iter().map(|one| one.alias.clone().unwrap_or_else(|| first(&one.module)));
                self.bound.extend(bound);
            }
            StmtKind::ImportFrom(import) => match &import.names {
                Some(names) => self.bound.extend(names.iter().map(|(_, bound)| Name::clone(bound))),
                None => self.binds_anything = true,
            },
            StmtKind::If(branches, otherwise) => {
                for (test, block) in branches {
                    self.expression(test, depth);
                    self.block(block, depth);
                }
                self.block(otherwise, depth);
            }
            StmtKind::For(head, body, otherwise) => {
                self.target(&head.0, depth);
                self.expression(&head.1, depth);
                self.in_loop(body, depth);
                self.block(otherwise, depth);
            }
            StmtKind::While(test, body, otherwise) => {
                self.expression(test, depth);
                self.in_loop(body, depth);
                self.block(otherwise, depth);
            }
            StmtKind::Try(attempt) => {
                self.block(&attempt.body, depth);
                for handler in &attempt.handlers {
                    self.bound.extend(handler.bound.clone());
                    self.block(&handler.body, depth);
                }
                self.block(&attempt.otherwise, depth);
                self.block(&attempt.last, depth);
            }
            StmtKind::With(items, body) => {
                for (value, target) in items {
                    self.expression(value, depth);
                    if let Some(target) = target {
                        self.target(target, depth);
                    }
                }
                self.block(body, depth);
            }
            StmtKind::Function(function) => {
                self.bound.push(Name::clone(&function.name));
                self.function(function, depth);
            }
            StmtKind::Class(class) => {
                self.bound.push(Name::clone(&class.name));
                let mut inner = Self::default();
                inner.block(&class.body, depth);
                self.mentioned.append(&mut inner.mentioned);
                self.attributes.append(&mut inner.attributes);
                self.arguments(&class.arguments, depth);
            }
            StmtKind::Other { names, may_leave, .. } => {
                self.may_leave |= may_leave;
                self.is_vague = true;
                self.mentioned.extend(names.iter().cloned());
                self.bound.extend(names.iter().cloned());
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern, depth: usize) {
        match pattern {
            Pattern::Anything => {}
            Pattern::Name(name) => self.bound.push(Name::clone(name)),
            Pattern::Value(value) => self.expression(value, depth),
            Pattern::Either(patterns) => patterns.iter().for_each(|pattern| self.pattern(pattern, depth)),
            Pattern::Sequence(patterns, star) => {
                for pattern in patterns {
                    self.pattern(pattern, depth);
                }
                self.bound.extend(star.iter().filter_map(|(_, name)| name.clone()));
            }
            Pattern::As(pattern, name) => {
                self.pattern(pattern, depth);
                self.bound.push(Name::clone(name));
            }
            Pattern::Other(names) => {
                self.is_vague = true;
                self.mentioned.extend(names.iter().cloned());
                self.bound.extend(names.iter().cloned());
            }
        }
    }

    /// `break` and `continue` stay within a loop.
    fn in_loop(&mut self, body: &[Stmt], depth: usize) {
        let may_leave = std::mem::take(&mut self.may_leave);
        self.block(body, depth);
        self.may_leave = may_leave || body.iter().any(leaves_function);
    }

    fn function(&mut self, function: &Function, depth: usize) {
        for value in function.parameters.iter().filter_map(|parameter| parameter.default.as_ref()) {
            self.expression(value, depth);
        }
        for value in &function.decorators {
            self.expression(value, depth);
        }
        if depth < DEEPEST {
            let mut inner = Self::default();
            inner.block(&body(function).statements, depth + 1);
            self.mentioned.append(&mut inner.mentioned);
            self.attributes.append(&mut inner.attributes);
        }
    }

    fn targets(&mut self, targets: &[Target], depth: usize) {
        for target in targets {
            self.target(target, depth);
        }
    }

    fn target(&mut self, target: &Target, depth: usize) {
        match target {
            Target::Name(name) => self.bound.push(Name::clone(name)),
            Target::Attribute(object, _) => self.expression(object, depth),
            Target::Subscript(object, index) => {
                self.expression(object, depth);
                self.expression(index, depth);
            }
            Target::Several(targets) | Target::Starred(targets, _) => self.targets(targets, depth),
            Target::Slice(object, bounds) => {
                self.expression(object, depth);
                bounds.iter().flatten().for_each(|bound| self.expression(bound, depth));
            }
            Target::Other(names) => {
                self.is_vague = true;
                self.mentioned.extend(names.iter().cloned());
                self.bound.extend(names.iter().cloned());
            }
        }
    }

    fn arguments(&mut self, arguments: &[Argument], depth: usize) {
        for argument in arguments {
            match argument {
                Argument::Positional(value)
                | Argument::Named(_, value)
                | Argument::Spread(value)
                | Argument::SpreadNamed(value) => self.expression(value, depth),
            }
        }
    }

    fn expression(&mut self, expression: &Expr, depth: usize) {
        let mut all = |values: &mut dyn Iterator<Item = &Expr>| values.for_each(|value| self.expression(value, depth));
        match &expression.kind {
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Text(_) => {}
            ExprKind::Format(parts) => all(&mut parts.iter().filter_map(|part| match part {
                FormatPart::Value { value, .. } => Some(value),
                FormatPart::Text(_) => None,
            })),
            ExprKind::Name(name) => self.mentioned.push(Name::clone(name)),
            ExprKind::List(elements) | ExprKind::Tuple(elements) | ExprKind::Set(elements) => {
                all(&mut elements.iter().map(|element| match element {
                    Element::One(value) | Element::Spread(value) => value,
                }));
            }
            ExprKind::Dict(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) => {
                            self.expression(key, depth);
                            self.expression(value, depth);
                        }
                        Entry::Spread(value) => self.expression(value, depth),
                    }
                }
            }
            ExprKind::Attribute(object, name) => {
                if let ExprKind::Name(object) = &object.kind {
                    self.attributes.push((Name::clone(object), Name::clone(name)));
                }
                self.expression(object, depth);
            }
            ExprKind::Subscript(object, index) => all(&mut [&**object, &**index].into_iter()),
            ExprKind::Slice(object, bounds) => {
                all(&mut std::iter::once(&**object).chain(bounds.iter().flatten()));
            }
            ExprKind::Chain(first, rest) => {
                all(&mut std::iter::once(&**first).chain(rest.iter().map(|(_, value)| value)));
            }
            ExprKind::Negative(value) | ExprKind::Not(value) => self.expression(value, depth),
            ExprKind::Logic { parts, .. } => all(&mut parts.iter()),
            ExprKind::Compare(first, rest) => {
                all(&mut std::iter::once(&**first).chain(rest.iter().map(|(_, value)| value)));
            }
            ExprKind::Conditional { parts } => all(&mut parts.iter()),
            ExprKind::Call(callee, arguments) => {
                self.expression(callee, depth);
                self.arguments(arguments, depth);
            }
            ExprKind::Comprehension(comprehension) => {
                all(&mut std::iter::once(&comprehension.element).chain(&comprehension.value));
                all(&mut comprehension.clauses.iter().map(|clause| match clause {
                    Clause::For(_, value) | Clause::If(value) => value,
                }));
            }
            ExprKind::Lambda(function) => self.function(function, depth),
            ExprKind::Named(name, value) => {
                self.bound.push(Name::clone(name));
                self.expression(value, depth);
            }
            ExprKind::Yield(value) => value.iter().for_each(|value| self.expression(value, depth)),
            ExprKind::YieldFrom(values) => self.expression(values, depth),
            ExprKind::Other { names, .. } => self.mentioned.extend(names.iter().cloned()),
        }
    }
}

/// The names that are a function's own; `None` where that is not certain.
pub(crate) fn locals(function: &Function) -> Option<Rc<HashSet<Name>>> {
    let body = body(function);
    body.locals.get_or_init(|| Mentions::of_block(&body.statements).locals().map(Rc::new)).clone()
}

fn leaves_function(statement: &Stmt) -> bool {
    let any = |block: &[Stmt]| block.iter().any(leaves_function);
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Raise(_) => true,
        StmtKind::If(branches, otherwise) => branches.iter().any(|(_, block)| any(block)) || any(otherwise),
        StmtKind::For(_, body, otherwise) | StmtKind::While(_, body, otherwise) => any(body) || any(otherwise),
        StmtKind::Try(attempt) => {
            any(&attempt.body)
                || attempt.handlers.iter().any(|handler| any(&handler.body))
                || any(&attempt.otherwise)
                || any(&attempt.last)
        }
        StmtKind::With(_, body) => any(body),
        StmtKind::Match(_, cases) => cases.iter().any(|case| any(&case.body)),
        StmtKind::Other { may_leave, .. } => *may_leave,
        _ => false,
    }
}
