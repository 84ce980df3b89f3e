//! Parses the files of a crate, from its root along its `mod` declarations.

use syn::{
    Attribute, Field, Ident, ImplItem, Item, ItemMacro, ItemMod, ItemUse, Macro, Meta, PatIdent, Path, Stmt, TraitItem,
    Visibility,
    ext::IdentExt,
    spanned::Spanned,
    visit::{self, Visit},
};

use crate::{
    mention::{Mention, Place},
    modules::{Binding, Crate, Module, SourceFile},
    test_only::{is_test_impl_item, is_test_item, is_test_only, is_test_statement, is_test_trait_item},
    tokens::{self, TokenPath},
    use_tree::{self, Import},
    workspace::CrateSource,
};

/// Parses a crate.
///
/// # Errors
/// When a file is not Rust, or a module has no file.
pub fn parse(source: &CrateSource) -> Result<Crate, String> {
    let krate = Crate { package: source.package.clone(), ..Crate::default() };
    let mut parser = Parser { source, krate, file: 0, module: 0, folder: String::new(), problems: Vec::new() };
    parser.read_file(&source.root, Vec::new(), None);
    if parser.problems.is_empty() { Ok(parser.krate) } else { Err(parser.problems.join("\n")) }
}

struct Parser<'a> {
    source: &'a CrateSource,
    krate: Crate,
    /// The file that is being read.
    file: usize,
    /// The module that is being read.
    module: usize,
    /// Where the files of its modules are, with a `/` at the end.
    folder: String,
    problems: Vec<String>,
}

impl Parser<'_> {
    fn read_file(&mut self, path: &str, module: Vec<String>, parent: Option<usize>) {
        let text = self.source.files.get(path).cloned().unwrap_or_default();
        let parsed = match syn::parse_file(&text) {
            Ok(parsed) => parsed,
            Err(error) => return self.problem(format!("{path} cannot be parsed: {error}")),
        };
        if is_test_only(&parsed.attrs) {
            return;
        }
        let outer = (self.file, self.folder.clone());
        self.file = self.krate.files.len();
        self.folder = folder_of(path, parent.is_none());
        self.krate.files.push(SourceFile::new(path, text, self.krate.modules.len()));
        self.within_module(module, parent, &parsed.items);
        (self.file, self.folder) = outer;
    }

    /// Adds a module and reads its items.
    fn within_module(&mut self, path: Vec<String>, parent: Option<usize>, items: &[Item]) {
        let (outer, module) = (self.module, self.krate.modules.len());
        if let (Some(parent), Some(name)) = (parent, path.last()) {
            self.bind_in(parent, name.clone(), Binding::Module(module));
        }
        self.krate.modules.push(Module::new(self.file, path, parent));
        self.module = module;
        for item in items {
            self.visit_item(item);
        }
        self.module = outer;
    }

    fn problem(&mut self, problem: String) {
        self.problems.push(format!("{}: {problem}", self.source.package));
    }

    fn bind_in(&mut self, module: usize, name: String, binding: Binding) {
        self.krate.modules[module].names.entry(name).or_default().push(binding);
    }

    fn bind_item(&mut self, name: &Ident) {
        self.bind_in(self.module, name.unraw().to_string(), Binding::Item(self.file));
    }

    fn mention(&mut self, path: Vec<String>, line: usize, place: Place) {
        self.krate.mentions.push(Mention { file: self.file, module: self.module, line, path, place });
    }

    fn mention_tokens(&mut self, tokens: proc_macro2::TokenStream, place: Place) {
        for TokenPath { path, line } in tokens::paths(tokens) {
            self.mention(path, line, place);
        }
    }

    fn mention_path(&mut self, path: &Path, place: Place) {
        let start = path.leading_colon.as_ref().map(|_| String::new());
        let segments = path.segments.iter().map(|segment| segment.ident.unraw().to_string());
        self.mention(start.into_iter().chain(segments).collect(), path.span().start().line, place);
    }

    /// Remembers lines that are compiled for tests only.
    fn leave_out(&mut self, item: &impl Spanned) {
        let span = item.span();
        self.krate.files[self.file].test_lines.push(span.start().line..=span.end().line);
    }

    fn file_of_module(&self, name: &str) -> Option<String> {
        let candidates = [format!("{}{name}.rs", self.folder), format!("{}{name}/mod.rs", self.folder)];
        candidates.into_iter().find(|path| self.source.files.contains_key(path))
    }
}

/// Where the modules that a file declares have their files.
fn folder_of(path: &str, is_root: bool) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name.strip_suffix(".rs") {
        Some(stem) if !is_root && stem != "mod" => format!("{folder}/{stem}/"),
        _ => format!("{folder}/"),
    }
}

impl<'ast> Visit<'ast> for Parser<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test_item(item) {
            return self.leave_out(item);
        }
        if let Some(name) = defined_name(item) {
            self.bind_item(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let name = item.ident.unraw().to_string();
        let path: Vec<_> = self.krate.modules[self.module].path.iter().cloned().chain([name.clone()]).collect();
        if let Some((_, items)) = &item.content {
            let inner = format!("{}{name}/", self.folder);
            let outer = std::mem::replace(&mut self.folder, inner);
            self.within_module(path, Some(self.module), items);
            self.folder = outer;
        } else if let Some(file) = self.file_of_module(&name) {
            self.read_file(&file, path, Some(self.module));
        } else {
            let (file, folder) = (&self.krate.files[self.file].path, &self.folder);
            self.problem(format!("{file} declares `mod {name}`, but {folder}{name}.rs is missing"));
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        for Import { path, name, is_glob, line } in use_tree::imports(item) {
            if is_glob {
                self.krate.modules[self.module].globs.push(path.clone());
            }
            if let Some(name) = name {
                self.bind_in(self.module, name, Binding::Import(path.clone()));
            }
            self.mention(path, line, Place::Import { is_reexport, is_glob });
        }
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        let Some(name) = &item.ident else { return visit::visit_item_macro(self, item) };
        self.bind_item(name);
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
            self.bind_in(0, name.to_string(), Binding::Item(self.file));
        }
        self.krate.macros.insert(name.to_string(), self.file);
        self.mention_tokens(item.mac.tokens.clone(), Place::MacroBody);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if is_test_impl_item(item) { self.leave_out(item) } else { visit::visit_impl_item(self, item) }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if is_test_trait_item(item) { self.leave_out(item) } else { visit::visit_trait_item(self, item) }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if is_test_statement(statement) { self.leave_out(statement) } else { visit::visit_stmt(self, statement) }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if is_test_only(&field.attrs) { self.leave_out(field) } else { visit::visit_field(self, field) }
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.krate.files[self.file].variables.insert(pattern.ident.unraw().to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.mention_path(path, Place::Code);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.mention_path(&called.path, Place::MacroName);
        self.mention_tokens(called.tokens.clone(), Place::MacroArguments);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.mention_tokens(list.tokens.clone(), Place::MacroArguments);
        }
    }

    /// `pub(super)` names no more than who may look.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// The name of an item that is neither a module, nor an import, nor a macro.
fn defined_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::TraitAlias(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}
