//! Calls: of the project's functions, and of what is known here.

use std::{collections::HashMap, rc::Rc};

use tree_sitter::Node;

use crate::{
    pipelines::{
        arguments::{Arguments, Given},
        evaluator::{Evaluator, Member},
        kedro::{self, Candidates},
        operators,
        reason::{Reason, short},
        scope::Scope,
        source::Function,
        value::{Builtin, Dict, Value},
    },
    python::Literal,
};

impl Evaluator {
    /// What a function returns that is called without arguments.
    pub(super) fn call(&mut self, function: Value) -> Value {
        match function {
            Value::Function(function) => self.run(&function, HashMap::new()),
            Value::Builtin(Builtin::Pipeline | Builtin::Node | Builtin::Sum) | Value::Unknown(_) => function,
            Value::Builtin(Builtin::FindPipelines) => self.find_pipelines(false),
            _ => Value::unknown("it is not a function"),
        }
    }

    /// The value of a call.
    pub(super) fn call_expression(&mut self, scope: &mut Scope, call: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let Some(callee) = call.child_by_field_name("function") else {
            return scope.unknown_at(call, "the expression is not understood");
        };
        if let Some(value) = self.call_method(scope, call, callee) {
            return value;
        }
        let function = self.evaluate(scope, callee);
        let arguments = Arguments::of(call, &source);
        match function {
            Value::Builtin(Builtin::Pipeline) => self.make_pipeline(scope, call, &arguments),
            Value::Builtin(Builtin::Node) => kedro::node(&arguments),
            Value::Builtin(Builtin::Sum) => self.sum(scope, call, &arguments),
            Value::Builtin(Builtin::FindPipelines) => self.call_find_pipelines(scope, call, &arguments),
            Value::Function(function) => self.call_function(scope, call, &function, &arguments),
            Value::Unknown(reason) => {
                scope.taint(&mut self.bounds, call);
                Value::Unknown(reason)
            }
            _ => {
                scope.taint(&mut self.bounds, call);
                scope.unknown_at(call, "what is called is not understood")
            }
        }
    }

    /// `dict.values()`, `dict.copy()` and `pipeline.tag(…)`.
    fn call_method(&mut self, scope: &mut Scope, call: Node<'_>, callee: Node<'_>) -> Option<Value> {
        if callee.kind() != "attribute" {
            return None;
        }
        let source = Rc::clone(&scope.source);
        match (self.evaluate(scope, callee.child_by_field_name("object")?), source.syntax.field(callee, "attribute")) {
            (Value::Dict(entries), "values") if self.bounds.take(entries.len()) => Some(Value::List(entries.values())),
            (dict @ Value::Dict(_), "copy") => Some(dict),
            (pipeline @ Value::Pipeline(_), "tag") => Some(pipeline),
            (Value::List(_) | Value::Dict(_) | Value::Pipeline(_) | Value::Node(_), method) => {
                scope.taint(&mut self.bounds, call);
                Some(scope.unknown_at(call, format!("`.{}()` is not followed", short(method))))
            }
            _ => None,
        }
    }

    fn call_function(
        &mut self,
        scope: &mut Scope,
        call: Node<'_>,
        function: &Function,
        arguments: &Arguments<'_>,
    ) -> Value {
        let names = function.parameters();
        let mut bound = HashMap::new();
        if arguments.has_more {
            for name in &names {
                bound.insert((*name).to_owned(), scope.unknown_at(call, "arguments are spread with `*`"));
            }
        }
        let by_position = names.iter().copied().zip(arguments.positional.iter().copied());
        for (name, argument) in by_position.chain(arguments.keyword.iter().copied()) {
            let value = self.evaluate(scope, argument);
            bound.entry(name.to_owned()).or_insert(value);
        }
        // The function may change what it is given.
        if let Some(list) = call.child_by_field_name("arguments") {
            scope.taint(&mut self.bounds, list);
        }
        self.run(function, bound)
    }

