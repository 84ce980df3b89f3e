//! The arguments of a Python call.

use tree_sitter::Node;

use crate::{
    pipelines::source::Source,
    python::{self, Literal},
};

/// The arguments of a call.
pub(super) struct Arguments<'a> {
    source: &'a Source,
    /// Those given by position.
    pub(super) positional: Vec<Node<'a>>,
    /// Those given by name.
    pub(super) keyword: Vec<(&'a str, Node<'a>)>,
    /// Whether there are more, from `*arguments`, `**arguments` or a generator.
    pub(super) has_more: bool,
}

impl<'a> Arguments<'a> {
    /// The arguments that `call` in `source` gives.
    pub(super) fn of(call: Node<'a>, source: &'a Source) -> Self {
        let mut arguments = Self { source, positional: Vec::new(), keyword: Vec::new(), has_more: false };
        match call.child_by_field_name("arguments") {
            Some(list) if list.kind() == "argument_list" => {
                for argument in python::children(list) {
                    arguments.add(argument);
                }
            }
            Some(_) => arguments.has_more = true,
            None => {}
        }
        arguments
    }

    fn add(&mut self, argument: Node<'a>) {
        match argument.kind() {
            "keyword_argument" => match argument.child_by_field_name("value") {
                Some(value) => self.keyword.push((self.source.syntax.field(argument, "name"), value)),
                None => self.has_more = true,
            },
            "list_splat" | "dictionary_splat" => self.has_more = true,
            _ => self.positional.push(argument),
        }
    }

    /// The argument at `position` or with one of `names`.
    pub(super) fn get(&self, position: usize, names: &[&str]) -> Option<Node<'a>> {
        let by_name = || self.keyword.iter().find(|(name, _)| names.contains(name)).map(|(_, node)| *node);
        self.positional.get(position).copied().or_else(by_name)
    }

    /// The argument of this name, as far as it is written out.
    pub(super) fn given(&self, name: &str) -> Given {
        self.given_at(usize::MAX, name)
    }

    /// The argument at `position` or of this name, as far as it is written out.
    pub(super) fn given_at(&self, position: usize, name: &str) -> Given {
        match self.get(position, &[name]).map(|node| self.source.syntax.literal(node)) {
            None => Given::Not,
            Some(None) => Given::Computed,
            Some(Some(literal)) => Given::Literal(literal),
        }
    }

    /// How many are written out.
    pub(super) fn count(&self) -> usize {
        self.positional.len() + self.keyword.len()
    }
}

/// An argument, as far as it is written out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// There is none.
    Not,
    /// This one.
    Literal(Literal),
    /// One that is computed.
    Computed,
}
