//! Statements that are right only within functions or loops, and names that functions declare.

use std::cell::Cell;

use tree_sitter::Node;

use crate::python::tree::{children, for_each, text};

/// What is around a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A function; whether it is a coroutine.
    Function(bool),
    Class,
    /// The body of a loop.
    Loop,
}

/// Declarations whose functions are looked through; nobody writes more.
const MOST_DECLARATIONS: usize = 64;

/// What is around the place that is looked at.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    /// How deep each is, outermost first.
    around: Vec<(u32, Around, Node<'a>)>,
    /// Declarations that were looked at.
    declarations: Cell<usize>,
}

impl<'a> Scopes<'a> {
    /// Goes into `node`, which is so deep.
    pub(super) fn enter(&mut self, node: Node<'a>, depth: u32) {
        let is_async = || node.child(0).is_some_and(|first| first.kind() == "async");
        let around = match node.kind() {
            "function_definition" | "lambda" => Around::Function(is_async()),
            "class_definition" => Around::Class,
            "block" if is_body_of_loop(node) => Around::Loop,
            _ => return,
        };
        self.around.push((depth, around, node));
    }

    /// Comes out of what is so deep.
    pub(super) fn leave(&mut self, depth: u32) {
        if self.around.last().is_some_and(|(entered, ..)| *entered == depth) {
            self.around.pop();
        }
    }

    fn function_or_class(&self) -> Option<Around> {
        self.around.iter().rev().map(|(_, around, _)| *around).find(|around| *around != Around::Loop)
    }

    /// Whether Python refuses the statement here.
    pub(super) fn refuse(&self, source: &str, node: Node<'_>) -> bool {
        let around = self.function_or_class();
        let is_async = || node.child(0).is_some_and(|first| first.kind() == "async");
        match node.kind() {
            "return_statement" | "yield" => !matches!(around, Some(Around::Function(_))),
            "await" => around != Some(Around::Function(true)),
            "for_statement" | "with_statement" => is_async() && around != Some(Around::Function(true)),
            "break_statement" | "continue_statement" => !matches!(self.around.last(), Some((_, Around::Loop, _))),
            "wildcard_import" => around.is_some(),
            "nonlocal_statement" if around.is_none() => true,
            _ => {
                self.declarations.set(self.declarations.get() + 1);
                self.declarations.get() <= MOST_DECLARATIONS
                    && (self.is_mentioned_before(source, node)
                        || node.kind() == "nonlocal_statement"
                            && children(node).any(|name| !self.is_around(source, text(source, name))))
            }
        }
    }

    /// Whether the function mentions a name before it is declared.
    fn is_mentioned_before(&self, source: &str, statement: Node<'_>) -> bool {
        let function = self.around.iter().rev().find(|(_, around, _)| matches!(around, Around::Function(_)));
        let Some(body) = function.and_then(|(_, _, function)| function.child_by_field_name("body")) else {
            return false;
        };
        let names: Vec<&str> = children(statement).map(|name| text(source, name)).collect();
        let mut is_before = false;
        for_each(body, |node| {
            let is_name = || !is_attribute(node) && names.contains(&text(source, node));
            is_before |= node.start_byte() < statement.start_byte()
                && node.kind() == "identifier"
                && is_name()
                && !is_within_function(node, body);
        });
        is_before
    }

    /// Whether a function around the innermost one has something of this name.
    fn is_around(&self, source: &str, name: &str) -> bool {
        let is_function = |around: &&(u32, Around, Node<'_>)| matches!(around.1, Around::Function(_));
        let mut outer = self.around.iter().rev().filter(is_function).skip(1);
        outer.any(|(_, _, function)| {
            let mut is_there = false;
            for_each(*function, |node| {
                is_there |= node.kind() == "identifier" && !is_attribute(node) && text(source, node) == name;
            });
            is_there
        })
    }
}

fn is_body_of_loop(block: Node<'_>) -> bool {
    block.parent().is_some_and(|parent| {
        matches!(parent.kind(), "for_statement" | "while_statement")
            && parent.child_by_field_name("body") == Some(block)
    })
}

fn is_attribute(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        let field = |name: &str| parent.child_by_field_name(name) == Some(node);
        parent.kind() == "attribute" && field("attribute") || parent.kind() == "keyword_argument" && field("name")
    })
}

/// Whether a function lies between a node and the body it is in.
fn is_within_function(node: Node<'_>, body: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(node) = around.filter(|around| *around != body) {
        if matches!(node.kind(), "function_definition" | "lambda" | "class_definition") {
            return true;
        }
        around = node.parent();
    }
    false
}
