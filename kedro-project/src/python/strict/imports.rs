//! Names that are imported.

use super::place::Place;
use crate::python::tree::{children, text};

/// `from a import b.c`, a comma after the last, and names that nothing can have.
pub(super) fn is_wrong(place: &Place<'_, '_>) -> bool {
    let (source, import) = (place.source, place.node);
    let is_plain = import.kind() == "import_statement";
    let last = import.child_count().checked_sub(1).and_then(|last| import.child(last));
    let mut cursor = import.walk();
    let is_wrong_name = import.children_by_field_name("name", &mut cursor).any(|name| {
        let alias = name.child_by_field_name("alias");
        let path = name.child_by_field_name("name").unwrap_or(name);
        let bound = alias.or_else(|| path.named_child(0)).map_or("", |bound| text(source, bound));
        bound == "__debug__" || !is_plain && children(path).count() > 1
    });
    last.is_some_and(|last| last.kind() == ",") || is_wrong_name
}
