//! What packages may need.

use structure_tests::{
    dependencies::problems,
    table::{CRATES, CrateRule},
    workspace::Package,
};

const RULES: &[CrateRule] = &[
    CrateRule { name: "dough", may_need: &[], tests_may_need: &[], forbidden: &[] },
    CrateRule { name: "oven", may_need: &["dough"], tests_may_need: &[], forbidden: &[] },
    CrateRule { name: "shop", may_need: &["oven"], tests_may_need: &["dough"], forbidden: &[] },
];

fn package(name: &str, needs: &[&str]) -> Package {
    let needs = needs.iter().map(|&name| name.to_owned()).collect();
    Package {
        name: name.to_owned(),
        is_published: true,
        needs,
        tests_need: Vec::new(),
        folder: "bakery".into(),
        roots: Vec::new(),
    }
}

/// The packages that the rules speak of, with nothing wrong.
fn bakery() -> [Package; 3] {
    [package("dough", &[]), package("oven", &["dough"]), package("shop", &["oven"])]
}

#[test]
fn what_the_table_allows_and_what_is_not_of_the_workspace_is_fine() {
    let [dough, oven, shop] = bakery();
    let oven = Package { needs: vec!["dough".to_owned(), "clap".to_owned()], ..oven };
    let shop = Package { tests_need: vec!["dough".to_owned(), "tempfile".to_owned()], ..shop };
    assert_eq!(problems(&[dough, oven, shop], RULES), [""; 0]);
}

#[test]
fn a_dependency_that_the_table_does_not_allow_is_a_problem() {
    let packages = [package("dough", &["oven"]), package("oven", &["dough"]), package("shop", &["oven", "dough"])];
    let expected = [
        "dough depends on oven, but of this workspace the table allows it none: \
         take the dependency out, or change the line in the table",
        "shop depends on dough, but of this workspace the table allows it oven: \
         take the dependency out, or change the line in the table",
    ];
    assert_eq!(problems(&packages, RULES), expected);
}

#[test]
fn tests_may_depend_on_no_more_than_the_table_allows_them() {
    let [dough, oven, shop] = bakery();
    let oven = Package { tests_need: vec!["dough".to_owned(), "shop".to_owned()], ..oven };
    let expected = ["what tests oven depends on shop, but of this workspace the table allows it dough: \
                     take the dependency out, or change the line in the table"];
    assert_eq!(problems(&[dough, oven, shop], RULES), expected);
}

#[test]
fn a_package_of_the_table_can_be_published() {
    let [dough, oven, shop] = bakery();
    let oven = Package { is_published: false, ..oven };
    let expected = ["oven has a line in the table, yet cannot be published: take `publish = false` out of its \
                     Cargo.toml, or the line out of the table"];
    assert_eq!(problems(&[dough, oven, shop], RULES), expected);
}

#[test]
fn a_package_that_is_not_in_the_table_is_for_this_workspace_alone() {
    let tools = Package { is_published: false, ..package("tools", &["oven"]) };
    let [_, oven, shop] = bakery();
    let packages = [package("dough", &["tools"]), oven, shop, tools, package("till", &["oven"])];
    let expected = [
        "dough depends on tools, but of this workspace the table allows it none: \
         take the dependency out, or change the line in the table",
        "till has no line in the table, yet could be published: add a line with what it may depend on, \
         or `publish = false` to its Cargo.toml",
    ];
    assert_eq!(problems(&packages, RULES), expected);
}

#[test]
fn a_line_of_the_table_without_a_crate_is_a_problem() {
    let expected = ["oven has a line in the table, but is not in the workspace: take the line out"];
    let [dough, _, shop] = bakery();
    assert_eq!(problems(&[dough, shop], RULES), expected);
}

#[test]
fn the_table_allows_no_circle() {
    for (index, rule) in CRATES.iter().enumerate() {
        // What only tests and examples need may be a crate without a line: one of an example's own.
        let has_line = |name: &&&str| CRATES.iter().any(|other| other.name == **name);
        let is_above = |name: &&str| CRATES[..index].iter().any(|above| above.name == *name);
        let mut allowed = rule.may_need.iter().chain(rule.tests_may_need.iter().filter(has_line));
        assert!(allowed.all(is_above), "{} may need what comes after it", rule.name);
    }
}
