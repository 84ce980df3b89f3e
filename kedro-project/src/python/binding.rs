//! What names are bound to at the top level of a module.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use tree_sitter::Node;

use crate::python::{
    import::{Import, WildcardImport, imports},
    literal::Literal,
    syntax::Syntax,
    tree::{children, for_each},
};

/// What a name means at the top level of a module.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// `import a.b`, `import a.b as name`, `from a import name` or `from a import b as name`.
    Import(Import),
    /// A function definition.
    Function {
        /// Where it stands.
        range: Range<usize>,
        /// Whether it is neither a generator nor a coroutine.
        is_plain: bool,
    },
    /// `name = value`; where the value stands.
    Value(Range<usize>),
    /// Bound more than once, under a condition, by a decorator or a class, or changed in place.
    Opaque,
}

/// What `from module import *` brings.
#[derive(Debug, Default)]
enum Exports {
    /// All names.
    #[default]
    All,
    /// Those that `__all__` lists.
    Listed(HashSet<String>),
}

/// What the names of a module are bound to.
#[derive(Debug, Default)]
pub(crate) struct Names {
    bindings: HashMap<String, Binding>,
    wildcard_imports: Vec<WildcardImport>,
    exports: Exports,
}

/// Statements that bind or change names depending on what happens at run time.
const CONDITIONAL: [&str; 6] =
    ["if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"];

impl Names {
    /// Those of `module`, and how many parts of its syntax were looked at.
    pub(super) fn of(module: &Syntax) -> (Self, usize) {
        let mut names = Self::default();
        let mut looked_at = 0;
        let mut rebound = HashSet::new();
        for statement in children(module.root()) {
            let mut yields = false;
            looked_at += for_each(statement, |node| match node.kind() {
                "yield" => yields = true,
                "global_statement" => rebound.extend(identifiers(module, node)),
                _ => {}
            });
            names.add(module, statement, yields);
        }
        for name in rebound {
            if let Some(binding @ Binding::Value(_)) = names.bindings.get_mut(name) {
                *binding = Binding::Opaque;
            }
        }
        names.exports = names.exports_of(module);
        (names, looked_at)
    }

    /// What `name` is bound to, `None` when nothing binds it.
    pub(crate) fn binding(&self, name: &str) -> Option<&Binding> {
        self.bindings.get(name)
    }

    /// Modules whose names are all imported by `from module import *` at the top level.
    pub(crate) fn wildcard_imports(&self) -> &[WildcardImport] {
        &self.wildcard_imports
    }

    /// Whether `from module import *` brings `name`, if there is such a name.
    pub(crate) fn exports(&self, name: &str) -> bool {
        match &self.exports {
            Exports::All => true,
            Exports::Listed(names) => names.contains(name),
        }
    }

    fn exports_of(&self, module: &Syntax) -> Exports {
        let listed = match self.binding("__all__") {
            None => return Exports::All,
            Some(Binding::Value(range)) => module.at(range).and_then(|node| module.literal(node)),
            Some(_) => None,
        };
        let Some(Literal::List(names)) = listed else { return Exports::Listed(HashSet::new()) };
        let texts = names.into_iter().filter_map(|name| match name {
            Some(Literal::Text(name)) => Some(name),
            _ => None,
        });
        Exports::Listed(texts.collect())
    }

    fn add(&mut self, module: &Syntax, statement: Node<'_>, yields: bool) {
        match statement.kind() {
            "import_statement" | "import_from_statement" => self.add_imports(module, statement),
            "function_definition" => {
                let is_coroutine = statement.child(0).is_none_or(|first| first.kind() != "def");
                let is_plain = !yields && !is_coroutine;
                self.bind(
                    module.field(statement, "name"),
                    Binding::Function { range: statement.byte_range(), is_plain },
                );
            }
            "class_definition" => self.bind(module.field(statement, "name"), Binding::Opaque),
            "decorated_definition" => {
                let Some(definition) = statement.child_by_field_name("definition") else { return };
                self.bind(module.field(definition, "name"), Binding::Opaque);
            }
            "expression_statement" => {
                let Some(expression) = statement.named_child(0) else { return };
                self.add_expression(module, expression);
            }
            kind if CONDITIONAL.contains(&kind) || kind == "delete_statement" => self.obscure(module, statement),
            _ => {}
        }
    }

    fn add_imports(&mut self, module: &Syntax, statement: Node<'_>) {
        let mut bound = HashSet::new();
        for import in imports(module, statement) {
            if bound.insert(import.bound.clone()) {
                self.bind(&import.bound.clone(), Binding::Import(import));
            }
        }
        if children(statement).any(|child| child.kind() == "wildcard_import") {
            let row = statement.start_position().row;
            self.wildcard_imports
                .push(WildcardImport { module: module.field(statement, "module_name").to_owned(), row });
        }
    }

    fn add_expression(&mut self, module: &Syntax, expression: Node<'_>) {
        if expression.kind() != "assignment" {
            if expression.kind() != "string" {
                self.obscure(module, expression);
            }
            return;
        }
        // An annotation alone, `name: Type`, binds nothing.
        let sides = (expression.child_by_field_name("left"), expression.child_by_field_name("right"));
        let (Some(left), Some(right)) = sides else { return };
        if right.kind() == "assignment" {
            self.obscure(module, expression);
        } else if left.kind() == "identifier" {
            self.bind(module.text(left), Binding::Value(right.byte_range()));
        } else {
            self.obscure(module, left);
        }
    }

    fn bind(&mut self, name: &str, binding: Binding) {
        match self.bindings.get_mut(name) {
            Some(known) => *known = Binding::Opaque,
            None => drop(self.bindings.insert(name.to_owned(), binding)),
        }
    }

    /// Every name in `node` may have been bound or changed there.
    fn obscure(&mut self, module: &Syntax, node: Node<'_>) {
        for name in identifiers(module, node) {
            self.bind(name, Binding::Opaque);
        }
    }
}

fn identifiers<'a>(module: &'a Syntax, node: Node<'_>) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    for_each(node, |inner| {
        if inner.kind() == "identifier" {
            names.insert(module.text(inner));
        }
    });
    names
}
