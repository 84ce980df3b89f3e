//! Types of serde's, as JSON.

use hookspec::{Json, Wire};
use serde::{Deserialize, Serialize};

use crate::{crossed, refused};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    folders: Vec<Folder>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Folder {
    name: String,
    depth: u8,
}

#[test]
fn a_type_of_serdes_arrives() {
    let settings = Settings { folders: vec![Folder { name: "Käse".to_owned(), depth: 3 }] };
    assert_eq!(crossed(Json(settings.clone())), Json(settings.clone()));
    assert_eq!(crossed(Some(Json(settings.clone()))), Some(Json(settings)));
    assert_eq!(crossed(Some(Json(None::<u8>))), Some(Json(None)));
}

#[test]
fn what_does_not_fit_is_named_with_its_place() {
    let read = |text: &str| refused::<Json<Settings>>(text.to_owned().into_value());
    assert!(read(r#"{"folders": [{"name": "a", "depth": 300}]}"#).starts_with(
        "not the JSON that was expected, at `folders[0].depth`: invalid value: integer `300`, expected u8"
    ));
    assert!(read("tea").starts_with("not the JSON that was expected: expected ident"));
    assert!(read("{\"folders\": []} tea").starts_with("not the JSON that was expected: trailing characters"));
    assert!(read(&"[".repeat(100_000)).starts_with("not the JSON that was expected"));
    assert_eq!(refused::<Json<Settings>>(7.into_value()), "expected a string, got 7");
}

#[test]
fn what_cannot_be_written_is_a_failure() {
    let map = Json(std::collections::HashMap::from([((1, 2), 3)]));
    assert_eq!(refused::<Json<Settings>>(map.into_value()), "cannot be written as JSON: key must be a string");
}
