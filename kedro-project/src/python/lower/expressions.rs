//! Expressions.

use std::rc::Rc;

use tree_sitter::Node;

use super::{DEEPEST, Lowering};
use crate::python::{
    ast::{
        Argument, Clause, Comparison, Comprehension, Element, Entry, Expr, ExprKind, Made, Operator, Stmt, StmtKind,
    },
    tree::children,
};

impl Lowering<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expr {
        let row = node.start_position().row;
        if self.depth == DEEPEST {
            return Expr { row, kind: self.other(node, "code that is nested so deeply") };
        }
        self.depth += 1;
        let kind = self.kind(node);
        self.depth -= 1;
        Expr { row, kind }
    }

    /// An expression as the body of a lambda.
    pub(super) fn returned(&mut self, node: Node<'_>) -> Stmt {
        Stmt { row: node.start_position().row, kind: StmtKind::Return(Some(self.expression(node))) }
    }

    fn boxed(&mut self, node: Node<'_>) -> Box<Expr> {
        Box::new(self.expression(node))
    }

    fn other(&mut self, node: Node<'_>, what: &'static str) -> ExprKind {
        ExprKind::Other { what, names: self.mentioned(node).0 }
    }

    fn kind(&mut self, node: Node<'_>) -> ExprKind {
        self.known(node).unwrap_or_else(|| self.other(node, node.kind()))
    }

    /// `None` for what is not understood.
    fn known(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut node = node;
        while node.kind() == "parenthesized_expression" {
            node = children(node).next()?;
        }
        let field = |name: &str| node.child_by_field_name(name);
        Some(match node.kind() {
            "none" => ExprKind::None,
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "integer" => ExprKind::Int(integer(self.text(node))?),
            "string" | "concatenated_string" => self.string(node),
            "identifier" => ExprKind::Name(self.name(node)),
            "list_splat" => return self.known(node.named_child(0)?),
            "list" => ExprKind::List(self.elements(node)),
            "tuple" | "expression_list" => ExprKind::Tuple(self.elements(node)),
            "set" => ExprKind::Set(self.elements(node)),
            "dictionary" => ExprKind::Dict(self.entries(node)?),
            "attribute" => ExprKind::Attribute(self.boxed(field("object")?), self.field(node, "attribute")),
            "subscript" => return self.subscript(node),
            "binary_operator" => return self.chain(node),
            "unary_operator" if self.syntax.field(node, "operator") == "-" => {
                ExprKind::Negative(self.boxed(field("argument")?))
            }
            "not_operator" => ExprKind::Not(self.boxed(field("argument")?)),
            "boolean_operator" => return self.logic(node),
            "comparison_operator" => return self.comparison(node),
            "conditional_expression" => {
                let parts: Vec<Expr> = children(node).map(|part| self.expression(part)).collect();
                let [then, test, otherwise] = <[Expr; 3]>::try_from(parts).ok()?;
                ExprKind::Conditional { parts: Box::new([test, then, otherwise]) }
            }
            "call" => {
                let arguments = field("arguments")?;
                let arguments = if arguments.kind() == "argument_list" {
                    self.arguments(arguments)
                } else {
                    vec![Argument::Positional(self.expression(arguments))]
                };
                ExprKind::Call(self.boxed(field("function")?), arguments)
            }
            "list_comprehension" => self.comprehension(node, Made::List)?,
            "generator_expression" => self.comprehension(node, Made::Generator)?,
            "set_comprehension" => self.comprehension(node, Made::Set)?,
            "dictionary_comprehension" => self.comprehension(node, Made::Dict)?,
            "lambda" => ExprKind::Lambda(self.function(node, Vec::new())?),
            "yield" => {
                self.yields = true;
                let mut cursor = node.walk();
                let is_from = node.children(&mut cursor).any(|child| child.kind() == "from");
                match children(node).next() {
                    Some(values) if is_from => ExprKind::YieldFrom(self.boxed(values)),
                    value => ExprKind::Yield(value.map(|value| self.boxed(value))),
                }
            }
            "named_expression" => ExprKind::Named(self.field(node, "name"), self.boxed(field("value")?)),
            _ => return None,
        })
    }

    fn elements(&mut self, node: Node<'_>) -> Vec<Element> {
        let element = |element: Node<'_>| match self.spread(element) {
            Some(spread) => Element::Spread(spread),
            None => Element::One(self.expression(element)),
        };
        children(node).map(element).collect()
    }

    /// What `*` spreads. The parser takes the star of `*a.b()` for that of `a` alone.
    fn spread(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut first = node;
        while first.kind() != "list_splat" {
            let field = match first.kind() {
                "call" => "function",
                "attribute" => "object",
                "subscript" => "value",
                "binary_operator" => "left",
                _ => return None,
            };
            first = first.child_by_field_name(field)?;
        }
        Some(self.expression(node))
    }

    fn entries(&mut self, node: Node<'_>) -> Option<Vec<Entry>> {
        let entry = |entry: Node<'_>| match entry.kind() {
            "pair" => Some(Entry::Pair(
                self.expression(entry.child_by_field_name("key")?),
                self.expression(entry.child_by_field_name("value")?),
            )),
            "dictionary_splat" => Some(Entry::Spread(self.expression(entry.named_child(0)?))),
            _ => None,
        };
        children(node).map(entry).collect()
    }

    pub(super) fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        let argument = |node: Node<'_>| match (node.kind(), node.child_by_field_name("value"), node.named_child(0)) {
            ("keyword_argument", Some(value), _) => Argument::Named(self.field(node, "name"), self.expression(value)),
            ("dictionary_splat", _, Some(inner)) => Argument::SpreadNamed(self.expression(inner)),
            _ => match self.spread(node) {
                Some(spread) => Argument::Spread(spread),
                None => Argument::Positional(self.expression(node)),
            },
        };
        children(list).map(argument).collect()
    }

    fn subscript(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let object = self.boxed(node.child_by_field_name("value")?);
        let mut cursor = node.walk();
        let indices: Vec<Node<'_>> = node.children_by_field_name("subscript", &mut cursor).collect();
        let [index] = indices.as_slice() else { return None };
        if index.kind() != "slice" {
            return Some(ExprKind::Subscript(object, self.boxed(*index)));
        }
        Some(ExprKind::Slice(object, Box::new(self.bounds(*index)?)))
    }

    /// The bounds of a slice and its step.
    pub(super) fn bounds(&mut self, slice: Node<'_>) -> Option<[Option<Expr>; 3]> {
        let mut bounds = [None, None, None];
        let mut at = 0;
        let mut cursor = slice.walk();
        for part in slice.children(&mut cursor) {
            if part.kind() == ":" {
                at += 1;
            } else if part.is_named() {
                *bounds.get_mut(at)? = Some(self.expression(part));
            }
        }
        Some(bounds)
    }

    /// `a + b + c` is one chain, however long.
    fn chain(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut rest = Vec::new();
        let mut first = node;
        while first.kind() == "binary_operator" {
            rest.push((first, first.child_by_field_name("right")?));
            first = first.child_by_field_name("left")?;
        }
        let first = self.boxed(first);
        let rest = rest.into_iter().rev();
        let rest = rest.map(|(node, right)| (operator(self.syntax.field(node, "operator")), self.expression(right)));
        Some(ExprKind::Chain(first, rest.collect()))
    }

    fn logic(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let is_and = self.syntax.field(node, "operator") == "and";
        let mut parts = Vec::new();
        let mut first = node;
        while first.kind() == "boolean_operator" && (self.syntax.field(first, "operator") == "and") == is_and {
            parts.push(self.expression(first.child_by_field_name("right")?));
            first = first.child_by_field_name("left")?;
        }
        parts.push(self.expression(first));
        parts.reverse();
        Some(ExprKind::Logic { is_and, parts })
    }

    fn comparison(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut values = children(node);
        let first = self.boxed(values.next()?);
        let mut cursor = node.walk();
        let operators: Vec<Comparison> = node
            .children_by_field_name("operators", &mut cursor)
            .map(|operator| comparison(self.text(operator)))
            .collect::<Option<_>>()?;
        let values: Vec<Expr> = values.map(|value| self.expression(value)).collect();
        (values.len() == operators.len()).then(|| ExprKind::Compare(first, operators.into_iter().zip(values).collect()))
    }

    fn comprehension(&mut self, node: Node<'_>, made: Made) -> Option<ExprKind> {
        let body = node.child_by_field_name("body")?;
        let (element, value) = if made == Made::Dict {
            let value = self.expression(body.child_by_field_name("value")?);
            (self.expression(body.child_by_field_name("key")?), Some(value))
        } else {
            (self.expression(body), None)
        };
        let mut clauses = Vec::new();
        for clause in children(node).skip(1) {
            clauses.push(match clause.kind() {
                "for_in_clause" if clause.child(0).is_some_and(|first| first.kind() == "for") => {
                    let mut cursor = clause.walk();
                    let right: Vec<Node<'_>> = clause.children_by_field_name("right", &mut cursor).collect();
                    let [right] = right.as_slice() else { return None };
                    Clause::For(self.target(clause.child_by_field_name("left")?), self.expression(*right))
                }
                "if_clause" => Clause::If(self.expression(clause.named_child(0)?)),
                _ => return None,
            });
        }
        Some(ExprKind::Comprehension(Box::new(Comprehension { made, element, value, clauses })))
    }
}

