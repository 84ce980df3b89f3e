//! The arrows of this workspace.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use structure_tests::{
    circles, dependencies, forbidden,
    modules::Crate,
    parse::parse,
    table::{CRATES, CrateRule},
    workspace::{packages, sources},
};

/// The crates of the table that the workspace has, parsed.
fn crates() -> Vec<(&'static CrateRule, Crate)> {
    let mut crates = Vec::new();
    for package in packages().unwrap() {
        let Some(rule) = CRATES.iter().find(|rule| rule.name == package.name) else { continue };
        assert!(!package.roots.is_empty(), "{} has no library or program in src/", package.name);
        let parsed = sources(&package).unwrap().iter().map(parse).collect::<Result<Vec<_>, _>>();
        crates.extend(parsed.unwrap().into_iter().map(|krate| (rule, krate)));
    }
    crates
}

#[track_caller]
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} found:\n\n{}\n", problems.len(), problems.join("\n"));
}

#[test]
fn crates_depend_on_what_the_table_allows() {
    assert_none(&dependencies::problems(&packages().unwrap(), CRATES));
}

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    let problems = crates().into_iter().flat_map(|(_, krate)| circles::problems(&krate));
    assert_none(&problems.collect::<Vec<_>>());
}

#[test]
fn no_file_names_what_its_crate_may_not_know() {
    let problems = crates().into_iter().flat_map(|(rule, krate)| forbidden::problems(&krate, rule.forbidden));
    assert_none(&problems.collect::<Vec<_>>());
}
