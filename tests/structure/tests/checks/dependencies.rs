//! What packages may need.

use structure_tests::{
    dependencies::problems,
    table::{CRATES, CrateRule},
    workspace::Package,
};

const RULES: &[CrateRule] = &[
    CrateRule { name: "dough", may_need: &[], may_be_absent: false, forbidden: &[] },
    CrateRule { name: "oven", may_need: &["dough"], may_be_absent: false, forbidden: &[] },
    CrateRule { name: "shop", may_need: &["oven"], may_be_absent: true, forbidden: &[] },
];

fn package(name: &str, needs: &[&str]) -> Package {
    let needs = needs.iter().map(|&name| name.to_owned()).collect();
    Package { name: name.to_owned(), is_published: true, needs, folder: "bakery".into(), roots: Vec::new() }
}

#[test]
fn what_the_table_allows_and_what_is_not_of_the_workspace_is_fine() {
    let packages = [package("dough", &["serde"]), package("oven", &["dough", "clap"])];
    assert_eq!(problems(&packages, RULES), [""; 0]);
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
fn a_package_that_is_not_in_the_table_is_for_this_workspace_alone() {
    let tools = Package { is_published: false, ..package("tools", &["oven"]) };
    let packages = [package("dough", &["tools"]), package("oven", &[]), tools, package("till", &["oven"])];
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
    assert_eq!(problems(&[package("dough", &[])], RULES), expected);
}

#[test]
fn the_table_allows_no_circle() {
    for (index, rule) in CRATES.iter().enumerate() {
        let is_above = |name: &&str| CRATES[..index].iter().any(|above| above.name == *name);
        assert!(rule.may_need.iter().all(is_above), "{} may need what comes after it", rule.name);
    }
}
