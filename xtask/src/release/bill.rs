//! What a part of the release consists of, as `CycloneDX` 1.5.

use serde_json::{Value, json};

use super::crates::{Crate, Linked};

/// The bill of materials of a part.
pub fn of(part: &Linked) -> String {
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(&part.root, "application") },
        "components": part.crates.iter().map(|one| component(one, "library")).collect::<Vec<_>>(),
    });
    format!("{bill:#}\n")
}

fn component(one: &Crate, kind: &str) -> Value {
    json!({
        "type": kind,
        "bom-ref": one.url(),
        "name": one.name,
        "version": one.version,
        "purl": one.url(),
        "licenses": [{ "expression": one.licence }],
    })
}
