//! The arrows of this workspace.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use structure_tests::{
    circles, dependencies, forbidden,
    modules::Crate,
    parse::parse,
    systems,
    table::{ASK_THE_SYSTEM, CRATES, CrateRule},
    workspace::{packages, sources},
};

/// Every crate of the workspace that lies in a `src/`, parsed.
fn crates() -> Vec<Crate> {
    let mut crates = Vec::new();
    for package in packages().unwrap() {
        let is_ruled = rule(&package.name).is_some();
        assert!(!is_ruled || !package.roots.is_empty(), "{} has no library or program in src/", package.name);
        let sources = if package.roots.is_empty() { Vec::new() } else { sources(&package).unwrap() };
        crates.extend(sources.iter().map(parse).collect::<Result<Vec<_>, _>>().unwrap());
    }
    crates
}

fn rule(package: &str) -> Option<&'static CrateRule> {
    CRATES.iter().find(|rule| rule.name == package)
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
    let problems = crates().into_iter().flat_map(|krate| circles::problems(&krate));
    assert_none(&problems.collect::<Vec<_>>());
}

#[test]
fn no_file_names_what_its_crate_may_not_know() {
    let forbidden_in = |krate: &Crate| rule(&krate.package).map_or(&[][..], |rule| rule.forbidden);
    let problems = crates().into_iter().flat_map(|krate| forbidden::problems(&krate, forbidden_in(&krate)));
    assert_none(&problems.collect::<Vec<_>>());
}

#[test]
fn what_differs_between_systems_is_in_one_folder() {
    let problems = crates().into_iter().flat_map(|krate| systems::problems(&krate, ASK_THE_SYSTEM));
    assert_none(&problems.collect::<Vec<_>>());
}
