//! How the files of a crate are found.

use structure_tests::parse::parse;

use crate::{bakery, source};

#[test]
fn modules_are_followed_to_their_files() {
    let krate = bakery(&[
        ("lib.rs", "mod oven; mod inner { mod dough; }"),
        ("oven.rs", "mod door;"),
        ("oven/door.rs", ""),
        ("inner/dough/mod.rs", "mod flour;"),
        ("inner/dough/flour.rs", ""),
        ("nobody.rs", "this is not Rust"),
    ]);
    let files: Vec<_> = krate.files.iter().map(|file| &*file.path).collect();
    let expected =
        ["src/lib.rs", "src/oven.rs", "src/oven/door.rs", "src/inner/dough/mod.rs", "src/inner/dough/flour.rs"];
    assert_eq!(files, expected);
}

#[test]
fn a_module_without_a_file_is_a_problem() {
    let problem = parse(&source(&[("lib.rs", "mod oven;")])).err().unwrap();
    assert_eq!(problem, "bakery: src/lib.rs declares `mod oven`, but src/oven.rs is missing");
}

#[test]
fn a_file_that_is_not_rust_is_a_problem() {
    let problem = parse(&source(&[("lib.rs", "mod oven;"), ("oven.rs", "fn {")])).err().unwrap();
    assert!(problem.starts_with("bakery: src/oven.rs cannot be parsed: "), "{problem}");
}
