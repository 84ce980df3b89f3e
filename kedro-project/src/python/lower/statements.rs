//! Statements.

use std::rc::Rc;

use tree_sitter::Node;

use super::{
    DEEPEST, Lowering,
    expressions::{operator, without_spaces},
};
use crate::python::{
    ast::{Argument, Element, Expr, ExprKind, Handler, ImportFrom, ImportedModule, Name, Stmt, StmtKind, Target, Try},
    tree::children,
};

impl Lowering<'_> {
    pub(super) fn statement(&mut self, node: Node<'_>) -> Stmt {
        let row = node.start_position().row;
        if self.depth == DEEPEST {
            return Stmt { row, kind: self.other_statement(node, "code that is nested so deeply") };
        }
        self.depth += 1;
        let kind = self.known_statement(node).unwrap_or_else(|| self.other_statement(node, node.kind()));
        self.depth -= 1;
        Stmt { row, kind }
    }

    fn other_statement(&mut self, node: Node<'_>, what: &'static str) -> StmtKind {
        let (names, may_leave) = self.mentioned(node);
        StmtKind::Other { what, names, may_leave }
    }

    /// `print >>file, …`, which is the function `print` shifted by `file`: Python raises when it
    /// comes there, after it has looked for `file`.
    fn print_to(&mut self, chevron: Node<'_>) -> Option<StmtKind> {
        let row = chevron.start_position().row;
        let file = self.expression(chevron.named_child(0)?);
        let class = Box::new(Expr { row, kind: ExprKind::Name(Rc::from("TypeError")) });
        let raised = ExprKind::Call(class, vec![Argument::Positional(file)]);
        Some(StmtKind::Raise(Some(Expr { row, kind: raised })))
    }

    /// `None` for what is not understood.
    fn known_statement(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let first = node.named_child(0);
        Some(match node.kind() {
            "expression_statement" => return self.expression_statement(node),
            "return_statement" => StmtKind::Return(children(node).next().map(|value| self.expression(value))),
            "raise_statement" => StmtKind::Raise(children(node).next().map(|value| self.expression(value))),
            "print_statement" if first.is_some_and(|first| first.kind() == "chevron") => self.print_to(first?)?,
            "assert_statement" => StmtKind::Assert(self.expression(first?)),
            "delete_statement" => StmtKind::Delete(match first? {
                list if list.kind() == "expression_list" => children(list).map(|item| self.target(item)).collect(),
                item => vec![self.target(item)],
            }),
            "pass_statement" | "future_import_statement" | "type_alias_statement" => StmtKind::Pass,
            "break_statement" => StmtKind::Break,
            "continue_statement" => StmtKind::Continue,
            "global_statement" => StmtKind::Global(children(node).map(|name| self.name(name)).collect()),
            "nonlocal_statement" => StmtKind::Nonlocal(children(node).map(|name| self.name(name)).collect()),
            "match_statement" => return self.matching(node),
            "import_statement" => StmtKind::Import(self.imports(node)),
            "import_from_statement" => StmtKind::ImportFrom(self.import_from(node)?),
            "if_statement" => return self.branches(node),
            "for_statement" if node.child(0).is_some_and(|first| first.kind() == "for") => {
                let target = self.target(node.child_by_field_name("left")?);
                let values = self.expression(node.child_by_field_name("right")?);
                StmtKind::For(Box::new((target, values)), self.body(node)?, self.otherwise(node))
            }
            "while_statement" => {
                let test = self.expression(node.child_by_field_name("condition")?);
                StmtKind::While(test, self.body(node)?, self.otherwise(node))
            }
            "try_statement" => StmtKind::Try(Box::new(self.attempt(node)?)),
            "with_statement" if node.child(0).is_some_and(|first| first.kind() == "with") => return self.with(node),
            "function_definition" => StmtKind::Function(self.function(node, Vec::new())?),
            "class_definition" => StmtKind::Class(Rc::new(self.class(node, Vec::new()))),
            "decorated_definition" => return self.decorated(node),
            _ => return None,
        })
    }

    fn body(&mut self, node: Node<'_>) -> Option<Vec<Stmt>> {
        node.child_by_field_name("body").map(|body| self.block(body))
    }

    /// What stands in the `else` of a loop.
    fn otherwise(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let otherwise = node.child_by_field_name("alternative");
        otherwise.and_then(|clause| self.body(clause)).unwrap_or_default()
    }

    fn expression_statement(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let mut expressions = children(node);
        let first = expressions.next()?;
        if expressions.next().is_some() {
            // `a, b` alone.
            return None;
        }
        match first.kind() {
            "assignment" => self.assignment(first),
            "augmented_assignment" => {
                let operator = operator(self.syntax.field(first, "operator").trim_end_matches('='));
                let target = self.target(first.child_by_field_name("left")?);
                Some(StmtKind::AssignAugmented(target, operator, self.expression(first.child_by_field_name("right")?)))
            }
            "string" => Some(StmtKind::Pass),
            _ => Some(StmtKind::Expr(self.expression(first))),
        }
    }

    /// `a = b = value`; an annotation alone binds nothing.
    fn assignment(&mut self, first: Node<'_>) -> Option<StmtKind> {
        let mut targets = vec![self.target(first.child_by_field_name("left")?)];
        let Some(mut value) = first.child_by_field_name("right") else { return Some(StmtKind::Pass) };
        while value.kind() == "assignment" {
            targets.push(self.target(value.child_by_field_name("left")?));
            value = value.child_by_field_name("right")?;
        }
        if value.kind() == "augmented_assignment" {
            return None;
        }
        Some(StmtKind::Assign(targets, self.expression(value)))
    }

    pub(super) fn target(&mut self, node: Node<'_>) -> Target {
        self.known_target(node).unwrap_or_else(|| Target::Other(self.mentioned(node).0))
    }

    fn known_target(&mut self, node: Node<'_>) -> Option<Target> {
        if self.depth == DEEPEST {
            return None;
        }
        match node.kind() {
            "identifier" => Some(Target::Name(self.name(node))),
            "attribute" => {
                let object = self.expression(node.child_by_field_name("object")?);
                Some(Target::Attribute(object, self.field(node, "attribute")))
            }
            "subscript" => {
                let mut cursor = node.walk();
                let indices: Vec<Node<'_>> = node.children_by_field_name("subscript", &mut cursor).collect();
                let [index] = indices.as_slice() else { return None };
                let object = self.expression(node.child_by_field_name("value")?);
                if index.kind() == "slice" {
                    let [from, to, step] = self.bounds(*index)?;
                    return step.is_none().then(|| Target::Slice(object, Box::new([from, to])));
                }
                Some(Target::Subscript(object, self.expression(*index)))
            }
            "pattern_list" | "tuple_pattern" | "list_pattern" | "expression_list" | "tuple" | "list" => {
                let star = children(node).position(|child| child.kind().starts_with("list_splat"));
                self.depth += 1;
                let target = |child: Node<'_>| {
                    let starred = child.named_child(0).filter(|_| child.kind().starts_with("list_splat"));
                    self.target(starred.unwrap_or(child))
                };
                let targets = children(node).map(target).collect();
                self.depth -= 1;
                Some(match star {
                    None => Target::Several(targets),
                    Some(star) => Target::Starred(targets, star),
                })
            }
            _ => None,
        }
    }

    fn imports(&mut self, node: Node<'_>) -> Vec<ImportedModule> {
        let mut cursor = node.walk();
        let import = |name: Node<'_>| match name.kind() {
            "aliased_import" => ImportedModule {
                module: without_spaces(self.syntax.field(name, "name")),
                alias: Some(self.field(name, "alias")),
            },
            _ => ImportedModule { module: without_spaces(self.text(name)), alias: None },
        };
        node.children_by_field_name("name", &mut cursor).map(import).collect()
    }

    fn import_from(&mut self, node: Node<'_>) -> Option<ImportFrom> {
        let written = without_spaces(self.text(node.child_by_field_name("module_name")?));
        let module = written.trim_start_matches('.');
        let dots = written.len() - module.len();
        let module = Rc::from(module);
        if children(node).any(|child| child.kind() == "wildcard_import") {
            return Some(ImportFrom { dots, module, names: None });
        }
        let mut cursor = node.walk();
        let import = |name: Node<'_>| match name.kind() {
            "aliased_import" => (self.field(name, "name"), self.field(name, "alias")),
            _ => (self.name(name), self.name(name)),
        };
        let names = node.children_by_field_name("name", &mut cursor).map(import).collect();
        Some(ImportFrom { dots, module, names: Some(names) })
    }

    fn branches(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let test = self.expression(node.child_by_field_name("condition")?);
        let consequence = self.block(node.child_by_field_name("consequence")?);
        let mut branches = vec![(test, consequence)];
        let mut otherwise = Vec::new();
        let mut cursor = node.walk();
        let clauses: Vec<Node<'_>> = node.children_by_field_name("alternative", &mut cursor).collect();
        for clause in clauses {
            if clause.kind() == "elif_clause" {
                let test = self.expression(clause.child_by_field_name("condition")?);
                branches.push((test, self.block(clause.child_by_field_name("consequence")?)));
            } else {
                otherwise = self.body(clause)?;
            }
        }
        Some(StmtKind::If(branches, otherwise))
    }

    fn attempt(&mut self, node: Node<'_>) -> Option<Try> {
        let mut attempt = Try { body: self.body(node)?, handlers: Vec::new(), otherwise: Vec::new(), last: Vec::new() };
        for clause in children(node).skip(1) {
            match clause.kind() {
                "except_clause" => {
                    let handler = self.handler(clause)?;
                    attempt.handlers.push(handler);
                }
                "else_clause" => attempt.otherwise = self.body(clause)?,
                "finally_clause" => attempt.last = self.block(clause.named_child(0)?),
                _ => return None,
            }
        }
        Some(attempt)
    }

    fn handler(&mut self, clause: Node<'_>) -> Option<Handler> {
        let mut parts: Vec<Node<'_>> = children(clause).collect();
        let body = parts.pop().filter(|body| body.kind() == "block")?;
        let mut types = parts.first().copied();
        let mut bound = parts.get(1).map(|name| self.name(*name));
        if let Some(pattern) = types.filter(|pattern| pattern.kind() == "as_pattern") {
            types = pattern.named_child(0);
            bound = pattern.child_by_field_name("alias").map(|name| self.name(name));
        }
        let types = match types {
            None => None,
            Some(types) => Some(self.exception_types(types)?),
        };
        Some(Handler { types, bound, body: self.block(body) })
    }

    /// The last names of the types that are caught.
    fn exception_types(&mut self, node: Node<'_>) -> Option<Vec<Name>> {
        let expression = self.expression(node);
        let name = |expression: &Expr| match &expression.kind {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(Name::clone(name)),
            _ => None,
        };
        match &expression.kind {
            ExprKind::Tuple(items) => items
                .iter()
                .map(|item| match item {
                    Element::One(item) => name(item),
                    Element::Spread(_) => None,
                })
                .collect(),
            _ => name(&expression).map(|name| vec![name]),
        }
    }

    fn with(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let clause = children(node).find(|child| child.kind() == "with_clause")?;
        let mut items = Vec::new();
        for item in children(clause) {
            let value = item.child_by_field_name("value")?;
            if value.kind() == "as_pattern" {
                let target = value.child_by_field_name("alias")?;
                let target = self.target(target.named_child(0).unwrap_or(target));
                items.push((self.expression(value.named_child(0)?), Some(target)));
            } else {
                items.push((self.expression(value), None));
            }
        }
        Some(StmtKind::With(items, self.body(node)?))
    }

    fn decorated(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let decorators = children(node).filter(|child| child.kind() == "decorator");
        let decorators: Vec<Node<'_>> = decorators.filter_map(|decorator| decorator.named_child(0)).collect();
        let decorators = decorators.into_iter().map(|decorator| self.expression(decorator)).collect();
        let definition = node.child_by_field_name("definition")?;
        if definition.kind() == "class_definition" {
            return Some(StmtKind::Class(Rc::new(self.class(definition, decorators))));
        }
        self.function(definition, decorators).map(StmtKind::Function)
    }
}
