//! Functions, their parameters, and classes.

use std::{cell::OnceCell, rc::Rc};

use tree_sitter::Node;

use super::Lowering;
use crate::python::{
    ast::{Class, Expr, Function, Name, Parameter, ParameterKind},
    tree::{children, for_each},
};

impl Lowering<'_> {
    pub(super) fn function(&mut self, definition: Node<'_>, decorators: Vec<Expr>) -> Option<Rc<Function>> {
        let is_async = definition.child(0).is_some_and(|first| first.kind() == "async");
        let name = if definition.kind() == "lambda" { Name::from("<lambda>") } else { self.field(definition, "name") };
        let range = definition.child_by_field_name("body")?.byte_range();
        Some(Rc::new(Function {
            name,
            parameters: self.parameters(definition)?,
            annotations: self.annotations(definition),
            decorators,
            is_async,
            row: definition.start_position().row,
            range,
            syntax: Rc::clone(self.syntax),
            body: OnceCell::new(),
        }))
    }

    fn annotations(&self, definition: Node<'_>) -> Vec<Name> {
        // Parameters of types are names of their own.
        if definition.kind() == "lambda" || definition.child_by_field_name("type_parameters").is_some() {
            return Vec::new();
        }
        let parameters = definition.child_by_field_name("parameters").into_iter().flat_map(children);
        let types = parameters.filter_map(|parameter| parameter.child_by_field_name("type"));
        let mut names = Vec::new();
        for annotation in types.chain(definition.child_by_field_name("return_type")) {
            for_each(annotation, |node| {
                let is_attribute = || {
                    node.parent().is_some_and(|parent| {
                        parent.kind() == "attribute" && parent.child_by_field_name("attribute") == Some(node)
                    })
                };
                if node.kind() == "identifier" && !is_attribute() {
                    names.push(self.name(node));
                }
            });
        }
        names
    }

    /// `None` where one is not understood.
    fn parameters(&mut self, definition: Node<'_>) -> Option<Vec<Parameter>> {
        let Some(list) = definition.child_by_field_name("parameters") else { return Some(Vec::new()) };
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut is_named = false;
        for node in children(list) {
            match node.kind() {
                "positional_separator" => {
                    for parameter in &mut parameters {
                        parameter.kind = ParameterKind::Positional;
                    }
                    continue;
                }
                "keyword_separator" => {
                    is_named = true;
                    continue;
                }
                _ => {}
            }
            let mut parameter = self.parameter(node)?;
            match parameter.kind {
                ParameterKind::Rest => is_named = true,
                ParameterKind::Any if is_named => parameter.kind = ParameterKind::Named,
                _ => {}
            }
            parameters.push(parameter);
        }
        Some(parameters)
    }

    fn parameter(&mut self, node: Node<'_>) -> Option<Parameter> {
        let plain = |name: Name, kind| Some(Parameter { name, kind, default: None });
        match node.kind() {
            "identifier" => plain(self.name(node), ParameterKind::Any),
            "default_parameter" | "typed_default_parameter" => {
                let name = self.field(node, "name");
                let default = node.child_by_field_name("value").map(|value| self.expression(value));
                Some(Parameter { name, kind: ParameterKind::Any, default })
            }
            "typed_parameter" => self.parameter(node.named_child(0)?),
            "list_splat_pattern" => plain(self.name(node.named_child(0)?), ParameterKind::Rest),
            "dictionary_splat_pattern" => plain(self.name(node.named_child(0)?), ParameterKind::RestNamed),
            _ => None,
        }
    }

    pub(super) fn class(&mut self, definition: Node<'_>, decorators: Vec<Expr>) -> Class {
        let name = self.field(definition, "name");
        let arguments = definition.child_by_field_name("superclasses");
        let arguments = arguments.map(|list| self.arguments(list)).unwrap_or_default();
        let body = definition.child_by_field_name("body").map(|body| self.block(body)).unwrap_or_default();
        Class { name, arguments, decorators, body }
    }
}
