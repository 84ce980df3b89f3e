//! Statements that are right only within functions or loops.

use std::cell::Cell;

use tree_sitter::Node;

use super::{
    clauses::is_of_groups,
    place::{Place, Verdict, wrong_if},
};

/// What is around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A function; whether it is a coroutine.
    Function(bool),
    Class,
    /// The body of a loop.
    Loop,
    /// What is done for `except*`.
    Group,
    /// A comprehension; whether it is a generator.
    Comprehension(bool),
    /// What a comprehension goes through first, which is not yet within it.
    FirstValues,
}

/// Something that is around a place.
struct Entered<'a> {
    depth: usize,
    around: Around,
    node: Node<'a>,
    /// Whether it yields, and whether it returns a value.
    yields: Cell<bool>,
    returns: Cell<bool>,
}

/// What is around the place that is looked at.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    /// Outermost first.
    entered: Vec<Entered<'a>>,
    /// Declarations that were looked at.
    pub(super) declarations: Cell<usize>,
}

impl<'a> Scopes<'a> {
    /// Goes into a place.
    pub(super) fn enter(&mut self, place: &Place<'_, 'a>) {
        let Some(around) = around(place) else { return };
        let (yields, returns) = (Cell::new(false), Cell::new(false));
        self.entered.push(Entered { depth: place.path.len(), around, node: place.node, yields, returns });
    }

    /// Comes out of what is so deep.
    pub(super) fn leave(&mut self, depth: usize) {
        if self.entered.last().is_some_and(|entered| entered.depth == depth) {
            self.entered.pop();
        }
    }

    /// The bodies of the functions and classes around, innermost first; whether each is a class.
    pub(super) fn bodies(&self) -> impl Iterator<Item = (Node<'a>, bool)> {
        self.entered.iter().rev().filter_map(|entered| match entered.around {
            Around::Function(_) => Some((entered.node, false)),
            Around::Class => Some((entered.node, true)),
            _ => None,
        })
    }

    /// Functions, classes and comprehensions around, innermost first.
    fn around(&self) -> impl Iterator<Item = &Entered<'a>> {
        let mut passed = 0;
        self.entered.iter().rev().filter(move |entered| match entered.around {
            Around::FirstValues => {
                passed += 1;
                false
            }
            Around::Comprehension(_) if passed > 0 => {
                passed -= 1;
                false
            }
            Around::Loop | Around::Group => false,
            _ => true,
        })
    }

    /// Whether Python refuses the statement or expression here.
    pub(super) fn refused(&self, place: &Place<'_, '_>) -> Option<Verdict> {
        let node = place.node;
        let is_async = || node.child(0).is_some_and(|first| first.kind() == "async");
        match node.kind() {
            "return_statement" => wrong_if(self.refuses_return(node)),
            "yield" => wrong_if(self.refuses_yield(node)),
            "await" => self.refused_await(false),
            "for_in_clause" if is_async() => self.refused_await(true),
            "for_statement" | "with_statement" if is_async() => {
                wrong_if(self.around().next().map(|entered| entered.around) != Some(Around::Function(true)))
            }
            "break_statement" | "continue_statement" => {
                wrong_if(self.entered.last().is_none_or(|entered| entered.around != Around::Loop))
            }
            "wildcard_import" => wrong_if(self.around().next().is_some()),
            "for_statement" | "while_statement" | "with_statement" | "try_statement" => is_too_deep(place),
            _ => None,
        }
    }

    fn refuses_return(&self, statement: Node<'_>) -> bool {
        let Some(innermost) = self.around().next() else { return true };
        let Around::Function(is_async) = innermost.around else { return true };
        let is_of_group = self.entered.iter().rev().take_while(|entered| entered.depth > innermost.depth);
        let has_value = statement.named_child_count() > 0;
        innermost.returns.set(innermost.returns.get() || has_value);
        is_async && has_value && innermost.yields.get()
            || is_of_group.into_iter().any(|entered| entered.around == Around::Group)
    }

    fn refuses_yield(&self, node: Node<'_>) -> bool {
        let Some(innermost) = self.around().next() else { return true };
        let Around::Function(is_async) = innermost.around else { return true };
        innermost.yields.set(true);
        let is_from = node.child(1).is_some_and(|second| second.kind() == "from");
        is_async && (is_from || innermost.returns.get())
    }

    /// `await`, or `async for` of a comprehension that has been entered.
    fn refused_await(&self, is_clause: bool) -> Option<Verdict> {
        let mut comprehensions = 0;
        for entered in self.around() {
            match entered.around {
                Around::Function(true) if comprehensions < 2 => return None,
                Around::Comprehension(true) if comprehensions == 0 => return None,
                // Only newer Pythons take such within one another.
                Around::Function(true) | Around::Comprehension(true) => return Some(Verdict::Doubtful),
                Around::Comprehension(false) => comprehensions += 1,
                _ => break,
            }
        }
        // The values that a comprehension goes through first are not yet within it.
        let is_first = is_clause && comprehensions == 0;
        Some(if is_first { Verdict::Doubtful } else { Verdict::Wrong })
    }
}

fn around(place: &Place<'_, '_>) -> Option<Around> {
    let parent = place.parent()?;
    let is_body = place.field == Some("body");
    Some(match (place.node.kind(), parent.kind()) {
        ("block", "function_definition") => {
            Around::Function(parent.child(0).is_some_and(|first| first.kind() == "async"))
        }
        (_, "lambda") if is_body => Around::Function(false),
        ("block", "class_definition") => Around::Class,
        ("block", "for_statement" | "while_statement") if is_body => Around::Loop,
        ("block", "except_clause") if is_of_groups(place.source, parent) => Around::Group,
        ("generator_expression", _) => Around::Comprehension(true),
        ("list_comprehension" | "set_comprehension" | "dictionary_comprehension", _) => Around::Comprehension(false),
        (_, "for_in_clause") if place.field == Some("right") => {
            let comprehension = place.path.iter().rev().nth(1)?.0;
            let first = crate::python::tree::children(comprehension).find(|child| child.kind() == "for_in_clause");
            (first == Some(parent)).then_some(Around::FirstValues)?
        }
        _ => return None,
    })
}

/// Loops and the like within one another, of which Pythons take different numbers.
const MOST_BLOCKS: usize = 18;

fn is_too_deep(place: &Place<'_, '_>) -> Option<Verdict> {
    let is_block =
        |kind: &&str| matches!(*kind, "for_statement" | "while_statement" | "with_statement" | "try_statement");
    let own = place.kinds_around().take_while(|kind| *kind != "function_definition");
    (place.path.len() > MOST_BLOCKS && own.filter(is_block).count() >= MOST_BLOCKS).then_some(Verdict::Doubtful)
}
