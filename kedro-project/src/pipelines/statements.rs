//! Running the statements of a function.

use std::{collections::HashMap, rc::Rc};

use tree_sitter::Node;

use crate::{
    pipelines::{
        arguments::Arguments,
        evaluator::{Evaluator, Member},
        operators,
        scope::Scope,
        source::{Function, parameter_name},
        value::Value,
    },
    python::{self, Literal},
};

impl Evaluator {
    /// What a function of the project returns for these arguments.
    pub(super) fn run(&mut self, function: &Function, arguments: HashMap<String, Value>) -> Value {
        let Some(definition) = function.0.node() else { return Value::unknown("the function is gone") };
        let mut scope = Scope::new(&function.0.source, arguments);
        let Some(body) = definition.child_by_field_name("body") else {
            return scope.unknown_at(definition, "the function has no body");
        };
        if definition.child(0).is_none_or(|first| first.kind() != "def")
            || python::any(body, |node| node.kind() == "yield")
        {
            return scope.unknown_at(definition, "a generator or coroutine is not followed");
        }
        if !self.bounds.descend() {
            return scope.unknown_at(definition, "the code goes too deep or is too large");
        }
        bind_missing_parameters(&mut scope, definition);
        let result = self.run_block(&mut scope, body);
        self.bounds.ascend();
        result.unwrap_or(Value::Constant)
    }

    /// Runs statements; `Some` is what is returned.
    fn run_block(&mut self, scope: &mut Scope, block: Node<'_>) -> Option<Value> {
        for statement in python::children(block) {
            match statement.kind() {
                "return_statement" => {
                    return Some(match statement.named_child(0) {
                        Some(value) => self.evaluate(scope, value),
                        None => Value::Constant,
                    });
                }
                "expression_statement" => self.run_expression(scope, statement),
                "import_statement" | "import_from_statement" => self.run_import(scope, statement),
                "pass_statement" | "comment" => {}
                "function_definition" | "class_definition" | "decorated_definition" => scope.forget(statement),
                "assert_statement" => scope.taint(statement),
                _ if python::any(statement, |node| matches!(node.kind(), "return_statement" | "raise_statement")) => {
                    return Some(scope.unknown_at(statement, "the code branches here"));
                }
                _ => scope.forget(statement),
            }
        }
        None
    }

    fn run_import(&mut self, scope: &mut Scope, statement: Node<'_>) {
        let source = Rc::clone(&scope.source);
        for import in python::imports(&source.syntax, statement) {
            let bound = self.sources.import(&mut self.bounds, &source, statement, &import.bound);
            let value = match self.meaning(bound) {
                Member::Value(value) => value,
                Member::Missing => scope.unknown_at(statement, "the import brings nothing"),
                Member::Unknown(reason) => Value::Unknown(reason),
            };
            scope.locals.insert(import.bound, value);
        }
    }

    fn run_expression(&mut self, scope: &mut Scope, statement: Node<'_>) {
        let Some(expression) = statement.named_child(0) else { return };
        match expression.kind() {
            "assignment" => self.assign(scope, expression),
            "augmented_assignment" => self.assign_augmented(scope, expression),
            "call" if self.changes_local(scope, expression) => {}
            "string" => {}
            _ => scope.taint(expression),
        }
    }

    fn assign(&mut self, scope: &mut Scope, assignment: Node<'_>) {
        let source = Rc::clone(&scope.source);
        let (Some(left), Some(right)) =
            (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
        else {
            return;
        };
        match left.kind() {
            "identifier" if right.kind() != "assignment" => {
                let value = self.owned(scope, right);
                scope.locals.insert(source.syntax.text(left).to_owned(), value);
            }
            "subscript" if right.kind() != "assignment" => {
                let value = self.owned(scope, right);
                let key = left.child_by_field_name("subscript").and_then(|key| source.syntax.literal(key));
                let target = left.child_by_field_name("value").filter(|node| node.kind() == "identifier");
                let dict = target.and_then(|node| scope.locals.get_mut(source.syntax.text(node)));
                match (dict, key) {
                    (Some(Value::Dict(entries)), Some(Literal::Text(key))) => entries.insert(key, value),
                    _ => scope.taint(left),
                }
            }
            _ => scope.forget(assignment),
        }
    }

    /// `name += value`
    fn assign_augmented(&mut self, scope: &mut Scope, assignment: Node<'_>) {
        let source = Rc::clone(&scope.source);
        let (Some(left), Some(right)) =
            (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
        else {
            return;
        };
        if left.kind() != "identifier" || !matches!(source.syntax.field(assignment, "operator"), "+=" | "|=") {
            return scope.forget(assignment);
        }
        let old = self.evaluate(scope, left);
        let added = self.evaluate(scope, right);
        let value = operators::add(&mut self.bounds, scope, assignment, old, added);
        scope.locals.insert(source.syntax.text(left).to_owned(), value);
    }

    /// `name.append(…)`, `name.extend(…)` or `name.update(…)`; false when it is none of these.
    fn changes_local(&mut self, scope: &mut Scope, call: Node<'_>) -> bool {
        let source = Rc::clone(&scope.source);
        let Some(method) = call.child_by_field_name("function").filter(|node| node.kind() == "attribute") else {
            return false;
        };
        let Some(object) = method.child_by_field_name("object").filter(|node| node.kind() == "identifier") else {
            return false;
        };
        let arguments = Arguments::of(call, &source);
        let ([argument], [], false) =
            (arguments.positional.as_slice(), arguments.keyword.as_slice(), arguments.has_more)
        else {
            return false;
        };
        let name = source.syntax.text(object);
        let Some(old) = scope.locals.get(name).cloned() else { return false };
        let new = match (old, source.syntax.field(method, "attribute")) {
            (Value::List(mut items), "append") => {
                items.push(self.owned(scope, *argument));
                Value::List(items)
            }
            (old @ Value::List(_), "extend") | (old @ Value::Dict(_), "update") => {
                let added = self.evaluate(scope, *argument);
                operators::add(&mut self.bounds, scope, call, old, added)
            }
            _ => return false,
        };
        scope.locals.insert(name.to_owned(), new);
        true
    }
}

/// Parameters without an argument take their default, if that is certain.
fn bind_missing_parameters(scope: &mut Scope, definition: Node<'_>) {
    let source = Rc::clone(&scope.source);
    for parameter in definition.child_by_field_name("parameters").map(python::children).unwrap_or_default() {
        let Some(name) = parameter_name(parameter, &source) else { continue };
        if scope.locals.contains_key(name) {
            continue;
        }
        let default = parameter.child_by_field_name("value").and_then(|value| source.syntax.literal(value));
        let value = match default {
            Some(literal) if !matches!(literal, Literal::List(_) | Literal::Dict(_)) => Value::Constant,
            _ => scope.unknown_at(parameter, "a parameter can have any value"),
        };
        scope.locals.insert(name.to_owned(), value);
    }
}
