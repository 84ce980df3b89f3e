//! Which path makes an arrow, and where it leads.

use structure_tests::arrows::arrows;

use crate::bakery;

/// The arrows of a crate, such as `oven -> dough`, the root being `lib`.
fn of(files: &[(&str, &str)]) -> Vec<String> {
    let krate = bakery(files);
    let name = |file: usize| krate.files[file].path.trim_start_matches("src/").trim_end_matches(".rs");
    arrows(&krate).keys().map(|(from, to)| format!("{} -> {}", name(*from), name(*to))).collect()
}

/// The arrows of `oven.rs` with this text, in a crate with `dough`, and with a front door `store`
/// to `store/flour`.
#[track_caller]
fn assert_oven(text: &str, expected: &[&str]) {
    let arrows = of(&[
        ("lib.rs", "mod dough; mod oven; mod store; pub use self::store::Flour;"),
        ("dough.rs", "pub struct Dough; pub enum Kind { Rye } pub fn knead() {}"),
        ("oven.rs", text),
        ("store.rs", "mod flour; pub use self::flour::{Flour, sift};"),
        ("store/flour.rs", "pub struct Flour; pub fn sift() {} #[macro_export] macro_rules! weigh { () => {} }"),
    ]);
    assert_eq!(arrows, expected);
}

#[test]
fn an_import_leads_to_the_file_that_defines_the_item() {
    assert_oven("use crate::dough::Dough;", &["oven -> dough"]);
    assert_oven("use super::dough::{Dough, knead as work};", &["oven -> dough"]);
}

#[test]
fn a_reexport_is_followed_however_many_there_are() {
    assert_oven("use crate::store::Flour;", &["oven -> store/flour"]);
    assert_oven("use crate::Flour;", &["oven -> store/flour"]);
}

#[test]
fn an_import_of_a_module_leads_to_its_file() {
    assert_oven("use crate::dough;", &["oven -> dough"]);
    assert_oven("use crate::store::{self as pantry};", &["oven -> store"]);
    assert_oven("use crate::dough::*;", &["oven -> dough"]);
}

#[test]
fn a_qualified_path_in_code_counts_like_an_import() {
    assert_oven("fn bake(_: crate::dough::Dough) {}", &["oven -> dough"]);
    assert_oven("fn bake() { super::dough::knead() }", &["oven -> dough"]);
    assert_oven("fn bake() { use crate::store; store::sift(); }", &["oven -> store", "oven -> store/flour"]);
}

#[test]
fn a_variant_or_a_function_of_a_type_is_where_the_type_is() {
    assert_oven("fn bake() { crate::dough::Kind::Rye; }", &["oven -> dough"]);
    assert_oven("fn bake() { crate::Flour::new(); }", &["oven -> store/flour"]);
}

#[test]
fn what_a_glob_brings_is_found() {
    assert_oven(
        "mod inner { use crate::store::*; fn bake() { Flour::new(); } }",
        &["oven -> store", "oven -> store/flour"],
    );
}

#[test]
fn paths_among_the_arguments_of_macros_and_attributes_count() {
    assert_oven("fn bake() { println!(\"{}\", crate::dough::knead()); }", &["oven -> dough"]);
    assert_oven("#[arg(value = crate::dough::Kind::Rye)] struct Oven;", &["oven -> dough"]);
}

#[test]
fn a_macro_is_used_where_it_is_called() {
    assert_oven("crate::weigh!();", &["oven -> store/flour"]);
    assert_oven("fn bake() { weigh!(); }", &["oven -> store/flour"]);
}

#[test]
fn a_name_that_a_module_does_not_show_is_made_by_a_macro_there() {
    assert_oven("use crate::dough::Loaf;", &["oven -> dough"]);
}

#[test]
fn what_comes_from_elsewhere_makes_no_arrow() {
    assert_oven("use std::fmt; use ::dough::Dough; fn bake<T: Default>(_: fmt::Error) { T::default(); }", &[]);
}

#[test]
fn a_variable_is_not_a_function_of_its_name() {
    let door = "mod inner; pub use self::inner::fire;";
    let root = ("lib.rs", "mod oven;");
    let inner = ("oven/inner.rs", "pub fn fire() {}");
    let arrows = |code: &str| of(&[root, ("oven.rs", &format!("{door} {code}")), inner]);
    assert_eq!(arrows("fn bake(fire: u8) { fire; }"), [""; 0]);
    assert_eq!(arrows("fn bake() { fire(); }"), ["oven -> oven/inner"]);
}

#[test]
fn what_is_for_tests_only_makes_no_arrow() {
    assert_oven("#[cfg(test)] use crate::dough::Dough;", &[]);
    assert_oven("#[cfg(all(test, unix))] mod checks { use crate::dough::Dough; }", &[]);
    assert_oven("mod tests;", &[]);
    assert_oven("struct Oven; impl Oven { #[cfg(test)] fn bake() { crate::dough::knead() } }", &[]);
    assert_oven("fn bake() { #[cfg(test)] let dough = crate::dough::Dough; }", &[]);
}

#[test]
fn what_is_left_out_of_tests_makes_an_arrow() {
    assert_oven("#[cfg(not(test))] use crate::dough::Dough;", &["oven -> dough"]);
    assert_oven("#[cfg(any(test, feature = \"oven\"))] use crate::dough::Dough;", &["oven -> dough"]);
}

#[test]
fn the_body_of_a_macro_makes_no_arrow() {
    assert_oven("macro_rules! bake { () => { $crate::dough::knead() } }", &[]);
}

#[test]
fn names_that_import_each_other_lead_nowhere() {
    assert_oven("pub use self::inner::Heat; mod inner { pub use super::Heat; }", &[]);
}

#[test]
fn a_function_may_have_the_name_of_its_module() {
    let files = [
        ("lib.rs", "mod bake; mod oven; pub use self::bake::bake;"),
        ("bake.rs", "pub fn bake() {}"),
        ("oven.rs", "use crate::bake::bake;"),
    ];
    assert_eq!(of(&files), ["oven -> bake"]);
}
