//! Running the statements of a function.

use std::{collections::HashMap, mem, rc::Rc};

use tree_sitter::Node;

use crate::{
    pipelines::{
        arguments::Arguments,
        evaluator::{Evaluator, Member},
        operators,
        reason::TOO_LARGE,
        scope::Scope,
        source::{Function, parameter_name},
        value::Value,
    },
    python::{self, Literal},
};

impl Evaluator {
    /// What a function of the project returns for these arguments.
    pub(super) fn run(&mut self, function: &Function, arguments: HashMap<String, Value>) -> Value {
        let Some(definition) = function.definition.node() else { return Value::unknown("the function is gone") };
        let mut scope = Scope::new(&function.definition.source, arguments);
        let Some(body) = definition.child_by_field_name("body") else {
            return scope.unknown_at(definition, "the function has no body");
        };
        if !function.is_plain {
            return scope.unknown_at(definition, "a generator or coroutine is not followed");
        }
        let parameters = definition.child_by_field_name("parameters").map_or(0, |list| list.byte_range().len());
        if !self.bounds.take_look(parameters) || !self.bounds.descend() {
            return scope.unknown_at(definition, TOO_LARGE);
        }
        bind_missing_parameters(&mut scope, definition);
        let result = self.run_block(&mut scope, body);
        self.bounds.ascend();
        result.unwrap_or(Value::Constant)
    }

    /// Runs statements; `Some` is what is returned.
    fn run_block(&mut self, scope: &mut Scope, block: Node<'_>) -> Option<Value> {
        for statement in python::children(block) {
            if !self.bounds.take_look(16 + statement.byte_range().len()) {
                return Some(scope.unknown_at(statement, TOO_LARGE));
            }
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
                "function_definition" | "class_definition" | "decorated_definition" => {
                    scope.forget(&mut self.bounds, statement);
                }
                "assert_statement" => scope.taint(&mut self.bounds, statement),
                _ if self.may_end_in(statement) => {
                    return Some(scope.unknown_at(statement, "the code branches here"));
                }
                _ => scope.forget(&mut self.bounds, statement),
            }
        }
        None
    }

    /// Whether `statement` may be the last to run.
    fn may_end_in(&mut self, statement: Node<'_>) -> bool {
        let mut ends = false;
        let looked_at =
            python::for_each(statement, |node| ends |= matches!(node.kind(), "return_statement" | "raise_statement"));
        !self.bounds.take_look(looked_at) || ends
    }

    fn run_import(&mut self, scope: &mut Scope, statement: Node<'_>) {
        let source = Rc::clone(&scope.source);
        for import in python::imports(&source.syntax, statement) {
            let bound = self.sources.import(&mut self.bounds, &source, &import);
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
            _ => scope.taint(&mut self.bounds, expression),
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
                    (Some(Value::Dict(entries)), Some(Literal::Text(key)))
                        if self.bounds.take(1 + entries.cost_of_change()) =>
                    {
                        entries.insert(&key, value);
                    }
                    _ => scope.taint(&mut self.bounds, left),
                }
            }
            _ => scope.forget(&mut self.bounds, assignment),
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
            return scope.forget(&mut self.bounds, assignment);
        }
        let name = source.syntax.text(left);
        let (old, added) = if scope.locals.contains_key(name) {
            let added = self.evaluate(scope, right);
            (take(scope, name), added)
        } else {
            let old = self.evaluate(scope, left);
            (old, self.evaluate(scope, right))
        };
        let value = operators::add(&mut self.bounds, scope, assignment, old, added);
        scope.locals.insert(name.to_owned(), value);
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
        let is_append = match (scope.locals.get(name), source.syntax.field(method, "attribute")) {
            (Some(Value::List(_)), "append") => true,
            (Some(Value::List(_)), "extend") | (Some(Value::Dict(_)), "update") => false,
            _ => return false,
        };
        let added = if is_append { self.owned(scope, *argument) } else { self.evaluate(scope, *argument) };
        let new = match (take(scope, name), is_append) {
            (Value::List(mut items), true) if self.bounds.take(1 + items.cost_of_change()) => {
                items.push(added);
                Value::List(items)
            }
            (Value::Unknown(reason), _) => Value::Unknown(reason),
            (_, true) => scope.unknown_at(call, TOO_LARGE),
            (old, false) => operators::add(&mut self.bounds, scope, call, old, added),
        };
        scope.locals.insert(name.to_owned(), new);
        true
    }
}

/// Takes a local's value to change it, for which nobody else may hold it; another must follow.
fn take(scope: &mut Scope, name: &str) -> Value {
    scope.locals.get_mut(name).map_or(Value::Constant, |value| mem::replace(value, Value::Constant))
}

/// Parameters without an argument take their default, if that is certain.
fn bind_missing_parameters(scope: &mut Scope, definition: Node<'_>) {
    let source = Rc::clone(&scope.source);
    for parameter in definition.child_by_field_name("parameters").into_iter().flat_map(python::children) {
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
