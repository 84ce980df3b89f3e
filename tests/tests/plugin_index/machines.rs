//! Two machines and an index between them.

use std::fs;

use tests::FileServer;

use crate::{author::Author, user::User};

/// The story of a plugin: found, installed, updated, put back and removed.
#[test]
fn a_plugin_comes_by_name_and_goes_its_way() {
    let author = Author::of(&["0.1.0"]);
    let server = FileServer::start(author.index());
    let user = User::trusting(&author.public_key("own"), &server.url());

    let found = user.json(&["search"]);
    assert_eq!((&found["plugins"][0]["name"], &found["plugins"][0]["latest"]), (&"noop".into(), &"0.1.0".into()));
    assert_eq!(user.json(&["search", "no-such-word"])["plugins"], serde_json::json!([]));
    let done = user.json(&["install", "noop"]);
    assert_eq!((&done["version"], &done["replaced"]), (&"0.1.0".into(), &serde_json::Value::Null));
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
    assert_eq!(user.json(&["outdated"])["plugins"], serde_json::json!([]));
    assert!(user.says(&["update"]).0.contains("is the newest"));

    author.publish("0.2.0");
    author.add(&author.package_saying("0.3.0", |said| said["abi"] = 3.into()));
    let outdated = &user.json(&["outdated"])["plugins"][0];
    assert_eq!((&outdated["version"], &outdated["newest"]), (&"0.1.0".into(), &"0.2.0".into()));
    let (told, why) = user.says(&["update", "noop"]);
    assert!(told.starts_with("Replaced noop 0.1.0 → 0.2.0"), "{told}");
    assert_eq!(why, "warning: noop 0.3.0 is made for ABI 3, and this program has ABI 2\n");
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));

    let info = user.json(&["info", "noop"]);
    assert_eq!((&info["installed"], &info["newest"]), (&"0.2.0".into(), &"0.2.0".into()));
    assert_eq!(info["releases"].as_array().unwrap().len(), 3);
    assert_eq!(info["passed_over"][0]["version"], "0.3.0");

    assert!(user.says(&["rollback", "noop"]).0.contains("0.2.0 → 0.1.0"));
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
    assert!(user.says(&["rollback", "noop"]).0.contains("0.1.0 → 0.2.0"), "it undoes itself");
    let refused = user.refusal(&["install", "noop@0.1.0"]);
    assert!(refused.contains("0.1.0 is older than 0.2.0") && refused.contains("--allow-downgrade"), "{refused}");
    user.says(&["install", "noop@0.1.0", "--allow-downgrade"]);
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));

    user.says(&["remove", "noop"]);
    assert_eq!(user.installed(), None);
    let refused = user.refusal(&["rollback", "noop"]);
    assert!(refused.contains("there is nothing to put back"), "{refused}");
    let refused = user.refusal(&["update", "noop"]);
    assert!(refused.contains("did not come from an index"), "{refused}");
}

#[test]
fn a_release_that_does_not_work_here_is_passed_over_for_one_that_does() {
    let author = Author::of(&["0.1.0"]);
    let elsewhere = author.package_saying("0.2.0", |said| said["platform"] = "sparc-sunos".into());
    let there = elsewhere.with_file_name("noop-0.2.0-sparc-sunos.json");
    for ending in ["json", "json.minisig", "so"] {
        fs::rename(elsewhere.with_extension(ending), there.with_extension(ending)).unwrap();
    }
    author.add(&there);
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    let (_, why) = user.says(&["install", "noop"]);
    assert!(why.contains("noop 0.2.0 is there for sparc-sunos and not for"), "{why}");
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
    let refused = user.refusal(&["install", "noop@0.2.0"]);
    assert!(refused.contains("no release of `noop` fits this program: 0.2.0 is there for sparc-sunos"), "{refused}");
    let refused = user.refusal(&["install", "noop@0.9.0"]);
    assert!(refused.contains("the index has 0.2.0, 0.1.0 of it"), "{refused}");
    let refused = user.refusal(&["install", "noop@newest"]);
    assert!(refused.contains("`newest` is not a version"), "{refused}");
    let refused = user.refusal(&["install", "nop"]);
    assert!(refused.contains("has no plugin `nop`; did you mean `noop`?"), "{refused}");
}

#[test]
fn a_mirror_is_a_copy_and_a_package_installs_without_an_index() {
    let author = Author::of(&["0.1.0"]);
    let user = User::trusting(&author.public_key("own"), "https://plugins.invalid");
    let mirror = user.sandbox.path("mirror");
    tests::copy_dir(&author.index(), &mirror);
    fs::remove_dir_all(author.index()).unwrap();
    user.says(&["install", "noop", "--index", &format!("file://{}", mirror.display())]);
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
    user.says(&["remove", "noop"]);
    user.says(&["install", author.package("0.2.0").to_str().unwrap()]);
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));
    let lock = fs::read_to_string(user.sandbox.path("data/host-demo/plugins/plugins.lock")).unwrap();
    assert!(lock.contains(&author.public_key("own")), "{lock}");
}

#[test]
fn a_version_is_published_once() {
    let author = Author::of(&["0.1.0"]);
    author.publish("0.1.0");
    let other = author.package_saying("0.1.0", |said| said["digest"] = format!("sha256:{}", "0".repeat(64)).into());
    let user = User::new("");
    let refused = user.refusal(&["index", "add", author.index().to_str().unwrap(), other.to_str().unwrap()]);
    assert!(refused.contains("has `noop` 0.1.0 for") && refused.contains("another version"), "{refused}");
    let refused = user.refusal(&["index", "new", author.index().to_str().unwrap()]);
    assert!(refused.contains("it is not empty"), "{refused}");
    let refused = user.refusal(&["index", "add", user.sandbox.path("home").to_str().unwrap(), other.to_str().unwrap()]);
    assert!(refused.contains("index.json"), "{refused}");
    assert!(!user.sandbox.path("home/files").exists());
}
