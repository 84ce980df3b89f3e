//! The syntax of a Python file.

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
        blank::cost_of_blank_lines,
        encoding::{Undecoded, decoded},
        strict::{Refused, first_refused, is_certain},
        tree::{first_error, for_each},
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

/// The syntax of a Python file.
#[derive(Debug)]
pub(crate) struct Syntax {
    path: PathBuf,
    source: String,
    tree: Tree,
}

impl Syntax {
    /// Reads and parses a file of a project that runs with Python 3 of at least `oldest`.
    pub(crate) fn read(path: &Path, oldest: u32, bounds: &mut Bounds) -> Result<Self, Unread> {
        let source = read_text(path, bounds)?.ok_or_else(|| too_large(path))?;
        let tree = match parse(&source, bounds) {
            Parsed::Whole(tree) => tree,
            Parsed::Invalid { row } if is_certain(&source, row..=row) => return Err(Unread::Invalid(place(path, row))),
            Parsed::Invalid { row } => return Err(Unread::OfNewerPython(place(path, row))),
            Parsed::TooLarge => return Err(too_large(path)),
        };
        let root = tree.root_node();
        let is_certain = |node: Node<'_>| is_certain(&source, node.start_position().row..=node.end_position().row);
        let error = first_error(root).map(|node| Refused { node, is_certain: is_certain(node) });
        let wrong = error.or_else(|| too_deep(&source, root).map(|node| Refused { node, is_certain: true }));
        let wrong = wrong.or_else(|| first_refused(&source, root, oldest));
        match wrong.map(|wrong| (wrong.node.start_position().row, wrong.is_certain)) {
            Some((row, true)) => Err(Unread::Invalid(place(path, row))),
            Some((row, false)) => Err(Unread::OfNewerPython(place(path, row))),
            None if !bounds.take_steps(source.len() / BYTES_A_STEP) => Err(too_large(path)),
            None => Ok(Self { path: path.to_owned(), source, tree }),
        }
    }

    /// Whether it begins with `from __future__ import annotations`.
    pub(crate) fn defers_annotations(&self) -> bool {
        let mut cursor = self.root().walk();
        let statements = self.root().children(&mut cursor).filter(|node| node.kind() == "future_import_statement");
        statements.into_iter().any(|node| self.text(node).contains("annotations"))
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

/// Why a file is not followed.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is not Python, in this place.
    Invalid(String),
    /// Only some Pythons take what stands in this place.
    OfNewerPython(String),
    /// There is more than is looked at.
    TooLarge(String),
    /// It cannot be read.
    Unreadable(String),
}

fn too_large(path: &Path) -> Unread {
    Unread::TooLarge(format!("{}: there is more Python than is looked at", path.display()))
}

/// Brackets within one another that Python reads.
const MOST_BRACKETS: usize = 200;

/// The first bracket that is within more of them than Python reads.
fn too_deep<'a>(source: &str, root: Node<'a>) -> Option<Node<'a>> {
    if source.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count() <= MOST_BRACKETS {
        return None;
    }
    let mut depth: usize = 0;
    let mut first = None;
    for_each(root, |node| match node.kind() {
        "(" | "[" | "{" => {
            depth += 1;
            if depth > MOST_BRACKETS && first.is_none() {
                first = Some(node);
            }
        }
        ")" | "]" | "}" => depth = depth.saturating_sub(1),
        _ => {}
    });
    first
}

fn place(path: &Path, row: usize) -> String {
    format!("{}:{}", path.display(), row + 1)
}

/// The text of a file; `None` when there is not enough left to look at it.
fn read_text(path: &Path, bounds: &mut Bounds) -> Result<Option<String>, Unread> {
    let unreadable = |why: &dyn std::fmt::Display| Unread::Unreadable(format!("cannot read {}: {why}", path.display()));
    let opened = small_files::open(path, FileAccess::Read, "read").map_err(|error| unreadable(&error.reason()))?;
    let opened = opened.ok_or_else(|| unreadable(&"it is gone"))?;
    let size = usize::try_from(opened.metadata.len()).unwrap_or(usize::MAX);
    if !bounds.take_steps(COST_OF_FILE.saturating_add(size / BYTES_A_STEP)) {
        return Ok(None);
    }
    let bytes = opened.read(path, MAX_FILE).map_err(|error| unreadable(&error.reason()))?;
    match decoded(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(Undecoded::Invalid) => Err(Unread::Invalid(place(path, 0))),
        Err(Undecoded::Foreign) => Err(unreadable(&"its encoding is not known here")),
    }
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
