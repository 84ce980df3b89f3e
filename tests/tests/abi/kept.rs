//! The description that is kept in `tests/data`, and the ABI as it is.

use std::{env, fs};

use tests::workspace;

use crate::{
    describe::{boundary, file_name, interfaces},
    frozen::{Block, Description, Difference, compare},
    library,
};

const UPDATE: &str = "ABI_UPDATE=1 cargo test -p tests --test abi";

#[test]
#[cfg_attr(not(all(target_os = "linux", target_pointer_width = "64")), ignore = "describes 64-bit ELF")]
fn nothing_that_built_plugins_rely_on_has_changed() {
    let now = Description { boundary: boundary(&library("noop")), interfaces: interfaces() };
    let path = workspace().join("tests/data").join(file_name());
    let update = env::var_os("ABI_UPDATE").is_some();
    let kept = match fs::read_to_string(&path) {
        Ok(text) => Description::parse(&text),
        Err(_) if update => Description { boundary: now.boundary.clone(), interfaces: Vec::new() },
        Err(error) => panic!("{}: {error}; after bumping ABI_VERSION, write it by `{UPDATE}`", path.display()),
    };
    let Difference { growth, breaks } = compare(&kept, &now);
    assert!(breaks.is_empty(), "plugins already built break:\n{}", breaks.join("\n"));
    if update {
        fs::write(&path, now.write()).unwrap();
        return;
    }
    assert!(growth.is_empty(), "no plugin breaks, but record what is new by `{UPDATE}`:\n{}", growth.join("\n"));
}

fn example() -> Description {
    let block = |lines: &[&str]| Block::new(lines.iter().map(|line| (*line).to_owned()).collect());
    Description {
        boundary: vec![
            block(&["library", "symbol root"]),
            block(&["enum Value: size 48, align 8, C", "Absent = 0", "None = 1"]),
        ],
        interfaces: vec![
            block(&["hook oven_ready(Oven) -> ()"]),
            block(&["level Debug = 0"]),
            block(&["view Oven", "0 heat() -> u32", "1 cake() -> Cake, optional"]),
        ],
    }
}

/// What becomes of the example when `from` is `to` in its text.
fn changed(from: &str, to: &str) -> Difference {
    let text = example().write();
    assert!(text.contains(from));
    compare(&example(), &Description::parse(&text.replace(from, to)))
}

#[test]
fn what_is_written_is_read_back() {
    assert_eq!(Description::parse(&example().write()), example());
    assert_eq!(compare(&example(), &example()), Difference::default());
}

#[test]
fn any_change_of_the_boundary_is_a_break() {
    for (from, to, what) in [
        ("symbol root", "symbol other", "`symbol root` has become `symbol other` in `library`"),
        ("size 48", "size 56", "`enum Value: size 48, align 8, C` has become `enum Value: size 56, align 8, C`"),
        ("None = 1", "None = 2", "`None = 1` has become `None = 2` in `enum Value: size 48, align 8, C`"),
        ("    None = 1\n", "", "`None = 1` is gone from `enum Value: size 48, align 8, C`"),
        ("None = 1", "None = 1\n    Bool = 2", "`Bool = 2` is new in `enum Value: size 48, align 8, C`"),
        ("enum Value", "enum Other", "`enum Value: size 48, align 8, C` is gone"),
    ] {
        let Difference { growth, breaks } = changed(from, to);
        assert_eq!(breaks[0], format!("the boundary: {what}; undo it, or bump ABI_VERSION"));
        assert!(growth.is_empty());
    }
}

#[test]
fn an_interface_may_only_grow_at_its_end_with_fallbacks() {
    for (from, to, what) in [
        ("0 heat() -> u32", "0 heat() -> f64", "`0 heat() -> u32` has become `0 heat() -> f64` in `view Oven`"),
        (
            "    0 heat() -> u32\n    1 cake",
            "    0 cake",
            "`0 heat() -> u32` has become `0 cake() -> Cake, optional` in `view Oven`",
        ),
        ("Cake, optional", "Cake", "`1 cake() -> Cake, optional` has become `1 cake() -> Cake` in `view Oven`"),
        (
            "Cake, optional",
            "Cake, optional\n    2 door() -> bool",
            "`2 door() -> bool` is new in `view Oven` and has no fallback",
        ),
        ("view Oven", "view Stove", "`view Oven` is gone"),
        (
            "ready(Oven) -> ()",
            "ready(Oven) -> str",
            "`hook oven_ready(Oven) -> ()` has become `hook oven_ready(Oven) -> str`",
        ),
        ("Debug = 0", "Debug = 1", "`level Debug = 0` has become `level Debug = 1`"),
    ] {
        let breaks = changed(from, to).breaks;
        assert!(breaks[0].starts_with(&format!("an interface: {what}; ")), "{breaks:?}");
        assert_eq!(breaks.len(), 1);
    }
    for (from, to, what) in [
        (
            "Cake, optional",
            "Cake, optional\n    2 door() -> bool, optional",
            "`2 door() -> bool, optional` in `view Oven`",
        ),
        ("view Oven", "hook oven_cold(Oven) -> ()\nview Oven", "`hook oven_cold(Oven) -> ()`"),
    ] {
        assert_eq!(changed(from, to), Difference { growth: vec![what.to_owned()], breaks: Vec::new() });
    }
}
