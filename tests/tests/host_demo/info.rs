//! Finding the project, and what is said of one that cannot be read.

use std::fs;

use crate::shop::{PYPROJECT, Shop};

#[test]
fn the_project_is_found_from_inside() {
    let sandbox = Shop::new();
    let root = sandbox.root();
    let expected = format!(
        "host-demo {}\nproject      The Shop\ndirectory    {}\npackage      shop\nmade with    Kedro 1.7.0\n\
         environment  local\n",
        env!("CARGO_PKG_VERSION"),
        root.display()
    );
    assert_eq!(sandbox.run(&["info"]).ok(), expected);
    assert_eq!(sandbox.run_in(&root.join("conf/base"), &["info"]).ok(), expected);
    let elsewhere = root.parent().expect("a parent").to_owned();
    assert_eq!(sandbox.run_in(&elsewhere, &["info", "--project", "shop"]).ok(), expected);
}

#[test]
fn a_nearer_pyproject_of_another_kind_is_passed_over() {
    let sandbox = Shop::new();
    sandbox.file("tools/pyproject.toml", "[tool.other]\n");
    let output = sandbox.run_in(&sandbox.at("tools"), &["info"]).ok();
    assert!(output.contains("The Shop"), "{output}");
}

#[test]
fn without_a_project_info_works_and_the_others_say_so() {
    let sandbox = Shop::empty();
    let directory = sandbox.root().parent().expect("a parent").to_owned();
    let info = sandbox.run_in(&directory, &["info"]).ok();
    assert!(info.ends_with("project      none here; make one with `host-demo new NAME`\n"), "{info}");
    for command in [["catalog", "list"], ["registry", "list"]] {
        let expected = format!(
            "no Kedro project in {} or any directory above it; go to a project or pass --project DIR",
            directory.display()
        );
        assert_eq!(sandbox.run_in(&directory, &command).error(), expected);
    }
}

#[test]
fn a_directory_that_does_not_exist() {
    let sandbox = Shop::new();
    assert!(sandbox.run(&["--project", "none", "info"]).error().starts_with("cannot read none: "));
}

/// The error of `info` for this `pyproject.toml`, without its path.
fn error(pyproject: &str) -> String {
    let sandbox = Shop::new();
    sandbox.file("pyproject.toml", pyproject);
    let path = sandbox.at("pyproject.toml").display().to_string();
    let line = sandbox.run(&["info"]).error();
    line.strip_prefix(&path).unwrap_or_else(|| panic!("does not name the file: {line}")).to_owned()
}

#[test]
fn a_pyproject_that_cannot_be_read() {
    assert!(error("[tool.kedro]\npackage_name = \n").starts_with(":2: invalid TOML: "));
    assert_eq!(error("# [tool.kedro]\n"), ": the text [tool.kedro] is there, but no such section; add one");
    assert_eq!(
        error("[tool.kedro]\npackage_name = \"shop\"\n"),
        ": [tool.kedro] lacks project_name, kedro_init_version; add what is missing"
    );
    assert_eq!(
        error(&format!("{PYPROJECT}extra = 1\n")),
        ": Kedro does not know the key `extra` in [tool.kedro]; remove it"
    );
    assert_eq!(error(&PYPROJECT.replace("\"shop\"", "3")), ": `package_name` in [tool.kedro] must be a string");
    assert!(error(&PYPROJECT.replace("1.7.0", "0.19.3")).starts_with(": the project was made with Kedro 0.19.3, "));
    assert!(error(&format!("{PYPROJECT}source_dir = \"none\"\n")).starts_with(": cannot reach the source directory "));
    assert!(
        error(&format!("{PYPROJECT}source_dir = \"..\"\n")).ends_with("is outside the project; correct source_dir")
    );
}

#[test]
fn a_pyproject_that_is_not_text() {
    let sandbox = Shop::new();
    let path = sandbox.at("pyproject.toml");
    fs::write(&path, b"[tool.kedro]\n\xff").expect("a file");
    assert!(sandbox.run(&["info"]).error().starts_with(&format!("cannot read {}: ", path.display())));
}

#[test]
fn wrong_usage_is_exit_code_two_and_every_help_has_an_example() {
    let sandbox = Shop::empty();
    let directory = sandbox.root().parent().expect("a parent").to_owned();
    assert_eq!(sandbox.run_in(&directory, &["nonsense"]).code, Some(2));
    assert_eq!(sandbox.run_in(&directory, &["new"]).code, Some(2));
    for command in [
        vec![],
        vec!["info"],
        vec!["new"],
        vec!["catalog"],
        vec!["catalog", "list"],
        vec!["registry"],
        vec!["registry", "list"],
    ] {
        let help = sandbox.run_in(&directory, &[command.as_slice(), &["--help"]].concat()).ok();
        assert!(help.contains("\nExample: host-demo "), "{help}");
    }
}
