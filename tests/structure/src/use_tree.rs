//! The single imports that a `use` with groups stands for.

use syn::{Ident, ItemUse, UseTree, ext::IdentExt};

/// One import.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// What is imported. The first segment is empty when the path starts with `::`.
    pub path: Vec<String>,
    /// The name it gets; none for `*` and `_`.
    pub name: Option<String>,
    /// Whether it ends with `*`.
    pub is_glob: bool,
    /// The line of its last segment.
    pub line: usize,
}

/// The imports of a `use`.
pub fn imports(item: &ItemUse) -> Vec<Import> {
    let start = item.leading_colon.as_ref().map(|_| String::new()).into_iter().collect();
    let mut imports = Vec::new();
    flatten(start, &item.tree, &mut imports);
    imports
}

fn flatten(mut path: Vec<String>, tree: &UseTree, imports: &mut Vec<Import>) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.unraw().to_string());
            flatten(path, &tree.tree, imports);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(path.clone(), tree, imports)),
        UseTree::Name(tree) => imports.push(named(path, &tree.ident, None)),
        UseTree::Rename(tree) => imports.push(named(path, &tree.ident, Some(&tree.rename))),
        UseTree::Glob(glob) => {
            let line = glob.star_token.spans[0].start().line;
            imports.push(Import { path, name: None, is_glob: true, line });
        }
    }
}

/// `use a::{self}` imports `a`.
fn named(mut path: Vec<String>, ident: &Ident, renamed: Option<&Ident>) -> Import {
    let is_self = ident == "self" && !path.is_empty();
    if !is_self {
        path.push(ident.unraw().to_string());
    }
    let name = renamed.map(|name| name.unraw().to_string()).or_else(|| path.last().cloned());
    let line = ident.span().start().line;
    Import { name: name.filter(|name| name != "_"), path, is_glob: false, line }
}
