//! Following Python code whose effect is certain.
//!
//! Only what pipelines are usually made of is understood: literals, assignments, sums, calls of
//! Kedro's constructors and of the project's own functions. Everything else yields
//! [`Value::Unknown`] with the place and the reason.
//!
//! The [`Evaluator`] is one, and its methods are in one file for each kind of syntax: `statements`,
//! `expressions` and `calls`.

use std::{collections::HashMap, rc::Rc};

use crate::{
    bounds::Bounds,
    pipelines::{
        kedro::{self, Candidates},
        reason::Reason,
        scope::Scope,
        source::Fragment,
        sources::{self, Bound, Sources},
        value::Value,
    },
};

/// Follows the code of one project.
pub(super) struct Evaluator {
    /// The project's modules.
    pub(super) sources: Sources,
    /// How far their code has been followed.
    pub(super) bounds: Bounds,
    /// The project's package.
    pub(super) package: String,
    /// Values of expressions at the top level of modules; `None` while one is looked at.
    module_values: HashMap<(usize, usize), Option<Value>>,
    /// The modules that `find_pipelines()` looks into, once it is known.
    pub(super) candidates: Option<Result<Rc<Candidates>, Reason>>,
}

/// What a name of a module stands for.
pub(super) enum Member {
    /// This value.
    Value(Value),
    /// The module has no such name.
    Missing,
    /// It cannot be determined whether there is such a name, and why.
    Unknown(Reason),
}

impl Evaluator {
    /// Prepares to follow the code of `package`.
    pub(super) fn new(sources: Sources, bounds: Bounds, package: String) -> Self {
        Self { sources, bounds, package, module_values: HashMap::new(), candidates: None }
    }

    /// What `name` stands for in `module`.
    pub(super) fn member(&mut self, module: &str, name: &str) -> Member {
        if sources::is_kedro(module) {
            return Member::Value(kedro::member(module, name));
        }
        if !self.bounds.descend() {
            return Member::Unknown(sources::too_deep(module));
        }
        let bound = self.sources.resolve(&mut self.bounds, module, name);
        let member = self.meaning(bound);
        self.bounds.ascend();
        member
    }

    /// What a name stands for that is bound in this way.
    pub(super) fn meaning(&mut self, bound: Bound) -> Member {
        Member::Value(match bound {
            Bound::Function(function) => Value::Function(function),
            Bound::Expression(expression) => self.module_value(&expression),
            Bound::Module(module) => Value::Module(module.into()),
            Bound::Kedro { module, name } => kedro::member(&module, &name),
            Bound::Opaque(reason) => Value::Unknown(reason),
            Bound::Missing => return Member::Missing,
            Bound::Unknown(reason) => return Member::Unknown(reason),
        })
    }

    /// The value of an expression at the top level of a module, which is looked at once.
    fn module_value(&mut self, expression: &Fragment) -> Value {
        let identity = expression.identity();
        match self.module_values.get(&identity) {
            Some(Some(value)) => return value.clone(),
            // Python would not know the name yet.
            Some(None) => return Value::unknown("a module's value is made of itself"),
            None => {}
        }
        self.module_values.insert(identity, None);
        let refusals = self.bounds.refusals();
        let value = self.evaluate_module_value(expression);
        if refusals == self.bounds.refusals() {
            self.module_values.insert(identity, Some(value.clone()));
        } else {
            // Where there is more patience, more may be known.
            self.module_values.remove(&identity);
        }
        value
    }

    fn evaluate_module_value(&mut self, expression: &Fragment) -> Value {
        let Some(node) = expression.node() else { return Value::unknown("the expression is gone") };
        let mut scope = Scope::new(&expression.source, HashMap::new());
        match self.evaluate(&mut scope, node) {
            value if value.is_mutable() => {
                scope.unknown_at(node, "a list or dict of a module can be changed from anywhere")
            }
            value => value,
        }
    }
}
