//! `new`: a project that appears whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shop::{Ran, Shop};

fn run(sandbox: &Shop, arguments: &[&str]) -> Ran {
    sandbox.run_in(&parent(sandbox), &[&["new"], arguments].concat())
}

fn parent(sandbox: &Shop) -> PathBuf {
    sandbox.root().parent().expect("a parent").to_owned()
}

/// Names of everything in a directory.
fn entries(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    names
}

#[test]
fn a_new_project_is_one_that_the_other_commands_read() {
    let sandbox = Shop::empty();
    let root = parent(&sandbox).join("my-big-shop");
    assert_eq!(run(&sandbox, &["My Big_Shop"]).ok(), format!("Made the project `My Big_Shop` in {}\n", root.display()));
    let info = sandbox.run_in(&root, &["info"]).ok();
    assert!(info.contains("project      My Big_Shop\n") && info.contains("package      my_big_shop\n"), "{info}");
    assert_eq!(sandbox.run_in(&root, &["catalog", "list"]).ok(), "The catalog has no datasets.\n");
    assert_eq!(sandbox.run_in(&root, &["registry", "list"]).ok(), "PIPELINE     NODES\n__default__  0\n");
    assert_eq!(entries(&parent(&sandbox)), ["my-big-shop"]);
    assert!(!root.join(".telemetry").exists());
}

#[test]
fn telemetry_is_recorded_as_answered() {
    let sandbox = Shop::empty();
    for (name, answer, expected) in [("one", "yes", "consent: true\n"), ("two", "no", "consent: false\n")] {
        run(&sandbox, &[name, "--telemetry", answer]).ok();
        assert_eq!(fs::read_to_string(parent(&sandbox).join(name).join(".telemetry")).expect("a file"), expected);
    }
    assert_eq!(run(&sandbox, &["three", "--telemetry", "maybe"]).code, Some(2));
}

/// An answer is one person's: whoever clones the project has given none. Under Wine there is no git.
#[cfg(unix)]
#[test]
fn the_answer_to_telemetry_stays_out_of_the_history() {
    let sandbox = Shop::empty();
    run(&sandbox, &["one", "--telemetry", "yes"]).ok();
    let root = parent(&sandbox).join("one");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", parent(&sandbox));
        git.env("GIT_CONFIG_NOSYSTEM", "1").arg("-C").arg(&root).args(arguments).output().expect("git")
    };
    assert!(git(&["init", "--quiet"]).status.success());
    assert!(git(&["add", "--all"]).status.success());
    let tracked = String::from_utf8(git(&["ls-files"]).stdout).expect("text");
    assert!(tracked.contains("pyproject.toml\n") && tracked.contains("conf/local/.gitkeep\n"), "{tracked}");
    for own in [".telemetry", "conf/local/credentials.yml"] {
        assert!(root.join(own).exists() && !tracked.contains(own), "{own}: {tracked}");
    }
}

#[test]
fn what_exists_is_left_alone() {
    let sandbox = Shop::empty();
    let target = parent(&sandbox).join("shop");
    fs::create_dir(&target).expect("a directory");
    let expected = format!("{} exists already; choose another name or remove it", target.display());
    assert_eq!(run(&sandbox, &["Shop"]).error(), expected);
    assert_eq!(entries(&target), [""; 0]);
    assert_eq!(entries(&parent(&sandbox)), ["shop"]);
}

#[test]
fn names_follow_the_rules_of_kedro() {
    let sandbox = Shop::empty();
    for name in ["a", "a/b", "a.b", "..", "--", "", "a\nb"] {
        let line = run(&sandbox, &["--", name]).error();
        assert!(line.ends_with("use at least two letters, digits, spaces, hyphens and underscores"), "{line}");
    }
    for name in ["email", "Class", "import lib".replace(' ', "").as_str()] {
        let line = run(&sandbox, &[name]).error();
        assert!(line.contains("Python keeps the name"), "{line}");
    }
    assert_eq!(entries(&parent(&sandbox)), [""; 0]);
}

#[test]
fn a_parent_that_does_not_exist() {
    let sandbox = Shop::empty();
    let line = run(&sandbox, &["shop", "--project", "none"]).error();
    assert!(line.starts_with("cannot make a project in none: "), "{line}");
    assert_eq!(entries(&parent(&sandbox)), [""; 0]);
}

#[cfg(unix)]
#[test]
fn others_may_enter_what_they_could_enter_had_it_been_made_by_hand() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Shop::empty();
    run(&sandbox, &["shop"]).ok();
    let by_hand = parent(&sandbox).join("by-hand");
    fs::create_dir(&by_hand).expect("a directory");
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode();
    assert_eq!(mode(&parent(&sandbox).join("shop")), mode(&by_hand));
}
