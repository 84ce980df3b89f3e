//! What the checks of this crate find, on small crates in memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use structure_tests::{
    circles, dependencies,
    parse::parse,
    table::CRATES,
    workspace::{CrateSource, Package},
};

/// The circles of a crate of these files.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| (format!("src/{path}"), (*text).to_owned())).collect();
    let source = CrateSource { package: "small".to_owned(), root: "src/lib.rs".to_owned(), files };
    circles::problems(&parse(&source).unwrap())
}

#[test]
fn a_circle_is_spelt_with_the_imports_that_make_it() {
    let found = circles_of(&[
        ("lib.rs", "mod tea;\nmod cake;"),
        ("tea.rs", "use crate::cake::Cake;\npub struct Tea(Cake);"),
        ("cake.rs", "pub struct Cake;\nfn brew(_: &crate::tea::Tea) {}"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    for part in ["src/tea.rs:1 names crate::cake::Cake", "src/cake.rs:2 names crate::tea::Tea"] {
        assert!(found[0].contains(part), "{}", found[0]);
    }
}

#[test]
fn a_re_export_leads_to_the_file_that_defines_the_name() {
    let found = circles_of(&[
        ("lib.rs", "mod tea;\nmod cake;\npub use tea::Tea;\npub use cake::Cake;"),
        ("tea.rs", "use crate::Cake;\npub struct Tea(Cake);"),
        ("cake.rs", "use crate::Tea;\npub struct Cake(Option<Box<Tea>>);"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_front_door_that_lists_its_rooms_makes_no_circle() {
    let found = circles_of(&[
        ("lib.rs", "mod tea;\nmod cake;\npub use tea::Tea;\npub use cake::Cake;"),
        ("tea.rs", "use crate::Cake;\npub struct Tea(Cake);"),
        ("cake.rs", "pub struct Cake;"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_child_that_uses_its_parent_which_uses_it_is_a_circle() {
    let found = circles_of(&[
        ("lib.rs", "mod tea;"),
        ("tea.rs", "mod leaf;\npub struct Tea;\nfn pick() { leaf::pick(); }"),
        ("tea/leaf.rs", "use super::Tea;\npub fn pick() { let _ = Tea; }"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_for_tests_only_does_not_count() {
    let found = circles_of(&[
        ("lib.rs", "mod tea;\nmod cake;"),
        ("tea.rs", "use crate::cake::Cake;\npub struct Tea(Cake);"),
        ("cake.rs", "pub struct Cake;\n#[cfg(test)]\nmod tests { use crate::tea::Tea; }"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_dependency_that_the_table_does_not_allow_is_told() {
    let package = |name: &str, needs: &[&str]| Package {
        name: name.to_owned(),
        is_published: true,
        needs: needs.iter().map(|name| (*name).to_owned()).collect(),
        folder: "small".into(),
        roots: Vec::new(),
    };
    let with = |needs: &[&str]| {
        let packages: Vec<Package> = CRATES
            .iter()
            .map(|rule| package(rule.name, if rule.name == "usage-telemetry" { needs } else { &[] }))
            .collect();
        dependencies::problems(&packages, CRATES)
    };
    assert_eq!(with(&["serde"]), [""; 0]);
    let found = with(&["hookspec"]);
    assert!(found.len() == 1 && found[0].contains("usage-telemetry") && found[0].contains("hookspec"), "{found:?}");
}
