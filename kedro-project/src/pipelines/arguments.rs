//! The arguments of a Python call.

use tree_sitter::Node;

use crate::{pipelines::modules::Source, python};

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments<'a> {
    /// Those given by position.
    pub positional: Vec<Node<'a>>,
    /// Those given by name.
    pub keyword: Vec<(&'a str, Node<'a>)>,
    /// Whether there are more, from `*arguments`, `**arguments` or a generator.
    pub has_more: bool,
}

impl<'a> Arguments<'a> {
    /// The arguments that `call` gives.
    pub fn of(call: Node<'a>, source: &'a Source) -> Self {
        let mut arguments = Self::default();
        let Some(list) = call.child_by_field_name("arguments") else { return arguments };
        if list.kind() != "argument_list" {
            arguments.has_more = true;
            return arguments;
        }
        for child in python::children(list) {
            match child.kind() {
                "keyword_argument" => match child.child_by_field_name("value") {
                    Some(value) => arguments.keyword.push((source.syntax.field(child, "name"), value)),
                    None => arguments.has_more = true,
                },
                "list_splat" | "dictionary_splat" => arguments.has_more = true,
                _ => arguments.positional.push(child),
            }
        }
        arguments
    }

    /// The argument at `position` or with one of `names`.
    pub fn get(&self, position: usize, names: &[&str]) -> Option<Node<'a>> {
        let by_name = || self.keyword.iter().find(|(name, _)| names.contains(name)).map(|(_, node)| *node);
        self.positional.get(position).copied().or_else(by_name)
    }

    /// The argument of this name.
    pub fn named(&self, name: &str) -> Option<Node<'a>> {
        self.get(usize::MAX, &[name])
    }
}
