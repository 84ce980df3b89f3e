//! The values of expressions.

use std::rc::Rc;

use tree_sitter::Node;

use crate::{
    pipelines::{
        evaluator::{Evaluator, Member},
        operators,
        reason::{TOO_LARGE, short},
        scope::Scope,
        value::{Builtin, Dict, List, Value},
    },
    python::{self, Literal},
};

/// Lists and dicts within one another.
const MOST_LEVELS: u8 = 16;

impl Evaluator {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        if !self.bounds.descend() {
            return scope.unknown_at(expression, TOO_LARGE);
        }
        let is_within = self.bounds.take_look(expression.byte_range().len());
        let value =
            if is_within { self.evaluate_here(scope, expression) } else { scope.unknown_at(expression, TOO_LARGE) };
        self.bounds.ascend();
        value
    }

    fn evaluate_here(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        match expression.kind() {
            "none" | "true" | "false" | "string" | "concatenated_string" => match source.syntax.literal(expression) {
                Some(_) => Value::Constant,
                None => scope.unknown_at(expression, "the text is computed"),
            },
            "parenthesized_expression" => match python::children(expression).next() {
                Some(inner) => self.evaluate(scope, inner),
                None => scope.unknown_at(expression, "the expression is not understood"),
            },
            "identifier" => self.lookup(scope, expression),
            "list" | "tuple" | "set" => self.list(scope, expression),
            "dictionary" => self.dict(scope, expression),
            "attribute" => self.attribute(scope, expression),
            "subscript" => self.subscript(scope, expression),
            "binary_operator" => self.operation(scope, expression),
            "call" => self.call_expression(scope, expression),
            kind => {
                scope.taint(&mut self.bounds, expression);
                scope.unknown_at(expression, format!("{} is not followed", kind.replace('_', " ")))
            }
        }
    }

    fn lookup(&mut self, scope: &Scope, identifier: Node<'_>) -> Value {
        let name = scope.source.syntax.text(identifier);
        if let Some(value) = scope.locals.get(name) {
            return value.clone();
        }
        match self.member(&scope.source.name, name) {
            Member::Value(value) => value,
            Member::Missing if name == "sum" => Value::Builtin(Builtin::Sum),
            Member::Missing => scope.unknown_at(identifier, format!("`{}` is not known here", short(name))),
            Member::Unknown(reason) => Value::Unknown(reason),
        }
    }

    fn list(&mut self, scope: &mut Scope, list: Node<'_>) -> Value {
        let mut items = List::default();
        for element in python::children(list) {
            if element.kind() != "list_splat" {
                items.push(self.owned(scope, element));
                continue;
            }
            match element.named_child(0).map(|inner| self.evaluate(scope, inner)) {
                Some(Value::List(more)) if self.bounds.take(more.items().len()) => items.extend(&more),
                Some(Value::List(_)) => return scope.unknown_at(element, TOO_LARGE),
                Some(Value::Unknown(reason)) => return Value::Unknown(reason),
                _ => return scope.unknown_at(element, "what `*` spreads is not known"),
            }
        }
        Value::List(items)
    }

    fn dict(&mut self, scope: &mut Scope, dict: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let mut entries = Dict::default();
        for element in python::children(dict) {
            if element.kind() == "dictionary_splat" {
                match element.named_child(0).map(|inner| self.evaluate(scope, inner)) {
                    Some(Value::Dict(more)) if self.bounds.take(more.len()) => entries.extend(&more),
                    Some(Value::Dict(_)) => return scope.unknown_at(element, TOO_LARGE),
                    Some(Value::Unknown(reason)) => return Value::Unknown(reason),
                    _ => return scope.unknown_at(element, "what `**` spreads is not known"),
                }
                continue;
            }
            let key = element.child_by_field_name("key").and_then(|key| source.syntax.literal(key));
            let (Some(Literal::Text(key)), Some(value)) = (key, element.child_by_field_name("value")) else {
                scope.taint(&mut self.bounds, element);
                return scope.unknown_at(element, "a key is computed");
            };
            let value = self.owned(scope, value);
            entries.insert(&key, value);
        }
        Value::Dict(entries)
    }

    fn attribute(&mut self, scope: &mut Scope, attribute: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let name = source.syntax.field(attribute, "attribute");
        let Some(object) = attribute.child_by_field_name("object") else {
            return scope.unknown_at(attribute, "the expression is not understood");
        };
        match self.evaluate(scope, object) {
            Value::Module(module) => match self.member(&module, name) {
                Member::Value(value) => value,
                Member::Missing => scope.unknown_at(attribute, format!("{module} has no `{}`", short(name))),
                Member::Unknown(reason) => Value::Unknown(reason),
            },
            Value::Unknown(reason) => Value::Unknown(reason),
            _ => {
                scope.taint(&mut self.bounds, attribute);
                scope.unknown_at(attribute, format!("`.{}` is not followed", short(name)))
            }
        }
    }

    fn subscript(&mut self, scope: &mut Scope, subscript: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let key = subscript.child_by_field_name("subscript").and_then(|key| source.syntax.literal(key));
        let object = subscript.child_by_field_name("value").map(|object| self.evaluate(scope, object));
        match (object, key) {
            (Some(Value::Dict(entries)), Some(Literal::Text(key))) => {
                let value = entries.get(&key).cloned();
                value.unwrap_or_else(|| scope.unknown_at(subscript, "there is no such key"))
            }
            (Some(Value::Unknown(reason)), _) => Value::Unknown(reason),
            _ => scope.unknown_at(subscript, "the key is computed"),
        }
    }

    fn operation(&mut self, scope: &mut Scope, operation: Node<'_>) -> Value {
        let source = Rc::clone(&scope.source);
        let operator = source.syntax.field(operation, "operator");
        let sides = (operation.child_by_field_name("left"), operation.child_by_field_name("right"));
        let ((Some(left), Some(right)), "+" | "|") = (sides, operator) else {
            scope.taint(&mut self.bounds, operation);
            return scope.unknown_at(operation, format!("`{operator}` is not followed"));
        };
        let left = self.evaluate(scope, left);
        let right = self.evaluate(scope, right);
        operators::add(&mut self.bounds, scope, operation, left, right)
    }

    /// The value of an expression that is about to be kept: a second name for a list or dict makes
    /// both unknown.
    pub(super) fn owned(&mut self, scope: &mut Scope, expression: Node<'_>) -> Value {
        let value = self.evaluate(scope, expression);
        if value.levels() == MOST_LEVELS {
            return scope.unknown_at(expression, "lists and dicts are within one another too deeply");
        }
        let is_fresh =
            matches!(expression.kind(), "list" | "tuple" | "set" | "dictionary" | "call" | "binary_operator");
        if is_fresh || !value.is_mutable() {
            return value;
        }
        scope.taint(&mut self.bounds, expression);
        scope.unknown_at(expression, "a list or dict with two names is not followed")
    }
}
