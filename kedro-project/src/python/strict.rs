//! What the parser takes and Python does not.
//!
//! The parser is made for editors and takes much that no Python does. Each file here looks at one
//! kind of that; `tests/kinds/refusals.rs` compares them with the Pythons that are installed.

mod arguments;
mod clauses;
mod comprehensions;
mod declarations;
mod errors;
mod future;
mod imports;
mod indentation;
mod literals;
mod parameters;
mod patterns;
mod place;
mod places;
mod print;
mod scopes;
mod targets;
mod texts;
mod tokens;
mod versions;

use tree_sitter::Node;

pub(super) use self::errors::is_certain;
use self::{
    place::{Place, Verdict, wrong_if},
    scopes::Scopes,
    tokens::Tokens,
};

/// A place that Python refuses although the parser takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused<'a> {
    /// The place.
    pub(super) node: Node<'a>,
    /// Whether every Python that Kedro runs with refuses it.
    pub(super) is_certain: bool,
}

/// Parts within one another. Compilers give up at some depth, each at another.
const DEEPEST: usize = 400;

/// The first place that Python refuses although the parser takes it; what only some Pythons refuse
/// counts when all take the rest. The project says that it runs with Python 3 of at least `oldest`.
pub(super) fn first_refused<'a>(source: &str, root: Node<'a>, oldest: u32) -> Option<Refused<'a>> {
    let mut cursor = root.walk();
    let mut scopes = Scopes::default();
    let mut tokens = Tokens::default();
    let mut doubtful = None;
    let mut path = Vec::new();
    loop {
        let place = Place { source, node: cursor.node(), field: cursor.field_name(), path: &path };
        let node = place.node;
        let between = tokens.refused(&place);
        match [refused(&place, &scopes), between].into_iter().flatten().max() {
            Some(Verdict::Wrong) => return Some(Refused { node, is_certain: true }),
            None if versions::needed(&place).is_none_or(|needed| needed <= oldest) => {}
            _ if doubtful.is_some() => {}
            _ => doubtful = Some(Refused { node, is_certain: false }),
        }
        if path.len() > DEEPEST {
            return doubtful.or(Some(Refused { node, is_certain: false }));
        }
        scopes.enter(&place);
        if cursor.goto_first_child() {
            path.push((node, place.field));
            continue;
        }
        loop {
            scopes.leave(path.len());
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return tokens.end(source).then_some(Refused { node: root, is_certain: true }).or(doubtful);
            }
            path.pop();
        }
    }
}

fn refused(place: &Place<'_, '_>, scopes: &Scopes<'_>) -> Option<Verdict> {
    let (source, node) = (place.source, place.node);
    let own = match node.kind() {
        "argument_list" => arguments::refused(place),
        "parameters" | "lambda_parameters" => wrong_if(parameters::are_wrong(source, node)),
        "module" | "block" => wrong_if(indentation::is_wrong(source, node)),
        "future_import_statement" => wrong_if(future::is_wrong(source, node) || imports::is_wrong(place)),
        "import_statement" | "import_from_statement" => wrong_if(imports::is_wrong(place)),
        "match_statement" => patterns::refused(source, node),
        "print_statement" | "exec_statement" => print::refused(place),
        "global_statement" | "nonlocal_statement" => declarations::refused(place, scopes),
        "integer" | "float" => literals::refused(place.text(), node.kind()),
        "string" | "concatenated_string" | "interpolation" => texts::refused(place),
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            comprehensions::refused(place)
        }
        "<>" | "ERROR" => Some(Verdict::Wrong),
        kind if kind.ends_with("_statement") || kind.ends_with("_clause") || kind.ends_with("_definition") => {
            wrong_if(clauses::are_wrong(source, node))
        }
        _ => None,
    };
    // Some words are called as what they begin.
    if !node.is_named() {
        return own;
    }
    own.or_else(|| wrong_if(targets::are_wrong(place)))
        .or_else(|| places::refused(place))
        .or_else(|| scopes.refused(place))
}