    /// `sum(pipelines)` or `sum(pipelines, start)`
    fn sum(&mut self, scope: &mut Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let Some(items) = arguments.get(0, &[]).filter(|_| !arguments.has_more) else {
            scope.taint(&mut self.bounds, call);
            return scope.unknown_at(call, "what is summed up is computed");
        };
        let items = match self.evaluate(scope, items) {
            Value::List(items) => items,
            Value::Unknown(reason) => return Value::Unknown(reason),
            _ => return scope.unknown_at(call, "what is summed up is not known"),
        };
        let start = match arguments.get(1, &["start"]) {
            Some(node) if scope.source.syntax.text(node) != "0" => Some(self.evaluate(scope, node)),
            _ => None,
        };
        let all = start.iter().chain(items.items());
        if let Some(value) = operators::sum(&mut self.bounds, all) {
            return value;
        }
        let add = |sum, item| operators::add(&mut self.bounds, scope, call, sum, item);
        match start.iter().chain(items.items()).cloned().reduce(add) {
            Some(value @ (Value::Pipeline(_) | Value::Unknown(_))) => value,
            _ => scope.unknown_at(call, "what is summed up are not pipelines"),
        }
    }

    fn make_pipeline(&mut self, scope: &mut Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let Some(nodes) = arguments.get(0, &["nodes", "pipe"]).filter(|_| !arguments.has_more) else {
            scope.taint(&mut self.bounds, call);
            return scope.unknown_at(call, "the nodes are computed");
        };
        let nodes = self.evaluate(scope, nodes);
        kedro::pipeline(&mut self.bounds, scope, call, nodes, arguments)
    }

    fn call_find_pipelines(&mut self, scope: &Scope, call: Node<'_>, arguments: &Arguments<'_>) -> Value {
        let raises = arguments.given_at(0, "raise_errors");
        let is_known = arguments.count() == usize::from(raises != Given::Not) && !arguments.has_more;
        match raises {
            Given::Not if is_known => self.find_pipelines(false),
            Given::Literal(Literal::Bool(raises)) if is_known => self.find_pipelines(raises),
            _ => scope.unknown_at(call, "the arguments of find_pipelines are not understood"),
        }
    }

    /// What `find_pipelines()` finds: the pipelines of all modules that it looks into. One without
    /// measure does not spoil the others.
    fn find_pipelines(&mut self, raises: bool) -> Value {
        let candidates = match self.candidates() {
            Ok(candidates) => candidates,
            Err(reason) => return Value::Unknown(reason),
        };
        if self.sources.are_too_large(&mut self.bounds, candidates.modules()) {
            return Value::unknown("the modules of the pipelines are too large");
        }
        let mut others = candidates.modules().count();
        let share = self.bounds.share(others);
        let mut created = |evaluator: &mut Self, module: &str| {
            others = others.saturating_sub(1);
            let set_aside = evaluator.bounds.set_aside(share, others);
            let created = evaluator.created_pipeline(module);
            evaluator.bounds.put_back(set_aside);
            created
        };
        let mut found = Dict::default();
        let default = match candidates.default.as_ref().map(|module| created(self, module)) {
            Some(Created::Pipeline(value)) => value,
            Some(Created::Unknown(reason)) => Value::Unknown(reason),
            Some(Created::Nothing) | None => Value::Pipeline(Rc::default()),
        };
        found.insert("__default__", default);
        for (name, module) in &candidates.named {
            match created(self, module) {
                Created::Pipeline(value) => found.insert(name, value),
                Created::Nothing if raises => {
                    return Value::unknown(format!("{module} does not make a pipeline, which find_pipelines refuses"));
                }
                Created::Nothing => {}
                Created::Unknown(reason) => return Value::Unknown(reason),
            }
        }
        Value::Dict(found)
    }

    /// Where it looks, which does not change meanwhile.
    fn candidates(&mut self) -> Result<Rc<Candidates>, Reason> {
        if let Some(known) = &self.candidates {
            return known.clone();
        }
        let found = kedro::candidates(&mut self.bounds, &self.sources, &self.package);
        let found = found.map(Rc::new).map_err(Reason::from);
        self.candidates.insert(found).clone()
    }

    fn created_pipeline(&mut self, module: &str) -> Created {
        match self.member(module, "create_pipeline") {
            Member::Value(function) => match self.call(function) {
                value @ (Value::Pipeline(_) | Value::Unknown(_)) => Created::Pipeline(value),
                _ => Created::Nothing,
            },
            Member::Missing => Created::Nothing,
            Member::Unknown(reason) => Created::Unknown(reason),
        }
    }
}

/// What `create_pipeline()` of a module gives.
enum Created {
    /// A pipeline, though perhaps of unknown nodes.
    Pipeline(Value),
    /// No pipeline, or there is no such function.
    Nothing,
    /// It cannot be determined whether there is such a function.
    Unknown(Reason),
}
