//! `match` and what its cases match.

use tree_sitter::Node;

use super::{DEEPEST, Lowering};
use crate::python::{
    ast::{Case, Expr, ExprKind, Pattern, StmtKind},
    tree::children,
};

impl Lowering<'_> {
    pub(super) fn matching(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let mut cursor = node.walk();
        let subjects: Vec<Node<'_>> = node.children_by_field_name("subject", &mut cursor).collect();
        let [subject] = subjects.as_slice() else { return None };
        let subject = self.expression(*subject);
        let cases = children(node.child_by_field_name("body")?).map(|case| self.case(case));
        Some(StmtKind::Match(subject, cases.collect::<Option<_>>()?))
    }

    fn case(&mut self, node: Node<'_>) -> Option<Case> {
        let patterns: Vec<Node<'_>> = children(node).filter(|child| child.kind() == "case_pattern").collect();
        let mut cursor = node.walk();
        let has_comma = node.children(&mut cursor).any(|child| child.kind() == ",");
        let pattern = match patterns.as_slice() {
            [only] if !has_comma => self.pattern(*only),
            several => self.sequence(several),
        };
        let guard = node.child_by_field_name("guard").and_then(|guard| guard.named_child(0));
        let guard = guard.map(|guard| self.expression(guard));
        Some(Case { pattern, guard, body: self.block(node.child_by_field_name("consequence")?) })
    }

    fn pattern(&mut self, node: Node<'_>) -> Pattern {
        if self.depth == DEEPEST {
            return Pattern::Other(self.mentioned(node).0);
        }
        self.depth += 1;
        let pattern = self.known_pattern(node).unwrap_or_else(|| Pattern::Other(self.mentioned(node).0));
        self.depth -= 1;
        pattern
    }

    fn known_pattern(&mut self, node: Node<'_>) -> Option<Pattern> {
        let inner: Vec<Node<'_>> = children(node).collect();
        Some(match node.kind() {
            "case_pattern" => match inner.as_slice() {
                [] if self.text(node).trim() == "_" => Pattern::Anything,
                [only] => self.pattern(*only),
                _ => return None,
            },
            "dotted_name" if inner.len() == 1 => Pattern::Name(self.name(node)),
            "dotted_name" => {
                let row = node.start_position().row;
                let mut names = inner.iter().map(|name| self.name(*name));
                let first = Expr { row, kind: ExprKind::Name(names.next()?) };
                let attribute = |object, name| Expr { row, kind: ExprKind::Attribute(Box::new(object), name) };
                Pattern::Value(names.fold(first, attribute))
            }
            "none" | "true" | "false" | "integer" | "string" | "concatenated_string" => {
                Pattern::Value(self.expression(node))
            }
            "union_pattern" => Pattern::Either(inner.iter().map(|one| self.pattern(*one)).collect()),
            "tuple_pattern" | "list_pattern" => {
                let mut cursor = node.walk();
                let has_comma = node.children(&mut cursor).any(|child| child.kind() == ",");
                match inner.as_slice() {
                    [only] if node.kind() == "tuple_pattern" && !has_comma => self.pattern(*only),
                    several => self.sequence(several),
                }
            }
            "as_pattern" => {
                let [pattern, name] = inner.as_slice() else { return None };
                Pattern::As(Box::new(self.pattern(*pattern)), self.name(*name))
            }
            _ => return None,
        })
    }

    fn sequence(&mut self, nodes: &[Node<'_>]) -> Pattern {
        let mut star = None;
        let mut patterns = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let inner = node.named_child(0).filter(|inner| inner.kind() == "splat_pattern");
            match inner {
                Some(splat) => star = Some((at, splat.named_child(0).map(|name| self.name(name)))),
                None => patterns.push(self.pattern(*node)),
            }
        }
        Pattern::Sequence(patterns, star)
    }
}
