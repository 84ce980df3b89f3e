//! From the parser's tree to typed syntax.
//!
//! A function's body waits until somebody asks for it, since most functions are never called.

mod expressions;
mod parameters;
mod patterns;
mod statements;
mod strings;

use std::{cell::OnceCell, ops::Range, rc::Rc};

use tree_sitter::Node;

use crate::python::{
    ast::{Body, Function, Name, Stmt},
    syntax::Syntax,
    tree::{children, for_each},
};

/// Statements and expressions within one another; what lies deeper is not followed.
const DEEPEST: usize = 60;

/// The statements of a whole module.
pub(crate) fn module(syntax: &Rc<Syntax>) -> Vec<Stmt> {
    Lowering { syntax, depth: 0, yields: false }.block(syntax.root())
}

/// The body of `function`.
pub(crate) fn body(function: &Function) -> &Body {
    function.body.get_or_init(|| {
        let mut lowering = Lowering { syntax: &function.syntax, depth: 0, yields: false };
        let statements = match function.syntax.at(&function.range) {
            None => Vec::new(),
            Some(node) => match enclosing_block(node, &function.range) {
                Some(block) => lowering.block(block),
                None => vec![lowering.returned(node)],
            },
        };
        Body { statements, is_generator: lowering.yields, locals: OnceCell::new() }
    })
}

/// The block in this place, of which `node` may be the only part; `None` for the body of a lambda.
fn enclosing_block<'a>(node: Node<'a>, range: &Range<usize>) -> Option<Node<'a>> {
    let mut block = node;
    while block.kind() != "block" {
        block = block.parent().filter(|parent| parent.byte_range() == *range)?;
    }
    Some(block)
}

/// Makes typed syntax of one body.
struct Lowering<'a> {
    syntax: &'a Rc<Syntax>,
    depth: usize,
    /// Whether a `yield` was met.
    yields: bool,
}

impl Lowering<'_> {
    fn text(&self, node: Node<'_>) -> &str {
        self.syntax.text(node)
    }

    fn name(&self, node: Node<'_>) -> Name {
        Rc::from(self.text(node))
    }

    fn field(&self, node: Node<'_>, name: &str) -> Name {
        Rc::from(self.syntax.field(node, name))
    }

    fn block(&mut self, block: Node<'_>) -> Vec<Stmt> {
        children(block).map(|statement| self.statement(statement)).collect()
    }

    /// The names that `node` mentions, and whether it yields or leaves what is around it.
    fn mentioned(&mut self, node: Node<'_>) -> (Vec<Name>, bool) {
        let mut names = Vec::new();
        let (mut yields, mut may_leave) = (false, false);
        for_each(node, |inner| match inner.kind() {
            "identifier" => names.push(self.name(inner)),
            "yield" => yields = true,
            "return_statement" | "raise_statement" | "break_statement" | "continue_statement" => may_leave = true,
            _ => {}
        });
        self.yields |= yields;
        names.sort_unstable();
        names.dedup();
        (names, may_leave)
    }
}
