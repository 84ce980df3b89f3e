//! Names and words where they do not belong.

use structure_tests::{
    forbidden::problems,
    table::{Forbidden, Name},
};

use crate::bakery;

const NO_SPECS: Forbidden =
    Forbidden { name: Name::Path(&["specs"]), except: &["src/specs.rs", "src/specs/"], because: "specs are guests" };

const NO_HOOKS: Forbidden =
    Forbidden { name: Name::Path(&["hooks", "specs"]), except: &[], because: "others have hooks, too" };

const NO_KEDRO: Forbidden = Forbidden { name: Name::Word("kedro"), except: &[], because: "any program bakes" };

/// The lines of `oven.rs` where it has what is forbidden.
fn lines(text: &str, forbidden: Forbidden) -> Vec<String> {
    let krate = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", text)]);
    let place = |problem: &String| problem.split_once(" names").unwrap().0.replace("bakery: src/oven.rs:", "");
    problems(&krate, &[forbidden]).iter().map(place).collect()
}

#[test]
fn a_forbidden_path_is_told_with_its_place() {
    let krate = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", "\nuse crate::{specs::Bake, Dough};")]);
    let expected = ["bakery: src/oven.rs:2 names `crate::specs::Bake`, but specs are guests: take it out there"];
    assert_eq!(problems(&krate, &[NO_SPECS]), expected);
}

#[test]
fn a_path_is_found_in_imports_code_and_macros() {
    let text = "use hooks::{specs::Bake, Host};\nfn bake(_: hooks::specs::Bake) {}\n\
                bake!(hooks::specs);\nmacro_rules! bake { () => { $crate::hooks::specs::Bake } }";
    assert_eq!(lines(text, NO_HOOKS), ["1", "2", "3", "4"]);
}

#[test]
fn other_paths_and_comments_are_fine() {
    assert_eq!(lines("//! [`hooks::specs`]\nuse hooks::Host;\nuse crate::specs::Bake;", NO_HOOKS), [""; 0]);
}

#[test]
fn a_declaration_and_an_excepted_file_are_fine() {
    let files = [
        ("lib.rs", "//! [`specs`]\npub mod specs;"),
        ("specs.rs", "mod bake; pub use crate::specs::bake::Bake;"),
        ("specs/bake.rs", "use crate::specs; pub struct Bake;"),
    ];
    assert_eq!(problems(&bakery(&files), &[NO_SPECS]), [""; 0]);
}

#[test]
fn a_word_is_found_anywhere_in_capitals_or_not() {
    assert_eq!(lines("// Of Kedro.\nfn bake() {}\nconst NAME: &str = \"my-kedro\";", NO_KEDRO), ["1", "3"]);
}

#[test]
fn a_word_in_what_is_for_tests_is_fine() {
    let text = "#[cfg(test)]\nmod checks {\n    // kedro\n}\n\n#[cfg(test)]\nmod tests;\n// kedro";
    assert_eq!(lines(text, NO_KEDRO), ["8"]);
}
