//! A parsed Python file.

use std::path::{Path, PathBuf};

use tree_sitter::{Node, Parser, Tree};

use crate::python::tree::{any, first_error};

/// More than this is not a source that anybody has written, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// A parsed Python file.
#[derive(Debug)]
pub(crate) struct Module {
    path: PathBuf,
    source: String,
    tree: Tree,
}

impl Module {
    /// Reads and parses a file. The error says what is wrong with which file.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let unreadable = |why: &dyn std::fmt::Display| format!("cannot read {}: {why}", path.display());
        let source = small_files::read_text(path, MAX_FILE).map_err(|error| unreadable(&error.reason()))?;
        let source = source.ok_or_else(|| unreadable(&"it is gone"))?;
        let mut parser = Parser::new();
        let tree = parser
            .set_language(&tree_sitter_python::LANGUAGE.into())
            .ok()
            .and_then(|()| parser.parse(&source, None))
            .ok_or_else(|| format!("cannot parse {}", path.display()))?;
        let module = Self { path: path.to_owned(), source, tree };
        match first_error(module.root()) {
            Some(node) => Err(format!("{}: invalid Python", module.place(node))),
            None => Ok(module),
        }
    }

    /// Where it was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file.
    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// Source text of a node.
    pub(crate) fn text(&self, node: Node<'_>) -> &str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    /// Source text of a named child, for example the `name` of a function.
    pub(crate) fn field(&self, node: Node<'_>, name: &str) -> &str {
        node.child_by_field_name(name).map_or("", |child| self.text(child))
    }

    /// `file:line` of a node, for people.
    pub(crate) fn place(&self, node: Node<'_>) -> String {
        format!("{}:{}", self.path.display(), node.start_position().row + 1)
    }

    /// Whether the identifier `name` occurs anywhere in `node`.
    pub(crate) fn mentions(&self, node: Node<'_>, name: &str) -> bool {
        any(node, |inner| inner.kind() == "identifier" && self.text(inner) == name)
    }
}
