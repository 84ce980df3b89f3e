//! Conditions that ask which system it is.

use structure_tests::{systems::problems, table::SystemException};

use crate::bakery;

/// The lines of `oven.rs` where it asks.
fn lines(text: &str) -> Vec<String> {
    let krate = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", text)]);
    let place = |problem: &String| problem.split_once(" asks").unwrap().0.replace("bakery: src/oven.rs:", "");
    problems(&krate, &[]).iter().map(place).collect()
}

#[test]
fn a_question_is_told_with_its_place() {
    let krate = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", "\n#[cfg(unix)]\nfn bake() {}")]);
    let expected = ["bakery: src/oven.rs:2 asks `unix`, but what differs between systems is in src/os/: \
                     give it a name there, and use that here"];
    assert_eq!(problems(&krate, &[]), expected);
}

#[test]
fn each_way_of_asking_is_found() {
    for condition in ["windows", "not(unix)", "target_os = \"linux\"", "any(test, target_family = \"unix\")"] {
        for text in [
            format!("#[cfg({condition})] fn bake() {{}}"),
            format!("#[cfg_attr({condition}, allow(dead_code))] fn bake() {{}}"),
            format!("fn bake() {{ if cfg!({condition}) {{ rise() }} }}"),
            format!("fn bake() {{ #[cfg({condition})] let heat = 1; }}"),
            format!("struct Oven {{ #[cfg({condition})] heat: u8 }}"),
            format!("macro_rules! bake {{ () => {{ #[cfg({condition})] fn bake() {{}} }} }}"),
            format!("bake! {{ if cfg! ({condition}) {{}} }}"),
            format!("#![cfg({condition})]"),
        ] {
            assert_eq!(lines(&text), ["1"], "{text}");
        }
    }
}

#[test]
fn questions_about_anything_else_are_fine() {
    for text in [
        "#[cfg(feature = \"unix\")] fn bake() {}",
        "#[cfg_attr(test, allow(windows))] fn bake() {}",
        "fn bake() { if cfg!(target_pointer_width = \"64\") { rise() } }",
        "// cfg(unix)\nfn unix(windows: u8) { cfg(); let cfg = 1; (windows) }",
        "#[cfg(test)]\nmod checks { #[cfg(unix)] fn bake() {} }",
        "#[cfg(all(test, unix))]\nmod checks {}",
    ] {
        assert_eq!(lines(text), [""; 0], "{text}");
    }
}

#[test]
fn the_folder_for_it_may_ask() {
    let files = [
        ("lib.rs", "mod os;"),
        ("os.rs", "#[cfg(unix)] mod unix;"),
        ("os/unix.rs", "#[cfg(target_os = \"linux\")] fn bake() {}"),
    ];
    assert_eq!(problems(&bakery(&files), &[]), [""; 0]);
}

#[test]
fn an_exception_is_one_only_where_it_is_needed() {
    let exception = |package| [SystemException { package, file: "src/oven.rs", because: "it is hot" }];
    let asking = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", "#[cfg(unix)] fn bake() {}")]);
    assert_eq!(problems(&asking, &exception("bakery")), [""; 0]);
    assert_eq!(problems(&asking, &exception("brewery")).len(), 1);
    let silent = bakery(&[("lib.rs", "mod oven;"), ("oven.rs", "fn bake() {}")]);
    let expected = ["bakery: src/oven.rs asks nothing of the system: take its exception out of the table"];
    assert_eq!(problems(&silent, &exception("bakery")), expected);
}
