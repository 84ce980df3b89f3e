//! A module of the project as a parsed file, and pieces of it that outlive a look at the tree.

use std::{ops::Range, rc::Rc};

use tree_sitter::Node;

use crate::python::{self, Names, Syntax};

/// A module of the project.
#[derive(Debug)]
pub(super) struct Source {
    /// Its number among those that were read.
    pub(super) number: usize,
    /// Its full name, `spaceflights.pipelines.reporting`.
    pub(super) name: String,
    /// Whether it is the `__init__.py` of a package.
    pub(super) is_package: bool,
    /// Its syntax.
    pub(super) syntax: Syntax,
    /// What its names are bound to.
    pub(super) names: Names,
}

impl Source {
    /// The full name of a module as an import here writes it; `None` when its dots lead out of the
    /// package.
    pub(super) fn absolute(&self, written: &str) -> Option<String> {
        let relative = written.trim_start_matches('.');
        let dots = written.len() - relative.len();
        if dots == 0 {
            return Some(written.to_owned());
        }
        let mut parts: Vec<&str> = self.name.split('.').collect();
        // One dot is the package itself: for a plain module that is one level up.
        let levels_up = dots - usize::from(self.is_package);
        parts.truncate(parts.len().checked_sub(levels_up).filter(|length| *length > 0)?);
        parts.extend(relative.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }
}

/// A piece of a module.
#[derive(Debug, Clone)]
pub(super) struct Fragment {
    /// The module.
    pub(super) source: Rc<Source>,
    /// Where it stands therein.
    range: Range<usize>,
}

impl Fragment {
    /// What stands at `range` of `source`.
    pub(super) fn new(source: &Rc<Source>, range: &Range<usize>) -> Self {
        Self { source: Rc::clone(source), range: range.clone() }
    }

    /// Its syntax.
    pub(super) fn node(&self) -> Option<Node<'_>> {
        self.source.syntax.at(&self.range)
    }

    /// What tells it from all others of the project.
    pub(super) fn identity(&self) -> (usize, usize) {
        (self.source.number, self.range.start)
    }
}

/// A function of the project.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// Its definition.
    pub(super) definition: Fragment,
    /// Whether it is neither a generator nor a coroutine.
    pub(super) is_plain: bool,
}

impl Function {
    /// The names of its parameters, as far as they can be given by position.
    pub(super) fn parameters(&self) -> Vec<&str> {
        let list = self.definition.node().and_then(|definition| definition.child_by_field_name("parameters"));
        let parameters = list.into_iter().flat_map(python::children);
        parameters.map_while(|parameter| parameter_name(parameter, &self.definition.source)).collect()
    }
}

/// The name of a parameter; `None` for `*arguments`, `**arguments` and the like.
pub(super) fn parameter_name<'a>(parameter: Node<'a>, source: &'a Source) -> Option<&'a str> {
    let name = match parameter.kind() {
        "identifier" => parameter,
        "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name")?,
        "typed_parameter" => parameter.named_child(0).filter(|node| node.kind() == "identifier")?,
        _ => return None,
    };
    Some(source.syntax.text(name))
}
