//! A crate as its files declare it: modules, and the names that each module has.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use crate::mention::Mention;

/// A crate that has been parsed, without what is for its tests only.
#[derive(Default)]
pub struct Crate {
    /// The package it belongs to.
    pub package: String,
    /// Its files. The first is its root.
    pub files: Vec<SourceFile>,
    /// Its modules. The first is its root.
    pub modules: Vec<Module>,
    /// Every path that it names, in the order of the text.
    pub mentions: Vec<Mention>,
    /// The files that define macros, by the macros' names.
    pub macros: BTreeMap<String, usize>,
}

/// A file.
pub struct SourceFile {
    /// Its path within the package.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The module that it is, by its index.
    pub module: usize,
    /// The lines that are compiled for tests only.
    pub test_lines: Vec<RangeInclusive<usize>>,
    /// The names of variables and parameters, wherever in the file.
    pub variables: BTreeSet<String>,
}

/// A module, in a file of its own or within another.
pub struct Module {
    /// The file it stands in, by its index.
    pub file: usize,
    /// Its names from the root on.
    pub path: Vec<String>,
    /// The module around it; the root has none.
    pub parent: Option<usize>,
    /// What each of its names stands for; that may be more than one thing.
    pub names: BTreeMap<String, Vec<Binding>>,
    /// What it imports with `*`.
    pub globs: Vec<Vec<String>>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A module, by its index.
    Module(usize),
    /// Anything else that is defined in this file, by its index.
    Item(usize),
    /// What this path stands for.
    Import(Vec<String>),
}

impl Crate {
    /// Whether the module of file `inner` is that of file `outer`, or lies within it.
    pub fn is_within(&self, inner: usize, outer: usize) -> bool {
        let path = |file: usize| &self.modules[self.files[file].module].path;
        path(inner).starts_with(path(outer))
    }
}

impl SourceFile {
    /// A file that is this module, nothing in it being known.
    pub fn new(path: &str, text: String, module: usize) -> Self {
        Self { path: path.to_owned(), text, module, test_lines: Vec::new(), variables: BTreeSet::new() }
    }

    /// Whether this line is compiled for tests only.
    pub fn is_for_tests(&self, line: usize) -> bool {
        self.test_lines.iter().any(|lines| lines.contains(&line))
    }
}

impl Module {
    /// A module without names.
    pub fn new(file: usize, path: Vec<String>, parent: Option<usize>) -> Self {
        Self { file, path, parent, names: BTreeMap::new(), globs: Vec::new() }
    }
}
