//! A parsed Python file.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    time::Instant,
};

use small_files::FileAccess;
use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::{
    bounds::Bounds,
    python::{
        binding::{Binding, Names},
        blank::cost_of_blank_lines,
        import::WildcardImport,
        tree::first_error,
    },
};

/// More than this is not a source that anybody has written, in bytes.
const MAX_FILE: u64 = 4 << 20;
/// What opening a file costs.
const COST_OF_FILE: usize = 50;
/// Bytes read, or parts of a syntax tree looked at, in the time of one of the parser's steps.
const BYTES_A_STEP: usize = 16;
/// How often the parser does something before it asks whether it may go on.
const STEPS_BETWEEN_QUESTIONS: usize = 100;

/// A parsed Python file.
#[derive(Debug)]
pub(crate) struct Module {
    path: PathBuf,
    source: String,
    tree: Tree,
    names: Names,
}

impl Module {
    /// Reads and parses a file. The error says what is wrong with which file.
    pub(crate) fn read(path: &Path, bounds: &mut Bounds) -> Result<Self, String> {
        let too_large = || format!("{}: there is more Python than is looked at", path.display());
        let source = read_text(path, bounds)?.ok_or_else(too_large)?;
        let tree = match parse(&source, bounds) {
            Parsed::Whole(tree) => tree,
            Parsed::Invalid { row } => return Err(format!("{}: invalid Python", place(path, row))),
            Parsed::TooLarge => return Err(too_large()),
        };
        let names = Names::default();
        let mut module = Self { path: path.to_owned(), source, tree, names };
        if let Some(node) = first_error(module.root()) {
            return Err(format!("{}: invalid Python", place(path, node.start_position().row)));
        }
        let (names, looked_at) = Names::of(&module);
        module.names = names;
        if bounds.take_steps(looked_at / BYTES_A_STEP) { Ok(module) } else { Err(too_large()) }
    }

    /// Where it was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file.
    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// What stands in exactly this place.
    pub(crate) fn at(&self, range: &Range<usize>) -> Option<Node<'_>> {
        self.root().named_descendant_for_byte_range(range.start, range.end)
    }

    /// What `name` is bound to at the top level, `None` when nothing binds it.
    pub(crate) fn binding(&self, name: &str) -> Option<&Binding> {
        self.names.binding(name)
    }

    /// Modules whose names are all imported by `from module import *` at the top level.
    pub(crate) fn wildcard_imports(&self) -> &[WildcardImport] {
        self.names.wildcard_imports()
    }

    /// Whether `from` this `import *` brings `name`, if there is such a name.
    pub(crate) fn exports(&self, name: &str) -> bool {
        self.names.exports(name)
    }

    /// Source text of a node.
    pub(crate) fn text(&self, node: Node<'_>) -> &str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    /// Source text of a named child, for example the `name` of a function.
    pub(crate) fn field(&self, node: Node<'_>, name: &str) -> &str {
        node.child_by_field_name(name).map_or("", |child| self.text(child))
    }

    /// `file:line` of a row (from 0), for people.
    pub(crate) fn place(&self, row: usize) -> String {
        place(&self.path, row)
    }
}

fn place(path: &Path, row: usize) -> String {
    format!("{}:{}", path.display(), row + 1)
}

/// The text of a file; `None` when there is not enough left to look at it.
fn read_text(path: &Path, bounds: &mut Bounds) -> Result<Option<String>, String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("cannot read {}: {why}", path.display());
    let opened = small_files::open(path, FileAccess::Read, "read").map_err(|error| unreadable(&error.reason()))?;
    let opened = opened.ok_or_else(|| unreadable(&"it is gone"))?;
    let size = usize::try_from(opened.metadata.len()).unwrap_or(usize::MAX);
    if !bounds.take_steps(COST_OF_FILE.saturating_add(size / BYTES_A_STEP)) {
        return Ok(None);
    }
    opened.read_text(path, MAX_FILE).map(Some).map_err(|error| unreadable(&error.reason()))
}

/// What became of parsing.
enum Parsed {
    /// All of it, be it valid or not.
    Whole(Tree),
    /// It is not Python, and what follows was not looked at.
    Invalid { row: usize },
    /// It is too much.
    TooLarge,
}

fn parse(source: &str, bounds: &mut Bounds) -> Parsed {
    let mut parser = Parser::new();
    let is_set_up = parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_ok();
    if !is_set_up || !bounds.take_steps(cost_of_blank_lines(source)) {
        return Parsed::TooLarge;
    }
    let began = Instant::now();
    let mut stopped = Parsed::TooLarge;
    let mut may_stop = |state: &ParseState| {
        // Making sense of what is wrong takes the parser longer, the more there is.
        if state.has_error() {
            let row = source.bytes().take(state.current_byte_offset()).filter(|byte| *byte == b'\n').count();
            stopped = Parsed::Invalid { row };
            return true;
        }
        bounds.is_past(began) || !bounds.take_steps(STEPS_BETWEEN_QUESTIONS)
    };
    let options = ParseOptions::new().progress_callback(&mut may_stop);
    let bytes = source.as_bytes();
    let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
    bounds.take_time(began);
    tree.map_or(stopped, Parsed::Whole)
}
