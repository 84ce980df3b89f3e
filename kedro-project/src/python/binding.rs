//! What names are bound to at the top level of a module.

use tree_sitter::Node;

use crate::python::{
    import::imports,
    module::Module,
    tree::{any, children},
};

/// What a name means at the top level of a module.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Binding<'a> {
    /// `import a.b`, `import a.b as name`, `from a import name` or `from a import b as name`; the
    /// statement.
    Import(Node<'a>),
    /// A plain function definition.
    Function(Node<'a>),
    /// `name = value`; the value.
    Value(Node<'a>),
    /// Bound more than once, under a condition, by a decorator or a class, or changed in place.
    Opaque,
}

/// Statements that bind or change names depending on what happens at run time.
const CONDITIONAL: [&str; 6] =
    ["if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"];

impl Module {
    /// What `name` is bound to at the top level, `None` when nothing binds it.
    pub(crate) fn binding(&self, name: &str) -> Option<Binding<'_>> {
        let mut found = None;
        for statement in children(self.root()) {
            let Some(binding) = self.binding_by(statement, name) else { continue };
            found = Some(if found.is_none() { binding } else { Binding::Opaque });
        }
        match found {
            Some(Binding::Value(_)) if self.rebinds_global(name) => Some(Binding::Opaque),
            found => found,
        }
    }

    /// Whether some function says `global name`.
    fn rebinds_global(&self, name: &str) -> bool {
        any(self.root(), |node| node.kind() == "global_statement" && self.mentions(node, name))
    }

    /// Modules whose names are all imported by `from module import *` at the top level.
    pub(crate) fn wildcard_imports(&self) -> Vec<Node<'_>> {
        let is_wildcard = |statement: &Node<'_>| {
            statement.kind() == "import_from_statement"
                && children(*statement).iter().any(|child| child.kind() == "wildcard_import")
        };
        children(self.root()).into_iter().filter(is_wildcard).collect()
    }

    fn binding_by<'a>(&self, statement: Node<'a>, name: &str) -> Option<Binding<'a>> {
        match statement.kind() {
            "import_statement" | "import_from_statement" => {
                imports(self, statement).iter().any(|import| import.bound == name).then_some(Binding::Import(statement))
            }
            "function_definition" => (self.field(statement, "name") == name).then_some(Binding::Function(statement)),
            "class_definition" => (self.field(statement, "name") == name).then_some(Binding::Opaque),
            "decorated_definition" => {
                let definition = statement.child_by_field_name("definition")?;
                (self.field(definition, "name") == name).then_some(Binding::Opaque)
            }
            "expression_statement" => self.binding_by_expression(statement.named_child(0)?, name),
            kind if CONDITIONAL.contains(&kind) || kind == "delete_statement" => {
                self.mentions(statement, name).then_some(Binding::Opaque)
            }
            _ => None,
        }
    }

    fn binding_by_expression<'a>(&self, expression: Node<'a>, name: &str) -> Option<Binding<'a>> {
        if expression.kind() != "assignment" {
            return (expression.kind() != "string" && self.mentions(expression, name)).then_some(Binding::Opaque);
        }
        let left = expression.child_by_field_name("left")?;
        // An annotation alone, `name: Type`, binds nothing.
        let right = expression.child_by_field_name("right")?;
        if right.kind() == "assignment" {
            return self.mentions(expression, name).then_some(Binding::Opaque);
        }
        if left.kind() == "identifier" {
            return (self.text(left) == name).then_some(Binding::Value(right));
        }
        self.mentions(left, name).then_some(Binding::Opaque)
    }
}
