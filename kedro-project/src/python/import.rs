//! What import statements bind.

use tree_sitter::Node;

use crate::python::syntax::Syntax;

/// One name that an import statement binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name it is bound to here.
    pub(crate) bound: String,
    /// Module as written, `a.b`; with leading dots when it is relative.
    pub(crate) module: String,
    /// Name inside the module, `None` when the module itself is bound.
    pub(crate) name: Option<String>,
    /// Row of the statement, from 0.
    pub(crate) row: usize,
}

/// A statement `from module import *`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WildcardImport {
    /// Module as written, `a.b`; with leading dots when it is relative.
    pub(crate) module: String,
    /// Row of the statement, from 0.
    pub(crate) row: usize,
}

/// The names that an import statement binds; those of `from a import *` are not written there.
pub(crate) fn imports(module: &Syntax, statement: Node<'_>) -> Vec<Import> {
    let source = statement.child_by_field_name("module_name").map(|name| without_spaces(module.text(name)));
    let mut cursor = statement.walk();
    let names = statement.children_by_field_name("name", &mut cursor);
    let row = statement.start_position().row;
    names.map(|node| import(module, source.as_deref(), node, row)).collect()
}

/// The import of one name, from `source` if the statement says `from`.
fn import(module: &Syntax, source: Option<&str>, node: Node<'_>, row: usize) -> Import {
    let (name, alias) = match node.kind() {
        "aliased_import" => (module.field(node, "name"), Some(module.field(node, "alias").to_owned())),
        _ => (module.text(node), None),
    };
    let name = without_spaces(name);
    if let Some(source) = source {
        let bound = alias.unwrap_or_else(|| name.clone());
        return Import { bound, module: source.to_owned(), name: Some(name), row };
    }
    // `import a.b` binds `a`, `import a.b as c` binds `a.b` to `c`.
    let first = name.split('.').next().unwrap_or_default().to_owned();
    Import {
        module: if alias.is_some() { name } else { first.clone() },
        bound: alias.unwrap_or(first),
        name: None,
        row,
    }
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}