/// A whole number, `None` when it is too large or written in a rare way.
fn integer(text: &str) -> Option<i64> {
    text.replace('_', "").parse().ok()
}

/// The operator that is written so, without the `=` of an assignment.
pub(super) fn operator(text: &str) -> Operator {
    match text {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "//" => Operator::FloorDivide,
        "%" => Operator::Remainder,
        "|" => Operator::Or,
        "&" => Operator::And,
        "^" => Operator::Xor,
        "**" => Operator::Power,
        _ => Operator::Other,
    }
}

fn comparison(text: &str) -> Option<Comparison> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(match words.as_slice() {
        ["=="] => Comparison::Equal,
        ["!="] => Comparison::NotEqual,
        ["<"] => Comparison::Less,
        ["<="] => Comparison::LessOrEqual,
        [">"] => Comparison::Greater,
        [">="] => Comparison::GreaterOrEqual,
        ["in"] => Comparison::In,
        ["not", "in"] => Comparison::NotIn,
        ["is"] => Comparison::Is,
        ["is", "not"] => Comparison::IsNot,
        _ => return None,
    })
}

/// A dotted name as it may be written, without the spaces.
pub(super) fn without_spaces(text: &str) -> Rc<str> {
    text.split_whitespace().collect::<String>().into()
}
