//! Which circles are found, and how they are told.

use structure_tests::circles::problems;

use crate::bakery;

#[test]
fn a_circle_is_spelt_with_the_path_and_the_line_of_each_arrow() {
    let krate = bakery(&[
        ("lib.rs", "mod dough;\nmod oven;"),
        ("dough.rs", "pub struct Dough;\n\nfn rise() { crate::oven::warm() }"),
        ("oven.rs", "use std::fmt;\nuse super::dough::{\n    Dough,\n};\npub fn warm() {}"),
    ]);
    let expected = "bakery: files use each other in a circle: src/dough.rs → src/oven.rs → src/dough.rs; \
                    move what they share to a file of its own\n    \
                    src/dough.rs:3 names crate::oven::warm, which src/oven.rs has\n    \
                    src/oven.rs:3 names super::dough::Dough, which src/dough.rs has";
    assert_eq!(problems(&krate), [expected]);
}

#[test]
fn a_circle_through_a_reexport_is_found() {
    let krate = bakery(&[
        ("lib.rs", "mod dough; mod oven; pub use self::oven::Oven;"),
        ("dough.rs", "use crate::Oven; pub struct Dough;"),
        ("oven.rs", "use crate::dough::Dough; pub struct Oven;"),
    ]);
    assert_eq!(circles(&problems(&krate)), ["src/dough.rs → src/oven.rs → src/dough.rs"]);
}

#[test]
fn a_front_door_whose_rooms_use_each_other_is_not_a_circle() {
    let krate = bakery(&[
        ("lib.rs", "mod oven; pub use self::oven::Oven;"),
        ("oven.rs", "mod door; mod heat; pub(crate) use self::door::Door; pub use self::heat::*;"),
        ("oven/door.rs", "use super::Heat; pub struct Door;"),
        ("oven/heat.rs", "pub struct Heat;"),
    ]);
    assert_eq!(problems(&krate), [""; 0]);
}

#[test]
fn a_parent_and_a_child_that_use_each_other_are_a_circle() {
    let child = ("oven/door.rs", "use super::Heat; pub struct Door;");
    let parent = |code: &str| {
        let text = format!("mod door; pub use self::door::Door; pub struct Heat; {code}");
        problems(&bakery(&[("lib.rs", "mod oven;"), ("oven.rs", &text), child]))
    };
    assert_eq!(parent(""), [""; 0]);
    assert_eq!(circles(&parent("fn open(_: Door) {}")), ["src/oven.rs → src/oven/door.rs → src/oven.rs"]);
}

#[test]
fn a_child_that_is_for_tests_may_use_its_parent() {
    let krate = bakery(&[
        ("lib.rs", "mod oven;"),
        ("oven.rs", "mod door; use door::Door; pub struct Heat; #[cfg(test)] mod checks;"),
        ("oven/door.rs", "pub struct Door; #[cfg(test)] mod tests { use crate::oven::Heat; }"),
        ("oven/checks.rs", "use super::*;"),
    ]);
    assert_eq!(problems(&krate), [""; 0]);
}

#[test]
fn an_arrow_that_closes_many_circles_is_told_once() {
    let krate = bakery(&[
        ("lib.rs", "mod bread; mod cake; mod flour; mod shop;"),
        ("bread.rs", "use crate::flour::Flour; pub struct Bread;"),
        ("cake.rs", "use crate::flour::Flour; pub struct Cake;"),
        ("flour.rs", "use crate::shop::Shop; pub struct Flour;"),
        ("shop.rs", "use crate::{bread::Bread, cake::Cake}; pub struct Shop;"),
    ]);
    let [problem] = problems(&krate).try_into().unwrap();
    assert!(problem.ends_with("further circles with the arrow src/flour.rs → src/shop.rs: 1"), "{problem}");
}

#[test]
fn circles_that_share_no_arrow_are_all_told() {
    let krate = bakery(&[
        ("lib.rs", "mod bread; mod cake; mod flour;"),
        ("bread.rs", "use crate::flour::Flour; pub struct Bread;"),
        ("cake.rs", "use crate::flour::Flour; pub struct Cake;"),
        ("flour.rs", "use crate::{bread::Bread, cake::Cake}; pub struct Flour;"),
    ]);
    let mut found = circles(&problems(&krate));
    found.sort_unstable();
    assert_eq!(found, ["src/bread.rs → src/flour.rs → src/bread.rs", "src/cake.rs → src/flour.rs → src/cake.rs"]);
}

/// Only the files of each circle.
fn circles(problems: &[String]) -> Vec<String> {
    let files = |problem: &String| {
        let (_, rest) = problem.split_once("circle: ").unwrap();
        rest.split_once(';').unwrap().0.to_owned()
    };
    problems.iter().map(files).collect()
}
