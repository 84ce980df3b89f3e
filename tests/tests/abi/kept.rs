//! The description that is kept in `tests/data`, and the ABI as it is.

use std::{env, fs};

use tests::workspace;

use crate::{
    describe::{boundary, file_name, interfaces, words},
    frozen::{Block, Description, Difference, compare},
    library,
};

const UPDATE: &str = "ABI_UPDATE=1 cargo test -p tests --test abi";

#[test]
#[cfg_attr(not(all(target_os = "linux", target_pointer_width = "64")), ignore = "describes 64-bit ELF")]
fn nothing_that_built_plugins_rely_on_has_changed() {
    let now = Description { boundary: boundary(&library("noop")), words: words() };
    let path = workspace().join("tests/data").join(file_name());
    let update = env::var_os("ABI_UPDATE").is_some();
    let kept = match fs::read_to_string(&path) {
        Ok(text) => Description::parse(&text),
        Err(_) if update => Description { boundary: now.boundary.clone(), words: Vec::new() },
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

#[test]
fn the_interfaces_that_come_with_the_crate_only_grow() {
    interfaces().check(workspace().join("tests/data/interfaces.txt")).unwrap_or_else(|error| panic!("{error}"));
}

fn example() -> Description {
    let block = |lines: &[&str]| Block::new(lines.iter().map(|line| (*line).to_owned()).collect());
    Description {
        boundary: vec![
            block(&["library", "symbol root"]),
            block(&["enum Value: size 48, align 8, C", "Absent = 0", "None = 1"]),
        ],
        words: vec![block(&["level Debug = 0"]), block(&["option wrapper"])],
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
fn words_may_be_added_and_nothing_else() {
    for (from, to, what) in [
        ("Debug = 0", "Debug = 1", "`level Debug = 0` has become `level Debug = 1`"),
        ("option wrapper", "option other", "`option wrapper` is gone"),
    ] {
        let breaks = changed(from, to).breaks;
        assert_eq!(breaks, [format!("a word: {what}; leave what there is, or bump ABI_VERSION")]);
    }
    let growth = vec!["`level Trace = 1`".to_owned()];
    assert_eq!(changed("option wrapper", "level Trace = 1\noption wrapper"), Difference { growth, breaks: Vec::new() });
}
