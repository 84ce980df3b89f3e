//! What is given to a call or a class.

use std::collections::HashSet;

use super::place::{Place, Verdict, wrong_if};
use crate::python::tree::{children, text};

pub(super) fn refused(place: &Place<'_, '_>) -> Option<Verdict> {
    wrong_if(are_wrong(place))
}

fn are_wrong(place: &Place<'_, '_>) -> bool {
    let (source, list) = (place.source, place.node);
    let mut names = HashSet::new();
    let (mut is_named, mut has_names_spread) = (false, false);
    let count = children(list).count();
    let has_comma = (0..list.child_count()).filter_map(|at| list.child(at)).any(|child| child.kind() == ",");
    for argument in children(list) {
        match argument.kind() {
            "keyword_argument" => {
                is_named = true;
                let name = argument.child_by_field_name("name").map_or("", |name| text(source, name));
                if matches!(name, "__debug__" | "True" | "False" | "None") || !names.insert(name) {
                    return true;
                }
            }
            "dictionary_splat" => has_names_spread = true,
            // The parser takes the star of `*a.b()` for that of `a` alone.
            _ if has_names_spread => return true,
            _ if text(source, argument).starts_with('*') => {}
            _ if is_named => return true,
            "generator_expression" if !text(source, argument).starts_with('(') && (count > 1 || has_comma) => {
                return true;
            }
            _ => {}
        }
    }
    false
}
